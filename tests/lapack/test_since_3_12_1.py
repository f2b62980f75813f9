"""Faults of LAPACK 3.12.1 that are mended: wrong results, and numbers written outside of arrays."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from dense import TYPES, Library, Matrix, random_matrix
from fortran_arguments import UNITARY, held, integer, real, zeros
from lapacke import COLUMNS, Lapacke

MARK = 77


def unitary(rows: int, columns: int, kind: str) -> Matrix:
    return np.asfortranarray(np.linalg.qr(random_matrix(rows, columns, kind))[0].astype(TYPES[kind]))


def in_larger(matrix: Matrix, rows: int) -> Matrix:
    """`matrix` in the first of more rows, in Fortran's order."""
    memory = np.full((rows, matrix.shape[1]), np.nan, matrix.dtype, order="F")
    memory[: len(matrix)] = matrix
    return memory


@pytest.mark.parametrize("kind", TYPES)
def test_cs_decomposition_with_fewest_rows_in_the_second_part(library: Library, kind: str) -> None:
    rows, first, columns = 10, 6, 5
    x = unitary(rows, columns, kind)
    x1, x2 = in_larger(x[:first], 9), in_larger(x[first:], 12)
    u1, u2, v = (np.zeros((each, each), TYPES[kind], order="F") for each in (first, rows - first, columns))
    work, found = np.zeros(9000, TYPES[kind]), integer()
    more: tuple[Matrix | int, ...] = () if kind in "sd" else (np.zeros(9000, real(kind)), 9000)
    library.call(
        f"{kind}{UNITARY[kind]}csd2by1", b"Y", b"Y", b"Y", rows, first, columns, x1, 9, x2, 12,
        np.zeros(columns, real(kind)), u1, first, u2, rows - first, v, columns, work, len(work), *more,
        np.zeros(99, np.int64), found,
    )  # fmt: skip
    assert found[0] == 0
    accepted = 100 * np.finfo(real(kind)).eps
    for u, part in ((u1, x[:first]), (u2, x[first:])):
        middle = abs(u.conj().T @ part @ v.conj().T)
        # One number in each row and column, the sines and cosines.
        assert ((middle > accepted).sum(0) <= 1).all()
        assert ((middle > accepted).sum(1) <= 1).all()


@pytest.mark.parametrize("kind", TYPES)
def test_drivers_return_what_bisection_says(paths: tuple[Path, Path], kind: str) -> None:
    lapacke = Lapacke(*paths)
    lapacke.check_for_nan(False)
    order = 6
    names = ("sy", "sp", "sb") if kind in "sd" else ("he", "hp", "hb")
    drivers = [f"{kind}{name}evx" for name in names] + [f"{kind}{names[0]}gvx"]
    drivers += [f"{kind}stevx"] if kind in "sd" else []
    for name in drivers:
        for triangle in (b"U", b"L"):
            letters = {"jobz": b"V", "range": b"I", "uplo": triangle}
            call = lapacke.call(name, COLUMNS, {"n": order, "il": 2, "iu": 4}, letters, {})
            assert call.info == 0
            array = next(each for each in ("a", "ap", "ab", "d") if each in call.before)
            spoiled = call.before[array].copy()
            spoiled[2 * lapacke.room + 2 if array in {"a", "ab"} else 2] = np.nan
            call = lapacke.call(name, COLUMNS, {"n": order, "il": 2, "iu": 4}, letters, {array: spoiled})
            # Of a problem of two matrices it is counted behind what the factorization of the second may say.
            assert call.info > order
            assert call.touched_beside() == []


@pytest.mark.parametrize("kind", ["s", "d"])
def test_bisection_writes_nothing_before_its_blocks(library: Library, kind: str) -> None:
    order = 6
    for number in (np.nan, 1.0):
        diagonal, beside = np.full(order, number, real(kind)), np.zeros(order - 1, real(kind))
        values, blocks, splits = np.zeros(order, real(kind)), np.full(order + 40, MARK), np.zeros(order, np.int64)
        many, parts, found = integer(), integer(), integer()
        zero, work = held(0, kind), np.zeros(4 * order, real(kind))
        library.call(
            f"{kind}stebz", b"I", b"B", order, zero, zero, 2, 3, zero, diagonal, beside, many, parts, values,
            blocks[20:], splits, work, np.zeros(3 * order, np.int64), found,
        )  # fmt: skip
        assert (blocks[:20] == MARK).all()


@pytest.mark.parametrize("kind", ["s", "d"])
def test_deflated_values_stay_in_order(library: Library, kind: str) -> None:
    """Of 0.5 and one like it, between which a zero of z deflates another."""
    above, below = 4, 3
    order = above + below + 1
    little = 20 * float(np.finfo(real(kind)).eps)
    d = np.array([0.1, 0.5, 0.5 + little / 2, 0.9, 0, 0.3, 0.5 + little, 0.7], real(kind))
    vl, vf = np.full(order, 0.3, real(kind)), np.full(order, 0.3, real(kind))
    vl[2] = 0
    places = np.array([1, 2, 3, 4, 0, 1, 2, 3])
    z, zw, vfw, vlw, sigma = (np.zeros(order, real(kind)) for _ in range(5))
    ids, idp, permutation = (np.zeros(order, np.int64) for _ in range(3))
    kept, found = integer(), integer()
    givens, numbers = np.zeros(2 * order, np.int64), np.zeros(2 * order, real(kind))
    library.call(
        f"{kind}lasd7", 0, above, below, 0, kept, d, z, zw, vf, vfw, vl, vlw, held(1, kind), held(1, kind), sigma,
        ids, idp, places, permutation, integer(), givens, order, numbers, order, held(0, kind), held(0, kind), found,
    )  # fmt: skip
    assert found[0] == 0
    assert kept[0] == order - 2
    assert (np.diff(d[kept[0] :]) <= 0).all()


@pytest.mark.parametrize("kind", ["s", "d"])
def test_pivoted_qr_stays_within_its_workspace(library: Library, kind: str) -> None:
    order, fixed = 400, 200
    a, tau, found = random_matrix(order, order, kind), np.zeros(order, real(kind)), integer()
    pivots = np.zeros(order, np.int64)
    pivots[:fixed] = 1
    room = 3 * order + 1
    work = np.full(room + 90000, MARK, real(kind))
    library.call(f"{kind}geqp3", order, order, a, order, pivots, tau, work, room, found)
    assert found[0] == 0
    assert (work[room:] == MARK).all()


@pytest.mark.parametrize("kind", ["c", "z"])
def test_least_squares_of_many_right_sides_stay_within_their_workspace(library: Library, kind: str) -> None:
    rows, columns, others = 30, 100, 500
    a, b, found = random_matrix(rows, columns, kind), random_matrix(columns, others, kind), integer()
    room = 2 * rows + rows * others
    work, values = np.full(room + 2000, MARK, TYPES[kind]), np.zeros(rows, real(kind))
    library.call(
        f"{kind}gelsd", rows, columns, others, a, rows, b, columns, values, held(-1, kind), integer(), work, room,
        np.zeros(10**6, real(kind)), np.zeros(9999, np.int64), found,
    )  # fmt: skip
    assert found[0] == 0
    assert (work[room:] == MARK).all()


@pytest.mark.parametrize("kind", ["s", "d"])
def test_reflectors_of_tiny_numbers(library: Library, kind: str) -> None:
    tiny = float(np.finfo(real(kind)).tiny)
    much, little = (1e18, 1e4) if kind == "d" else (1e8, 1e2)
    before = np.array([tiny * much, tiny * little], real(kind))
    alpha, x, tau = before[:1].copy(), before[1:].copy(), held(np.nan, kind)
    library.call(f"{kind}larfgp", 2, alpha, x, 1, tau)
    v = np.array([1, x[0]])
    after = (before - tau[0] * v * (v @ before)) / before[0]
    assert np.isfinite(after).all()
    assert abs(after[1]) < 10 * np.finfo(real(kind)).eps


@pytest.mark.parametrize("kind", TYPES)
def test_lower_bidiagonal_least_squares_by_a_small_letter(library: Library, kind: str) -> None:
    order = 4
    results = []
    for letter in (b"L", b"l", b"U"):
        b, found = np.asfortranarray(np.arange(1, order + 1).astype(TYPES[kind])[:, None]), integer()
        d, e = np.array([4, 3, 2, 1], real(kind)), np.ones(order - 1, real(kind))
        more = [] if kind in "sd" else [np.zeros(5000, real(kind))]
        library.call(
            f"{kind}lalsd", letter, 25, order, 1, d, e, b, order, held(-1, kind), integer(),
            np.zeros(5000, TYPES[kind]), *more, np.zeros(500, np.int64), found,
        )  # fmt: skip
        results.append(b)
    np.testing.assert_array_equal(results[0], results[1])
    assert not np.array_equal(results[0], results[2])


def test_random_numbers_go_on_from_the_seed_that_was_drawn(library: Library) -> None:
    """The seed whose product with the multiplier is 2**48 - 1, a float's 1.0, which is drawn again."""
    multiplier, modulus = ((494 * 4096 + 322) * 4096 + 2508) * 4096 + 2549, 2**48
    seed = (modulus - 1) * pow(multiplier, -1, modulus) % modulus
    parts, x = np.array([seed >> 36 & 4095, seed >> 24 & 4095, seed >> 12 & 4095, seed & 4095]), held(0, "s")
    library.call("slaruv", parts, 1, x)
    assert x[0] == pytest.approx((modulus - 1) * multiplier % modulus / modulus, rel=1e-6)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        *((f"{kind}rscl", f"3, number(inf, {kind!r}), numbers({kind!r}), 1") for kind in "sd"),
        ("csrscl", "3, number(inf, 's'), numbers('c'), 1"),
        ("zdrscl", "3, number(inf, 'd'), numbers('z'), 1"),
        *(
            (f"{kind}rotmg", ", ".join(f"number({each}, {kind!r})" for each in (1, "below", 5, 27)) + ", five")
            for kind in "sd"
        ),
    ],
)
def test_it_ends(paths: tuple[Path, Path], name: str, arguments: str) -> None:
    """Scaling by infinity; rotations of a negative weight for which nothing is left."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import numpy as np; from dense import TYPES, Library; from pathlib import Path\n"
        "inf = np.inf; five = np.zeros(5); number = lambda x, k: np.full(1, x, TYPES[k]); "
        "numbers = lambda k: np.ones(3, TYPES[k])\n"
        f"kind = TYPES[{'d' if name[0] in 'dz' else 's'!r}]; below = np.nextafter(kind(-25 / 729), kind(1))\n"
        f"Library(Path(sys.argv[2])).call({name!r}, {arguments})"
    )
    command = [sys.executable, "-c", code, str(Path(__file__).parents[1]), str(paths[0])]
    subprocess.run(command, check=True, timeout=20)


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("side", [b"L", b"R"])
@pytest.mark.parametrize("step", [1, -1, 2, -2])
@pytest.mark.parametrize(
    ("name", "v"),
    [
        ("larf", [1, 0.5, -0.25, 0, 0]),
        ("larf", [0, 0.5, -0.25, 0.125, 1]),
        ("larf1f", [1, 0.5, -0.25, 0.125, 0]),
        ("larf1l", [0, 0.5, -0.25, 0.125, 1]),
    ],
)
def test_reflectors_backwards(library: Library, name: str, v: list[float], step: int, side: bytes, kind: str) -> None:
    """With zeros at both ends, and with the 1 at one end that is not read."""
    order, others = len(v), 3
    c = random_matrix(*((order, others) if side == b"L" else (others, order)), kind)
    tau = np.full(1, 0.75, TYPES[kind])
    h = np.eye(order) - tau * np.outer(v, v)
    given = np.array(v, TYPES[kind])
    if name != "larf":
        given[0 if name.endswith("f") else -1] = np.nan
    memory = np.full((order - 1) * abs(step) + 1, np.nan, TYPES[kind])
    memory[:: abs(step)] = given[:: np.sign(step)]
    found = c.copy(order="F")
    library.call(f"{kind}{name}", side, *c.shape, memory, step, tau, found, len(c), zeros(9, kind))
    np.testing.assert_allclose(found, h @ c if side == b"L" else c @ h, rtol=100 * np.finfo(real(kind)).eps, atol=1e-6)
