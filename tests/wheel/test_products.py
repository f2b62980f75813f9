"""Products of matrices, whose drivers are not compiled as OpenBLAS would: they take wider stripes.

Shapes below, at and above the stripes and blocks that the drivers work in.
"""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Sequence

import numpy as np
import pytest

from dense import (
    INTEGER,
    TYPES,
    Library,
    Matrix,
    Real,
    assert_same,
    effective,
    framed,
    random_matrix,
    scalar,
    triangle_of,
    with_triangles,
    with_unused_as_nan,
)

SHAPES = (
    (1, 1, 1),
    (5, 7, 3),
    (17, 13, 40),
    (33, 50, 32),
    (100, 100, 100),
    (200, 300, 100),
    (260, 250, 240),
    (900, 70, 800),
    (70, 900, 30),
    (2500, 60, 33),
    (3001, 5, 300),
    (67, 62, 1000),
    (133, 1003, 9),
    (310, 135, 390),
    (192, 47, 160),
    (49, 23, 50),
    (1100, 66, 220),
    (509, 21, 40),
    (4003, 32, 90),
    (1607, 27, 400),
    (5003, 12, 131),
    (9, 600, 700),
    (61, 59, 300),
    (60, 55, 1300),
    (1201, 7, 1150),
    (37, 2, 5003),
)
FACTORS = [0, 1, -0.5 - 0.5j]
# The CBLAS's numbers.
COLUMN_MAJOR, C_OPTIONS = 102, {b"N": 111, b"T": 112, b"C": 113}
# Orders and inner dimensions.
SIZES = [(1, 1), (7, 20), (30, 9), (100, 64), (450, 32), (450, 500)]
# Those of rank-k updates: smaller than a tile, where A stays in place, where it is copied at once and in parts.
UPDATES = [*SIZES, (0, 5), (5, 0), (2, 3), (20, 400), (25, 25), (49, 130), (73, 40), (149, 97), (200, 1000), (501, 390)]
# Orders of triangles, fewer and more than a tile's and than go by tiles, and widths of what is multiplied with them.
TRIANGLES = [
    *SIZES,
    (8, 24),
    (16, 48),
    (17, 49),
    (32, 25),
    (130, 75),
    (192, 1),
    (251, 9),
    (320, 30),
    (321, 30),
    (512, 50),
]


def before(rows: int, columns: int, beta: complex, kind: str) -> Matrix:
    """What is in C before; where beta is 0 it must not be read."""
    c = random_matrix(rows, columns, kind)
    if not beta:
        c[:] = np.nan
    return c


def integers(numbers: Sequence[int]) -> Matrix:
    return np.array(numbers, INTEGER)


def addresses(matrices: Sequence[Matrix]) -> Matrix:
    return np.array([matrix.ctypes.data for matrix in matrices], np.uintp)


def leading(matrices: Sequence[Matrix]) -> Matrix:
    """The leading dimensions of whole matrices, at least 1."""
    return integers([max(1, len(matrix)) for matrix in matrices])


@pytest.mark.parametrize("beta", FACTORS)
@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("left", [b"N", b"T", b"R", b"C"])
@pytest.mark.parametrize("right", [b"N", b"T", b"R", b"C"])
def test_gemm(library: Library, left: bytes, right: bytes, kind: str, beta: complex) -> None:
    for rows, columns, inner in SHAPES:
        a = random_matrix(*((rows, inner) if left in b"NR" else (inner, rows)), kind)
        b = random_matrix(*((inner, columns) if right in b"NR" else (columns, inner)), kind)
        c, factor, times = before(rows, columns, beta, kind), scalar(2 + 2j, kind), scalar(beta, kind)
        expected = factor * (effective(a, left) @ effective(b, right)) + (times * c if beta else 0)
        library.call(
            f"{kind}gemm", left, right, rows, columns, inner, factor, a, len(a), b, len(b), times, c, rows
        )  # fmt: skip
        assert_same(c, expected)


@pytest.mark.parametrize("beta", FACTORS)
@pytest.mark.parametrize("kind", TYPES)
def test_gemm_without_a_product(library: Library, kind: str, beta: complex) -> None:
    for factor, inner in ((0, 300), (2 + 2j, 0)):
        a, b = np.full((300, 300), np.nan, TYPES[kind]), np.full((300, 300), np.nan, TYPES[kind])
        c, times = before(300, 300, beta, kind), scalar(beta, kind)
        expected = times * c if beta else np.zeros_like(c)
        arguments = scalar(factor, kind), a, 300, b, 300, times, c, 300
        library.call(f"{kind}gemm", b"N", b"N", 300, 300, inner, *arguments)
        assert np.allclose(c, expected)


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("left", [b"N", b"T"])
@pytest.mark.parametrize("right", [b"N", b"T"])
def test_gemm_of_parts(library: Library, left: bytes, right: bytes, kind: str) -> None:
    """Matrices in larger ones: what is beside them is neither read nor written."""
    for rows, columns, inner in SHAPES:
        a, b = random_matrix(rows, inner, kind), random_matrix(inner, columns, kind)
        parts = []
        for matrix in (effective(a, left), effective(b, right), random_matrix(rows, columns, kind)):
            memory = np.full((len(matrix) + 3, matrix.shape[1]), np.nan, TYPES[kind], order="F")
            memory[: len(matrix)] = matrix
            parts.append(memory)
        expected = a @ b + parts[2][:rows]
        factor = scalar(1, kind)
        first, second, result = ((memory, len(memory)) for memory in parts)
        library.call(
            f"{kind}gemm", left, right, rows, columns, inner, factor, *first, *second, factor, *result
        )  # fmt: skip
        assert_same(parts[2][:rows], expected)
        assert np.isnan(parts[2][rows:]).all()


@pytest.mark.parametrize("beta", FACTORS[::2])
@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("left", [b"N", b"C"])
@pytest.mark.parametrize("right", [b"N", b"T"])
def test_gemm_whose_depth_threads_share(library: Library, left: bytes, right: bytes, kind: str, beta: complex) -> None:
    """More threads than CPUs too; a small C in a larger matrix, and a larger one, for two threads alone."""
    for rows, columns, inner in ((31, 20, 3001), (3, 90, 2500), (64, 64, 1100), (151, 141, 1300)):
        a, b = random_matrix(rows, inner, kind), random_matrix(inner, columns, kind)
        c, factor, times = before(rows, columns, beta, kind), scalar(2 + 2j, kind), scalar(beta, kind)
        expected = factor * (a @ b) + (times * c if beta else 0)
        first, second = (np.asfortranarray(effective(*each)) for each in ((a, left), (b, right)))
        for threads in (1, 2, 5):
            library.use_threads(threads)
            result = framed(c)
            arguments = factor, first, len(first), second, len(second), times, result, len(result)
            library.call(f"{kind}gemm", left, right, rows, columns, inner, *arguments)
            assert_same(result[:rows, :columns], expected)
            assert np.isnan(result[rows:]).all()
            assert np.isnan(result[:, columns:]).all()


@pytest.mark.parametrize("beta", FACTORS[:2])
@pytest.mark.parametrize("factor", [0, 2])
@pytest.mark.parametrize("kind", ["s", "d"])
@pytest.mark.parametrize("right", [b"N", b"T"])
def test_gemm_of_a_few(library: Library, right: bytes, kind: str, factor: complex, beta: complex) -> None:
    """Up to a few vectors of rows, in larger matrices; without a factor, A and B are not read."""
    for rows, columns, inner in itertools.product(
        (1, 2, 4, 5, 8, 9, 15, 16, 17, 31, 32, 33), range(1, 18), (0, 1, 4, 20)
    ):
        a, b, c = (random_matrix(*shape, kind) for shape in ((rows, inner), (inner, columns), (rows, columns)))
        expected = factor * (a @ b) + beta * c
        unread = 1 if factor else np.nan
        first, second = framed(a * unread), framed(effective(b, right) * unread)
        result = framed(c if beta else c * np.nan)
        arguments = (
            scalar(factor, kind),
            first,
            len(first),
            second,
            len(second),
            scalar(beta, kind),
            result,
            len(result),
        )
        library.call(f"{kind}gemm", b"N", right, rows, columns, inner, *arguments)
        assert_same(result[:rows, :columns], expected, summed=abs(factor) * (abs(a) @ abs(b)) + abs(beta) * abs(c))
        assert np.isnan(result[rows:]).all()
        assert np.isnan(result[:, columns:]).all()


@pytest.mark.parametrize("beta", FACTORS)
@pytest.mark.parametrize("factor", [0, 2 + 2j])
@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("left", [b"N", b"T", b"C"])
@pytest.mark.parametrize("right", [b"N", b"T", b"C"])
def test_gemm_batch(library: Library, left: bytes, right: bytes, kind: str, factor: complex, beta: complex) -> None:
    """A group for each shape; without a product, and with a single row or column, too."""
    shapes = (*SHAPES[:5], (1, 30, 20), (30, 1, 20), (2, 2, 50), (40, 30, 0), (60, 70, 80), (110, 120, 130))
    a = [random_matrix(*((m, k) if left == b"N" else (k, m)), kind) for m, n, k in shapes]
    b = [random_matrix(*((k, n) if right == b"N" else (n, k)), kind) for m, n, k in shapes]
    c = [before(m, n, beta, kind) for m, n, k in shapes]
    alpha, times = scalar(factor, kind), scalar(beta, kind)
    products = [alpha * (effective(x, left) @ effective(y, right)) for x, y in zip(a, b)]
    expected = [product + (times * old if beta else 0) for product, old in zip(products, c)]
    if not factor:
        for matrix in a:
            matrix[:] = np.nan
    number = len(shapes)
    rows, columns, inner = (integers(sizes) for sizes in zip(*shapes))
    options = [np.full(number, C_OPTIONS[option], np.int32) for option in (left, right)]
    library.call_c(
        f"{kind}gemm_batch", COLUMN_MAJOR, *options, rows, columns, inner, np.repeat(alpha, number), addresses(a),
        leading(a), addresses(b), leading(b), np.repeat(times, number), addresses(c), leading(c), number,
        integers([1] * number),
    )  # fmt: skip
    for calculated, right_one in zip(c, expected):
        if right_one.any():
            assert_same(calculated, right_one)
        else:
            assert not calculated.any()


def by_value(number: int, kind: str) -> Matrix | Real:
    """A factor as the CBLAS takes it: complex ones by address."""
    if kind == "s":
        return ctypes.c_float(number)
    return ctypes.c_double(number) if kind == "d" else scalar(number, kind)


@pytest.mark.parametrize("factor", [1, 0])
@pytest.mark.parametrize("kind", TYPES)
def test_strided_gemm_batch(library: Library, kind: str, factor: int) -> None:
    """Three products whose matrices follow each other; complex types take their factors by address."""
    rows, columns, inner = 20, 30, 40
    a, b = random_matrix(rows, 3 * inner, kind), random_matrix(inner, 3 * columns, kind)
    c = random_matrix(rows, 3 * columns, kind)
    products = [factor * (x @ y) for x, y in zip(np.split(a, 3, axis=1), np.split(b, 3, axis=1))]
    if not factor:
        a[:] = np.nan  # which is not read then
    library.call_c(
        f"{kind}gemm_batch_strided", COLUMN_MAJOR, C_OPTIONS[b"N"], C_OPTIONS[b"N"], rows, columns, inner,
        by_value(factor, kind), a, rows, a.size // 3, b, inner, b.size // 3, by_value(0, kind), c, rows, c.size // 3, 3,
    )  # fmt: skip
    assert_same(c, np.hstack(products))


@pytest.mark.parametrize("kind", ["s", "d"])
@pytest.mark.parametrize("right", [b"N", b"T"])
@pytest.mark.parametrize("height", [2112, 2109])
@pytest.mark.parametrize("first", [0, 3, 8])
@pytest.mark.parametrize("inner", [17, 50])
def test_large_thin_gemm(library: Library, inner: int, first: int, height: int, right: bytes, kind: str) -> None:
    """A product that goes past the cache, wherever its first row lies in memory, and nothing beside it."""
    rows, columns = 2098, 2100
    a, b = random_matrix(rows, inner, kind), random_matrix(inner, columns, kind)
    memory = np.full((height, columns), np.nan, TYPES[kind], order="F")
    c, other = memory[first : first + rows], b if right == b"N" else np.asfortranarray(b.T)
    one, zero = scalar(1, kind), scalar(0, kind)
    library.call(
        f"{kind}gemm", b"N", right, rows, columns, inner, one, a, rows, other, len(other), zero, c, height
    )  # fmt: skip
    assert_same(c, a @ b)
    assert np.isnan(memory[:first]).all()
    assert np.isnan(memory[first + rows :]).all()


@pytest.mark.parametrize("beta", FACTORS)
@pytest.mark.parametrize("name", ["ssymm", "dsymm", "csymm", "zsymm", "chemm", "zhemm"])
@pytest.mark.parametrize("side", [b"L", b"R"])
@pytest.mark.parametrize("triangle", [b"U", b"L"])
def test_symmetric_products(library: Library, triangle: bytes, side: bytes, name: str, beta: complex) -> None:
    kind = name[0]
    for order, others in SIZES:
        x = random_matrix(order, order, kind)
        a = x + (x.conj().T if name.endswith("hemm") else x.T)
        rows, columns = (order, others) if side == b"L" else (others, order)
        b, c = random_matrix(rows, columns, kind), before(rows, columns, beta, kind)
        factor, times = scalar(2 + 2j, kind), scalar(beta, kind)
        expected = factor * (a @ b if side == b"L" else b @ a) + (times * c if beta else 0)
        read = with_unused_as_nan(a, triangle)
        library.call(name, side, triangle, rows, columns, factor, read, order, b, rows, times, c, rows)
        assert_same(c, expected)


@pytest.mark.parametrize("beta", FACTORS)
@pytest.mark.parametrize("name", ["ssyrk", "dsyrk", "csyrk", "zsyrk", "cherk", "zherk"])
@pytest.mark.parametrize("triangle", [b"U", b"L"])
@pytest.mark.parametrize("transposed", [b"N", b"T"])
def test_rank_k_updates(library: Library, transposed: bytes, triangle: bytes, name: str, beta: complex) -> None:
    kind, hermitian = name[0], name.endswith("herk")
    # The factors of xHERK are real.
    real = {"c": "s", "z": "d"}[kind] if hermitian else kind
    for order, inner in UPDATES:
        a = random_matrix(*((order, inner) if transposed == b"N" else (inner, order)), kind)
        c = before(order, order, beta, kind)
        memory, old = framed(c), c.copy()
        if hermitian and (inner or beta != 1):
            # Imaginary parts of the diagonal are taken as zero where C is not left as it is.
            np.fill_diagonal(old, c.diagonal().real)
            np.fill_diagonal(memory.imag, np.nan)
        turned = a.conj().T if hermitian else a.T
        factor, times = scalar(2 + 1j, real), scalar(beta, real)
        product = factor * (a @ turned if transposed == b"N" else turned @ a) + (times * old if beta else 0)
        used = np.zeros(memory.shape, bool)
        used[:order, :order] = triangle_of(np.ones((order, order), bool), triangle)
        untouched = memory[~used]
        option = b"C" if hermitian and transposed == b"T" else transposed
        read = framed(a)
        library.call(name, triangle, option, order, inner, factor, read, len(read), times, memory, len(memory))
        assert np.array_equal(memory[~used], untouched, equal_nan=True)
        assert_same(triangle_of(memory[:order, :order], triangle), triangle_of(product, triangle))


@pytest.mark.parametrize("alpha", [1, -1, 1 + 2j])
@pytest.mark.parametrize("name", ["cgemm", "zgemm", "csyrk", "zsyrk", "cherk", "zherk"])
def test_infinite_part(library: Library, name: str, alpha: complex) -> None:
    """What is added to an infinite real part leaves the imaginary part as finite as it was."""
    kind = name[0]
    for order in (5, 40, 130, 300):
        a = random_matrix(order, order, kind)
        c = np.asfortranarray(np.full((order, order), np.inf + 1j, TYPES[kind]))
        if name.endswith("gemm"):
            one = scalar(1, kind)
            library.call(name, b"N", b"N", order, order, order, scalar(alpha, kind), a, order, a, order, one, c, order)
        else:
            real = {"c": "s", "z": "d"}[kind] if name.endswith("herk") else kind
            arguments = order, order, scalar(alpha, real), a, order, scalar(1, real), c, order
            library.call(name, b"L", b"N", *arguments)
        assert np.isposinf(c.real).all()
        assert np.isfinite(c.imag).all()


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("side", [b"L", b"R"])
@pytest.mark.parametrize("triangle", [b"U", b"L"])
@pytest.mark.parametrize("diagonal", [b"N", b"U"])
def test_triangular_products(library: Library, diagonal: bytes, triangle: bytes, side: bytes, kind: str) -> None:
    factor = scalar(2 + 2j, kind)
    for order, others in TRIANGLES:
        a = random_matrix(order, order, kind)
        for matrix, b, product in with_triangles(library, f"{kind}trmm", a, others, (side, triangle, diagonal), factor):
            assert_same(product, factor * (matrix @ b if side == b"L" else b @ matrix))
