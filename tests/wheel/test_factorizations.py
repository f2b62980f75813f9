"""Factorizations whose code is not compiled as OpenBLAS would, each put together again.

LU, Cholesky, inverses and triangular systems go by halves, down to tiles of a few unknowns, or along the diagonal in
steps of their own: orders below, at and above these. QR is this project's own. Inner loops of LAPACK for the rest are
vectorised.
"""

from __future__ import annotations

import numpy as np
import pytest

from dense import (
    INTEGER,
    KINDS,
    TYPES,
    Library,
    Matrix,
    assert_same,
    effective,
    framed,
    random_matrix,
    scalar,
    solvable_matrix,
    triangle_of,
    with_triangles,
    with_unused_as_nan,
)

ORDERS = (1, 15, 31, 32, 33, 64, 97, 200, 255, 384, 385, 520)


def assert_factors(library: Library, a: Matrix, expected_info: int = 0) -> None:
    """The factors that xGETRF finds multiply to `a` with its rows exchanged."""
    (rows, columns), least = a.shape, min(a.shape)
    kind = KINDS[a.dtype]
    lu, pivots, info = a.copy(order="F"), np.zeros(least, INTEGER), np.full(1, -1, INTEGER)
    library.call(f"{kind}getrf", rows, columns, lu, rows, pivots, info)
    assert info[0] == expected_info
    lower = np.tril(lu, -1)[:, :least] + np.eye(rows, least, dtype=lu.dtype)
    exchanged = np.arange(rows)
    for row, pivot in enumerate(pivots - 1):
        exchanged[row], exchanged[pivot] = exchanged[pivot], exchanged[row]
    assert_same(lower @ np.triu(lu)[:least], a[exchanged])


@pytest.mark.parametrize("kind", TYPES)
def test_lu(library: Library, kind: str) -> None:
    for order in (*range(2, 21), *ORDERS):
        for rows, columns in {(order, order), (order + 7, order), (order, order + 7)}:
            assert_factors(library, random_matrix(rows, columns, kind))
    for rows, columns in ((300, 40), (40, 300), (1000, 9), (9, 1000)):
        assert_factors(library, random_matrix(rows, columns, kind))


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("increment", [1, 3, -1, -2])
def test_rows_exchanged_by_pivots(library: Library, increment: int, kind: str) -> None:
    random = np.random.default_rng(7)
    for rows, columns, first, last in ((3, 1, 1, 1), (9, 4, 3, 2), (30, 7, 2, 19), (90, 9, 11, 90), (70, 130, 1, 60)):
        # A pivot for each row from the first to the last, as far apart as the increment says; the last row comes first
        # if that is negative.
        pivots = np.full(first + max(0, last - first) * abs(increment), 10**6, INTEGER)
        places = np.arange(last - first + 1) * abs(increment) + first - 1
        pivots[places] = random.integers(1, rows + 1, len(places))
        exchanged = list(range(rows))
        for row, place in list(zip(range(first, last + 1), places, strict=True))[:: np.sign(increment)]:
            other = pivots[place] - 1
            exchanged[row - 1], exchanged[other] = exchanged[other], exchanged[row - 1]
        a = random_matrix(rows, columns, kind)
        memory = framed(a)
        library.call(f"{kind}laswp", columns, memory, rows + 5, first, last, pivots, increment)
        np.testing.assert_array_equal(memory[:rows, :columns], a[exchanged])
        assert np.isnan(memory[rows:]).all()
        assert np.isnan(memory[:, columns]).all()


@pytest.mark.parametrize("kind", TYPES)
def test_lu_with_a_column_of_zeros(library: Library, kind: str) -> None:
    for order in (5, 10, 16, 19, 40, 100):
        for zero in (3, order // 2 + 1, order - 1):
            a = random_matrix(order, order, kind)
            a[:, zero] = 0
            assert_factors(library, a, expected_info=zero + 1)


@pytest.mark.parametrize("kind", TYPES)
def test_lu_with_a_pivot_whose_inverse_is_infinite(library: Library, kind: str) -> None:
    tiny = np.finfo(TYPES[kind]).smallest_subnormal
    assert_factors(library, np.array([[tiny, 1], [3 * tiny, 2]], TYPES[kind], order="F"))
    for order in (10, 16, 20, 100):
        a = random_matrix(order, order, kind)
        a[:, 0] = tiny * (np.arange(order) % 4)
        assert_factors(library, a)


@pytest.mark.parametrize("kind", TYPES)
def test_lu_of_numbers_whose_squares_are_infinite_or_nothing(library: Library, kind: str) -> None:
    numbers = np.finfo(TYPES[kind])
    for scale in (float(numbers.max) ** 0.9, float(numbers.tiny) ** 0.8):
        for order in (3, 10, 16, 40):
            a = np.asfortranarray(random_matrix(order, order, kind) * scale)
            assert_factors(library, a)
            x = random_matrix(order, 2, kind)
            info, found = solve(library, solvable_matrix(order, kind) * scale, solvable_matrix(order, kind) @ x)
            assert info == 0
            assert_same(found * scale, x)


@pytest.mark.parametrize("kind", TYPES)
def test_reflectors(library: Library, kind: str) -> None:
    """That xLARFG's I - tau v v**H makes all numbers but the first zero, whether or not their squares are finite."""
    numbers = np.finfo(TYPES[kind])
    for order in (1, 2, 3, 9, 10, 50, 4098, 9000):
        for step in (1, 3):
            for scale in (1.0, float(numbers.max) / 1e4, float(numbers.tiny) * 1e4):
                before = random_matrix(order, 1, kind)[:, 0]
                alpha, tau = before[:1] * scale, np.full(1, np.nan, TYPES[kind])
                memory = np.full((order, step), np.nan, TYPES[kind])
                memory[:-1, 0] = before[1:] * scale
                library.call(f"{kind}larfg", order, alpha, memory, step, tau)
                v = np.concatenate([np.ones(1, before.dtype), memory[:-1, 0]])
                after = before - tau.conj() * v * (v.conj() @ before)
                expected = np.zeros_like(before)
                expected[0] = alpha[0] / scale
                assert alpha.imag == 0
                assert_same(after[:, None], expected[:, None])
                assert_same(abs(expected[:1, None]), np.full((1, 1), np.linalg.norm(before)))
                assert np.isnan(memory[-1]).all()
                assert np.isnan(memory[:, 1:]).all()


@pytest.mark.parametrize("kind", TYPES)
def test_reflectors_of_nothing(library: Library, kind: str) -> None:
    for order in (1, 2, 20):
        alpha, x, tau = np.full(1, 3, TYPES[kind]), np.zeros(order, TYPES[kind]), np.full(1, np.nan, TYPES[kind])
        library.call(f"{kind}larfg", order, alpha, x, 1, tau)
        assert alpha[0] == 3
        assert tau[0] == 0
        assert not x.any()


def solve(library: Library, a: Matrix, right_sides: Matrix) -> tuple[int, Matrix]:
    """Call xGESV: return `info` and what is then in the right sides' place; nothing is written beside."""
    order, number = right_sides.shape
    lu, memory = framed(a), framed(right_sides)
    pivots, info = np.zeros(order, INTEGER), np.full(1, -99, INTEGER)
    kind = KINDS[a.dtype]
    library.call(f"{kind}gesv", order, number, lu, len(lu), pivots, memory, len(memory), info)
    for beside in (lu, memory):
        assert np.isnan(beside[order:]).all()
    return int(info[0]), memory[:order, :number]


@pytest.mark.parametrize("kind", TYPES)
def test_systems(library: Library, kind: str) -> None:
    """Of few unknowns, which go a way of their own, and more."""
    for order in (*range(1, 15), 30, 100):
        for number in (0, 1, 2, 3, 5, 8, order):
            a = solvable_matrix(order, kind)
            a = np.asfortranarray(a[::-1])
            x = random_matrix(order, number, kind)
            info, found = solve(library, a, a @ x)
            assert info == 0
            assert_same(found, x)


@pytest.mark.parametrize("kind", TYPES)
def test_systems_without_a_pivot(library: Library, kind: str) -> None:
    for order in (1, 3, 7, 12, 20):
        a, b = solvable_matrix(order, kind), random_matrix(order, 1, kind)
        a[:, order // 2] = 0
        info, left = solve(library, a, b)
        assert info == order // 2 + 1
        assert np.array_equal(left, b)


@pytest.mark.parametrize("kind", TYPES)
def test_systems_whose_pivots_have_an_infinite_inverse(library: Library, kind: str, tuned: bool) -> None:
    """Which is not multiplied with where unknowns are few."""
    if not tuned:
        pytest.skip("OpenBLAS's own kernels multiply with the inverse of a diagonal")
    tiny = np.finfo(TYPES[kind]).smallest_subnormal
    for order in (1, 3, 5):
        a = np.asfortranarray(tiny * np.eye(order, dtype=TYPES[kind]))
        info, found = solve(library, a, np.full((order, 2), 3 * tiny, TYPES[kind], order="F"))
        assert info == 0
        assert np.array_equal(found, np.full((order, 2), 3))


@pytest.mark.parametrize("kind", TYPES)
def test_of_equal_pivots_lu_takes_the_first(library: Library, kind: str) -> None:
    # Exact in any order of operations.
    a = np.ones((1, 1))
    for _ in range(6):
        a = np.block([[a, a], [a, -a]])
        # An exchange of rows makes the first of several another one than it was.
        a = np.concatenate([a[1:], a[:1]])
        left, expected = a.copy(), []
        for column in range(len(a)):
            pivot = column + int(np.argmax(np.abs(left[column:, column])))
            expected.append(pivot + 1)
            left[[column, pivot]] = left[[pivot, column]]
            left[column + 1 :] -= np.outer(left[column + 1 :, column] / left[column, column], left[column])
        pivots, info = np.zeros(len(a), INTEGER), np.full(1, -1, INTEGER)
        library.call(f"{kind}getrf", *a.shape, np.array(a, TYPES[kind], order="F"), len(a), pivots, info)
        assert pivots.tolist() == expected


@pytest.mark.parametrize("kind", TYPES)
def test_lu_of_what_is_no_number_finds_rows_that_are_there(library: Library, kind: str) -> None:
    for order in (5, 10, 16, 20, 40):
        a, pivots, info = random_matrix(order, order, kind), np.zeros(order, INTEGER), np.full(1, -1, INTEGER)
        a[:, order // 2] = np.nan
        library.call(f"{kind}getrf", order, order, a, order, pivots, info)
        assert (np.arange(order) < pivots).all()
        assert (pivots <= order).all()


def positive_matrix(order: int, kind: str) -> Matrix:
    x = random_matrix(order, order, kind)
    return np.asfortranarray(x @ x.conj().T + order * np.eye(order, dtype=x.dtype))


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("triangle", [b"U", b"L"])
def test_cholesky(library: Library, triangle: bytes, kind: str) -> None:
    for order in (*range(2, 19), *ORDERS):
        a = positive_matrix(order, kind)
        factor, info = framed(with_unused_as_nan(a, triangle)), np.full(1, -1, INTEGER)
        library.call(f"{kind}potrf", triangle, order, factor, len(factor), info)
        assert info[0] == 0
        assert np.isnan(factor[order:]).all()
        found = factor[:order, :order]
        assert np.array_equal(np.isnan(found), np.isnan(with_unused_as_nan(a, triangle)))
        lower = np.triu(found).conj().T if triangle == b"U" else np.tril(found)
        assert_same(np.nan_to_num(lower) @ np.nan_to_num(lower).conj().T, a)


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("triangle", [b"U", b"L"])
def test_cholesky_of_a_matrix_that_is_not_positive(library: Library, triangle: bytes, kind: str) -> None:
    for order in (5, 14, 40, 100, 300):
        for place in (0, order // 3, order // 2, order - 1):
            a = positive_matrix(order, kind)
            a[place, place] = -1
            info = np.full(1, -1, INTEGER)
            library.call(f"{kind}potrf", triangle, order, a, order, info)
            assert info[0] == place + 1


# Numbers of unknowns and of systems: fewer and more than a tile's, panels with a rest, and halves; and columns that are
# a multiple of 2 KB from each other.
SYSTEMS = ((1, 1), (3, 30), (8, 24), (9, 25), (17, 49), (100, 1), (130, 75), (251, 9), (512, 50), (513, 30), (1030, 26))


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("side", [b"L", b"R"])
@pytest.mark.parametrize("triangle", [b"U", b"L"])
@pytest.mark.parametrize("diagonal", [b"N", b"U"])
def test_triangular_systems(library: Library, diagonal: bytes, triangle: bytes, side: bytes, kind: str) -> None:
    factor = scalar(2 - 1j, kind)
    for order, others in (*SYSTEMS, *((order, 37) for order in ORDERS)):
        a = solvable_matrix(order, kind)
        for matrix, b, x in with_triangles(library, f"{kind}trsm", a, others, (side, triangle, diagonal), factor):
            assert_same(matrix @ x if side == b"L" else x @ matrix, factor * b)


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("triangle", [b"U", b"L"])
@pytest.mark.parametrize("side", [b"L", b"R"])
def test_unknowns_solved_before_a_zero_on_the_diagonal_stay_finite(
    library: Library, side: bytes, triangle: bytes, kind: str
) -> None:
    order, others, zero = 40, 37, 20
    a = solvable_matrix(order, kind)
    matrix = triangle_of(a, triangle)
    # X op(A) = B begins at the other end.
    forward = (triangle == b"L") == (side == b"L")
    a[zero, zero] = 0
    solved = slice(0, zero) if forward else slice(zero + 1, order)
    x = np.ones((order, others) if side == b"L" else (others, order), TYPES[kind], order="F")
    arguments = a, order, x, len(x)
    library.call(f"{kind}trsm", side, triangle, b"N", b"N", *x.shape, np.ones(1, TYPES[kind]), *arguments)
    part, found = matrix[solved, solved], x[solved] if side == b"L" else x[:, solved]
    assert_same(part @ found if side == b"L" else found @ part, np.ones_like(found))


def assert_inverts(library: Library, a: Matrix, triangle: bytes, diagonal: bytes) -> None:
    """What xTRTRI makes of a triangle of `a` is its inverse, and the other triangle stays."""
    order, kind = len(a), KINDS[a.dtype]
    inverse, info = a.copy(order="F"), np.full(1, -1, INTEGER)
    library.call(f"{kind}trtri", triangle, diagonal, order, inverse, order, info)
    assert info[0] == 0
    unit = np.eye(order, dtype=a.dtype)
    parts = [triangle_of(matrix, triangle) for matrix in (a, inverse)]
    assert np.array_equal(inverse - parts[1], a - parts[0])
    if diagonal == b"U":
        parts = [part - np.diag(np.diag(part)) + unit for part in parts]
    assert_same(parts[0] @ parts[1], unit)


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("triangle", [b"U", b"L"])
@pytest.mark.parametrize("diagonal", [b"N", b"U"])
def test_triangular_inverses(library: Library, diagonal: bytes, triangle: bytes, kind: str) -> None:
    for order in ORDERS:
        assert_inverts(library, solvable_matrix(order, kind), triangle, diagonal)


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("triangle", [b"U", b"L"])
def test_triangular_inverses_with_the_oldest_kernels(oldest_kernels: Library, triangle: bytes, kind: str) -> None:
    """Systems of no rows, with which the driver begins: a kernel read past them and crashed."""
    for order in ORDERS:
        assert_inverts(oldest_kernels, solvable_matrix(order, kind), triangle, b"N")


@pytest.mark.parametrize("kind", TYPES)
def test_inverses(library: Library, kind: str) -> None:
    for order in ORDERS:
        a = np.asfortranarray(random_matrix(order, order, kind) + order * np.eye(order, dtype=TYPES[kind]))
        inverse, pivots, info = a.copy(order="F"), np.zeros(order, INTEGER), np.full(1, -1, INTEGER)
        work = np.zeros(64 * order, a.dtype)
        library.call(f"{kind}getrf", order, order, inverse, order, pivots, info)
        library.call(f"{kind}getri", order, inverse, order, pivots, work, len(work), info)
        assert info[0] == 0
        assert_same(inverse @ a, np.eye(order, dtype=a.dtype))


def maker_of_q(kind: str) -> str:
    """Return the name of what makes Q of a QR factorization's reflectors."""
    return f"{kind}ungqr" if kind in "cz" else f"{kind}orgqr"


@pytest.mark.parametrize("blocks", [96, 5, 1], ids=["enough room", "little", "least"])
@pytest.mark.parametrize("kind", TYPES)
def test_qr(library: Library, kind: str, blocks: int) -> None:
    for order in (1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64, 65, 100, 129, 300, 500):
        for rows, columns in {(order, order), (order + 70, order), (order, order + 70)}:
            a, least = random_matrix(rows, columns, kind), min(rows, columns)
            factors, tau, info = a.copy(order="F"), np.zeros(least, a.dtype), np.full(1, -1, INTEGER)
            work = np.zeros(blocks * rows + blocks * columns, a.dtype)
            library.call(f"{kind}geqrf", rows, columns, factors, rows, tau, work, blocks * columns, info)
            assert info[0] == 0
            # All of Q: columns without a reflector of their own are unit vectors before the others' come.
            q = np.zeros((rows, rows), a.dtype, order="F")
            q[:, :least] = factors[:, :least]
            library.call(maker_of_q(kind), rows, rows, least, q, rows, tau, work, blocks * rows, info)
            assert info[0] == 0
            assert_same(q @ np.triu(factors), a)
            assert_same(q.conj().T @ q, np.eye(rows, dtype=a.dtype))


@pytest.mark.parametrize("kind", TYPES)
def test_qr_of_high_matrices(library: Library, kind: str) -> None:
    """A few columns of many rows are factored as more columns are."""
    for rows, columns in ((1300, 20), (1100, 50), (8100, 50)):
        a, info = random_matrix(rows, columns, kind), np.full(1, -1, INTEGER)
        q, tau, work = a.copy(order="F"), np.zeros(columns, a.dtype), np.zeros(96 * columns, a.dtype)
        library.call(f"{kind}geqrf", rows, columns, q, rows, tau, work, len(work), info)
        assert info[0] == 0
        r = np.triu(q[:columns])
        library.call(maker_of_q(kind), rows, columns, columns, q, rows, tau, work, len(work), info)
        assert info[0] == 0
        assert_same(q @ r, a)
        assert_same(q.conj().T @ q, np.eye(columns, dtype=a.dtype))


@pytest.mark.parametrize("kind", TYPES)
def test_qr_asks_for_the_room_that_lapack_asks_for_and_refuses_what_it_refuses(library: Library, kind: str) -> None:
    orthogonal = maker_of_q(kind)
    a, work = np.zeros((9, 9), TYPES[kind], order="F"), np.full(9, np.nan, TYPES[kind])
    info = np.full(1, 99, INTEGER)

    def status(name: str, *sizes: int) -> int:
        *dimensions, leading, room = sizes
        library.call(name, *dimensions, a, leading, a, work, room, info)
        return int(info[0])

    for name, least, dimensions, asked in (
        (f"{kind}geqrf", -7, (9, 5), 160),
        (f"{kind}geqrf", -7, (0, 5), 1),
        (orthogonal, -8, (9, 5, 3), 160),
        (orthogonal, -8, (9, 0, 0), 32),
    ):
        assert status(name, *dimensions, 9, -1) == 0
        assert work[0] == asked
        if dimensions[-1]:
            assert status(name, *dimensions, 9, 0) == least
    assert status(f"{kind}geqrf", 9, 0, 9, 1) == 0
    assert status(f"{kind}geqrf", 9, 5, 9, 4) == -7
    assert status(f"{kind}geqrf", -1, 5, 9, 5) == -1
    assert status(f"{kind}geqrf", 9, -1, 9, 5) == -2
    assert status(f"{kind}geqrf", 9, 5, 8, 5) == -4
    assert status(orthogonal, -1, 0, 0, 9, 9) == -1
    assert status(orthogonal, 9, 10, 3, 9, 10) == -2
    assert status(orthogonal, 9, 5, 6, 9, 5) == -3
    assert status(orthogonal, 9, 5, 3, 8, 5) == -5
    assert status(orthogonal, 9, 5, 3, 9, 4) == -8


def assert_finds_schur_form(library: Library, kind: str) -> None:
    for order in (5, 30, 120):
        a = random_matrix(order, order, kind)
        schur, vectors = a.copy(order="F"), np.zeros_like(a)
        real, imaginary, work = np.zeros(order, a.dtype), np.zeros(order, a.dtype), np.zeros(100 * order, a.dtype)
        found, info, unused = np.zeros(1, INTEGER), np.full(1, -1, INTEGER), np.zeros(order, INTEGER)
        library.call(
            f"{kind}gees", b"V", b"N", unused, order, schur, order, found, real, imaginary,
            vectors, order, work, len(work), unused, info,
        )  # fmt: skip
        assert info[0] == 0
        assert_same(vectors @ schur @ vectors.T, a)


@pytest.mark.parametrize("kind", "sd")
def test_schur_form(library: Library, kind: str) -> None:
    assert_finds_schur_form(library, kind)


@pytest.mark.parametrize("kind", "sd")
def test_schur_form_with_the_oldest_kernels(oldest_kernels: Library, kind: str) -> None:
    assert_finds_schur_form(oldest_kernels, kind)


@pytest.mark.parametrize("kind", "sd")
def test_schur_form_of_numbers_whose_squares_are_infinite_or_nothing(library: Library, kind: str) -> None:
    """By xLAHQR, since other functions scale the matrix before."""
    numbers = np.finfo(TYPES[kind])
    for order in (2, 3, 4, 10, 30):
        hessenberg = np.asfortranarray(np.triu(random_matrix(order, order, kind), -1))
        for scale in (1.0, float(numbers.max) ** 0.6, float(numbers.tiny) ** 0.6):
            factor = hessenberg.dtype.type(scale)
            schur, vectors = hessenberg * factor, np.asfortranarray(np.eye(order, dtype=factor.dtype))
            real, imaginary = np.zeros((2, order), factor.dtype)
            info = np.full(1, -1, INTEGER)
            library.call(
                f"{kind}lahqr", 1, 1, order, 1, order, schur, order, real, imaginary, 1, order, vectors, order, info
            )  # fmt: skip
            assert info[0] == 0
            assert not np.tril(schur, -2).any()
            assert_same(vectors @ vectors.T, np.eye(order))
            assert_same(vectors @ (schur / factor) @ vectors.T, hessenberg)


def rotations_round_twice(library: Library, kind: str) -> bool:
    """Whether xLASR rounds its products before it adds them, as it does without AVX2 and FMA."""
    a, c, s = random_matrix(2, 64, kind), random_matrix(1, 1, kind), random_matrix(1, 1, kind)
    expected = np.array([s * a[1] + c * a[0], c * a[1] - s * a[0]])[:, 0]
    library.call(f"{kind}lasr", b"L", b"V", b"F", 2, 64, c, s, a, 2)
    assert_same(a, expected)
    return np.array_equal(a, expected)


@pytest.mark.parametrize("kind", "sd")
def test_loops_of_lapack_are_those_for_the_kernels(
    library: Library, oldest_kernels: Library, kind: str, tuned: bool
) -> None:
    assert rotations_round_twice(oldest_kernels, kind)
    families = {"Haswell", "Zen", "SkylakeX", "Cooperlake", "SapphireRapids"} if tuned else set[str]()
    assert rotations_round_twice(library, kind) != (library.kernels() in families)


@pytest.mark.parametrize("kind", "sd")
def test_machine_parameters(library: Library, kind: str) -> None:
    of = np.finfo(TYPES[kind])
    expected = {
        b"E": of.eps / 2,
        b"S": of.tiny,
        b"B": 2,
        b"P": of.eps,
        b"N": of.nmant + 1,
        b"R": 1,
        b"M": of.minexp + 1,
        b"U": of.tiny,
        b"L": of.maxexp,
        b"O": of.max,
        b"?": 0,
    }
    for letter, value in expected.items():
        assert library.number(f"{kind}lamch", letter) == library.number(f"{kind}lamch", letter.lower()) == value
    assert library.number(f"{kind}lamc3", np.ones(1, TYPES[kind]), np.full(1, 2, TYPES[kind])) == 3


def assert_encloses_eigenvalues(library: Library, kind: str) -> None:
    tolerance = np.finfo(TYPES[kind]).eps ** 0.75
    for order in (1, 2, 5, 40):
        diagonal, beside = random_matrix(order, 1, kind)[:, 0], random_matrix(order, 1, kind)[:, 0]
        tridiagonal = np.diag(diagonal) + np.diag(beside[:-1], 1) + np.diag(beside[:-1], -1)
        eigenvalues = np.linalg.eigvalsh(tridiagonal.astype(np.float64))
        smallest, width = np.finfo(TYPES[kind]).tiny, abs(tridiagonal).sum(axis=0).max()
        for index in {1, (order + 1) // 2, order}:
            value, error, info = np.zeros(1, TYPES[kind]), np.zeros(1, TYPES[kind]), np.full(1, -99, INTEGER)
            library.call(
                f"{kind}larrk", order, index, scalar(-width, kind), scalar(width, kind), diagonal, beside**2,
                scalar(smallest, kind), scalar(tolerance, kind), value, error, info,
            )  # fmt: skip
            assert info[0] == 0
            assert error[0] <= tolerance * width
            rounding = 10 * np.finfo(TYPES[kind]).eps * width
            assert abs(value[0] - eigenvalues[index - 1]) <= error[0] + rounding


@pytest.mark.parametrize("kind", "sd")
def test_intervals_enclose_eigenvalues(library: Library, kind: str) -> None:
    assert_encloses_eigenvalues(library, kind)


@pytest.mark.parametrize("kind", "sd")
def test_intervals_enclose_eigenvalues_with_the_oldest_kernels(oldest_kernels: Library, kind: str) -> None:
    assert_encloses_eigenvalues(oldest_kernels, kind)


@pytest.mark.parametrize("kind", "sd")
def test_what_is_no_number_has_no_eigenvalue(library: Library, kind: str) -> None:
    nothing, one, info = np.full(3, np.nan, TYPES[kind]), np.zeros(1, TYPES[kind]), np.full(1, -99, INTEGER)
    bounds = scalar(np.nan, kind), scalar(np.nan, kind)
    library.call(
        f"{kind}larrk", 3, 1, *bounds, nothing, nothing, scalar(1e-30, kind), scalar(1e-3, kind), one, one, info
    )  # fmt: skip
    assert info[0] == -1


@pytest.mark.parametrize("kind", TYPES)
def test_eigenvectors_of_symmetric_matrices(library: Library, kind: str) -> None:
    for order in (5, 30, 120):
        x = random_matrix(order, order, kind)
        a = np.asfortranarray(x + x.conj().T)
        vectors, info, work = a.copy(order="F"), np.full(1, -1, INTEGER), np.zeros(100 * order, a.dtype)
        values, real_work = np.zeros(order, a.real.dtype), np.zeros(3 * order, a.real.dtype)
        name, more = (f"{kind}heev", [real_work]) if kind in "cz" else (f"{kind}syev", [])
        library.call(name, b"V", b"U", order, vectors, order, values, work, len(work), *more, info)
        assert info[0] == 0
        assert_same(vectors * values @ vectors.conj().T, a)


@pytest.mark.parametrize("kind", "cz")
@pytest.mark.parametrize("name", ["heevd", "hegvd"])
def test_room_asked_for_has_blocks_of_eigenvectors(library: Library, name: str, kind: str, tuned: bool) -> None:
    """32 columns beside the eigenvectors: a column at a time is slower."""
    for order in (5, 120):
        x = random_matrix(order, order, kind)
        a = np.asfortranarray(x + x.conj().T)
        vectors, info, values = a.copy(order="F"), np.full(1, -1, INTEGER), np.zeros(order, a.real.dtype)
        begin: list[int | bytes | Matrix] = [b"V", b"L", order, vectors, order]
        if name == "hegvd":
            begin = [1, *begin, np.eye(order, dtype=a.dtype, order="F"), order]
        asked, of_reals, of_integers = np.zeros(1, a.dtype), np.zeros(1, a.real.dtype), np.zeros(1, INTEGER)
        library.call(f"{kind}{name}", *begin, values, asked, -1, of_reals, -1, of_integers, -1, info)
        assert info[0] == 0
        room = int(asked[0].real)
        assert room >= order * order + (order * 34 if tuned and order >= 120 else 2 * order)
        work, reals = np.zeros(room, a.dtype), np.zeros(int(of_reals[0]), a.real.dtype)
        integers = np.zeros(of_integers[0], INTEGER)
        rooms = work, len(work), reals, len(reals), integers, len(integers)
        library.call(f"{kind}{name}", *begin, values, *rooms, info)
        assert info[0] == 0
        assert_same(vectors * values @ vectors.conj().T, a)


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("triangle", [b"", b"U", b"L"])
def test_largest_magnitude(library: Library, triangle: bytes, kind: str) -> None:
    """The norm M: as NumPy finds it, and NaN wherever one is."""
    order = 9

    def largest(name: str, a: Matrix) -> float:
        sizes = (triangle, order) if triangle else (order, order)
        return library.number(f"{kind}{name}", b"M", *sizes, a, order, np.zeros(order))

    for name in ("lange",) if not triangle else ("lansy", "lanhe") if kind in "cz" else ("lansy",):
        for _ in range(20):
            a = random_matrix(order, order, kind)
            if name == "lanhe":
                np.fill_diagonal(a, a.diagonal().real)
            expected = abs(triangle_of(a, triangle) if triangle else a).max()
            assert largest(name, a) == pytest.approx(expected, rel=2 * float(np.finfo(a.dtype).eps))
        for row, column in ((0, 0), (3, 3), (0, 8) if triangle == b"U" else (8, 0), (8, 8)):
            for number, other in ((np.nan, 1), (np.nan, np.inf), (-np.inf, 1)):
                a = np.full((order, order), other, TYPES[kind], order="F")
                a[row, column] = number
                assert np.array_equal(largest(name, a), abs(number), equal_nan=True)


@pytest.mark.parametrize("kind", TYPES)
def test_singular_values(library: Library, kind: str) -> None:
    for order in (5, 30, 120):
        a = random_matrix(order, order, kind)
        left, right = np.zeros_like(a), np.zeros_like(a)
        values, real_work = np.zeros(order, a.real.dtype), np.zeros(5 * order, a.real.dtype)
        work, info = np.zeros(100 * order, a.dtype), np.full(1, -1, INTEGER)
        more = [real_work] if kind in "cz" else []
        library.call(
            f"{kind}gesvd", b"A", b"A", order, order, a.copy(order="F"), order, values,
            left, order, right, order, work, len(work), *more, info,
        )  # fmt: skip
        assert info[0] == 0
        assert_same(left * values @ right, a)


def reflectors(order: int, number: int, kind: str, stored: bytes) -> tuple[Matrix, Matrix]:
    """V with its ones and zeros, a reflector a column; and as it is stored, with NaN where it must not be read."""
    below = np.tril(random_matrix(order, number, kind) / order, -1)
    given = np.where(np.tril(np.ones(below.shape, bool), -1), below, np.nan).astype(TYPES[kind])
    return below + np.eye(order, number), np.asfortranarray(given if stored == b"C" else given.conj().T)


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("stored", [b"C", b"R"])
def test_triangle_of_a_block_reflector(library: Library, stored: bytes, kind: str) -> None:
    for order, number in ((3, 3), (6, 6), (9, 7), (50, 8), (100, 32), (250, 64), (300, 65), (2000, 40)):
        columns, v = reflectors(order, number, kind, stored)
        factors = random_matrix(number, 1, kind)[:, 0]
        factors[number // 2] = 0
        expected = np.zeros((number, number), TYPES[kind])
        for j in range(number):
            expected[:j, j] = -factors[j] * expected[:j, :j] @ (columns[:, :j].conj().T @ columns[:, j])
            expected[j, j] = factors[j]
        t = np.full((number + 2, number), np.nan, TYPES[kind], order="F")
        library.call(f"{kind}larft", b"F", stored, order, number, v, len(v), factors, t, len(t))
        assert_same(np.triu(t[:number]), expected)
        assert np.isnan(t[number:]).all()


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("stored", [b"C", b"R"])
@pytest.mark.parametrize("side", [b"L", b"R"])
def test_block_reflector(library: Library, side: bytes, stored: bytes, kind: str) -> None:
    """H = I - V T V^H, or its conjugate transpose, from either side: V and T have NaN where they are not to be read."""
    adjoint = b"T" if kind in "sd" else b"C"
    for order, others, number in (
        (7, 5, 3),
        (32, 40, 32),
        (100, 70, 32),
        (250, 203, 40),
        (300, 1500, 31),
        (900, 60, 16),
    ):
        columns, v = reflectors(order, number, kind, stored)
        triangle = np.triu(random_matrix(number, number, kind))
        t = with_unused_as_nan(triangle, b"U")
        for transposed in (b"N", adjoint):
            c = random_matrix(*((order, others) if side == b"L" else (others, order)), kind)
            h = np.eye(order) - columns @ effective(triangle, transposed) @ columns.conj().T
            expected = h @ c if side == b"L" else c @ h
            work = np.zeros(others * number, TYPES[kind])
            sizes = (*c.shape, number)
            library.call(
                f"{kind}larfb", side, transposed, b"F", stored, *sizes, v, len(v), t, len(t), c, len(c), work, others
            )  # fmt: skip
            assert_same(c, expected)
