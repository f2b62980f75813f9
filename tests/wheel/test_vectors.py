"""Products of a matrix and a vector, whose kernels are not OpenBLAS's on CPUs with AVX2 or AVX-512.

Orders below, at and above the vectors and tiles that the kernels work in, and increments of vectors. What is
beside a matrix or between a vector's numbers is NaN: it must be neither read nor written.
"""

from __future__ import annotations

import numpy as np
import pytest

from dense import (
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
    with_unused_as_nan,
)

SHAPES = (
    (1, 1),
    (3, 5),
    (8, 8),
    (15, 2),
    (17, 33),
    (70, 9),
    (9, 70),
    (43, 12),
    (50, 130),
    (78, 11),
    (86, 30),
    (94, 140),
    (100, 101),
    (700, 383),
    (131, 900),
    (4091, 21),
    (40, 6001),
    (30003, 7),
)
ORDERS = (1, 2, 7, 8, 9, 16, 31, 65, 100, 301)
INCREMENTS = ((1, 1), (3, 1), (1, 2), (-2, -1))


class Spread:
    """A vector's numbers in memory, so many places from each other, with NaN between them."""

    def __init__(self, vector: Matrix, increment: int) -> None:
        self.increment = increment
        self.memory = np.full(max(1, (len(vector) - 1) * abs(increment) + 1) + 8, np.nan, vector.dtype)
        self.vector[:] = vector

    @property
    def vector(self) -> Matrix:
        """The numbers, a view. A negative increment begins at the last place."""
        return self.memory[:-8][:: abs(self.increment)][:: 1 if self.increment > 0 else -1]

    def assert_nothing_else_written(self) -> None:
        between = np.ones(len(self.memory), bool)
        between[:-8][:: abs(self.increment)] = False
        assert np.isnan(self.memory[between]).all()


def on_line(matrix: Matrix) -> Matrix:
    """Return a copy whose first number begins a line of the cache, in Fortran's order."""
    memory = np.empty(matrix.nbytes + 64, np.uint8)
    start = -memory.ctypes.data % 64
    copy = memory[start : start + matrix.nbytes].view(matrix.dtype).reshape(matrix.shape, order="F")
    copy[:] = matrix
    return copy


def vector(length: int, kind: str) -> Matrix:
    return random_matrix(length, 1, kind)[:, 0]


@pytest.mark.parametrize("kind", ["s", "d"])
@pytest.mark.parametrize("increments", INCREMENTS)
def test_dot(library: Library, kind: str, increments: tuple[int, int]) -> None:
    assert library.number(f"{kind}dot", 0, np.zeros(0), 1, np.zeros(0), 1) == 0
    for order in (*range(1, 140), 1000, 20001, 200003):
        vectors = [random_matrix(order, column, kind)[:, -1] for column in (1, 2)]
        x, y = (Spread(vector, increment) for vector, increment in zip(vectors, increments, strict=True))
        dot = library.number(f"{kind}dot", order, x.memory, x.increment, y.memory, y.increment)
        products = vectors[0].astype(float) * vectors[1]
        assert abs(dot - products.sum()) <= 100 * np.finfo(TYPES[kind]).eps * abs(products).sum()


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("transposed", [b"N", b"T", b"C"])
@pytest.mark.parametrize("increments", INCREMENTS)
@pytest.mark.parametrize("beta", [0, 1, -0.5])
def test_gemv(library: Library, beta: float, increments: tuple[int, int], transposed: bytes, kind: str) -> None:
    for rows, columns in SHAPES:
        a, alpha, times = random_matrix(rows, columns, kind), scalar(2 - 1j, kind), scalar(beta, kind)
        matrix = effective(a, transposed)
        x = Spread(vector(matrix.shape[1], kind), increments[0])
        start = vector(len(matrix), kind) if beta else np.full(len(matrix), np.nan, TYPES[kind])
        y = Spread(start, increments[1])
        expected = alpha * (matrix @ x.vector) + (times * start if beta else 0)
        library.call(
            f"{kind}gemv", transposed, rows, columns, alpha, on_line(framed(a)), rows + 5,
            x.memory, x.increment, times, y.memory, y.increment,
        )  # fmt: skip
        assert_same(y.vector, expected, matrix.shape[1])
        y.assert_nothing_else_written()


@pytest.mark.parametrize("name", ["sger", "dger", "cgeru", "zgeru", "cgerc", "zgerc"])
@pytest.mark.parametrize("increments", INCREMENTS)
def test_rank_1_update(library: Library, increments: tuple[int, int], name: str) -> None:
    kind = name[0]
    for rows, columns in SHAPES:
        a, alpha = random_matrix(rows, columns, kind), scalar(2 - 1j, kind)
        x, y = Spread(vector(rows, kind), increments[0]), Spread(vector(columns, kind)[::-1], increments[1])
        right = y.vector.conj() if name.endswith("c") else y.vector
        expected = a + alpha * np.outer(x.vector, right)
        memory = framed(a)
        library.call(name, rows, columns, alpha, x.memory, x.increment, y.memory, y.increment, memory, rows + 5)
        assert_same(memory[:rows, :columns], expected)
        assert np.isnan(memory[rows:]).all()
        assert np.isnan(memory[:, columns]).all()


@pytest.mark.parametrize("name", ["ssymv", "dsymv", "csymv", "zsymv", "chemv", "zhemv"])
@pytest.mark.parametrize("triangle", [b"U", b"L"])
@pytest.mark.parametrize("increments", INCREMENTS)
def test_symmetric(library: Library, increments: tuple[int, int], triangle: bytes, name: str) -> None:
    kind = name[0]
    for order in ORDERS:
        square = random_matrix(order, order, kind)
        a = square + (square.conj().T if name.endswith("hemv") else square.T)
        memory = framed(with_unused_as_nan(a, triangle))
        x, y = Spread(vector(order, kind), increments[0]), Spread(vector(order, kind)[::-1], increments[1])
        alpha, times = scalar(2 - 1j, kind), scalar(-0.5, kind)
        expected = alpha * (a @ x.vector) + times * y.vector
        library.call(
            name, triangle, order, alpha, memory, order + 5, x.memory, x.increment, times, y.memory, y.increment
        )  # fmt: skip
        assert_same(y.vector, expected)
        y.assert_nothing_else_written()


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("triangle", [b"U", b"L"])
@pytest.mark.parametrize("transposed", [b"N", b"T", b"C"])
@pytest.mark.parametrize("diagonal", [b"N", b"U"])
@pytest.mark.parametrize("increment", [1, -2])
def test_triangular(
    library: Library, increment: int, diagonal: bytes, transposed: bytes, triangle: bytes, kind: str
) -> None:
    """The product with a triangular matrix, and the solution, which is back where it began."""
    for order in (*ORDERS, 601):
        a = solvable_matrix(order, kind)
        used = triangle_of(np.ones(a.shape, bool), triangle)
        matrix = triangle_of(a, triangle)
        if diagonal == b"U":
            used = used & ~np.eye(order, dtype=bool)
            matrix = np.where(np.eye(order, dtype=bool), 1, matrix).astype(a.dtype)
        memory = framed(np.where(used, a, np.nan).astype(a.dtype))
        start = vector(order, kind)
        x = Spread(start, increment)
        arguments = triangle, transposed, diagonal, order, memory, order + 5, x.memory, increment
        library.call(f"{kind}trmv", *arguments)
        assert_same(x.vector, effective(matrix, transposed) @ start)
        library.call(f"{kind}trsv", *arguments)
        assert_same(x.vector, start)
        x.assert_nothing_else_written()


@pytest.mark.parametrize("kind", ["s", "d"])
@pytest.mark.parametrize("transposed", [b"N", b"T"])
@pytest.mark.parametrize("triangle", [b"U", b"L"])
def test_triangular_with_a_diagonal_whose_inverse_is_infinite(
    library: Library, triangle: bytes, transposed: bytes, kind: str
) -> None:
    order = 20
    tiny = np.finfo(TYPES[kind]).smallest_subnormal
    a = np.asfortranarray(tiny * np.eye(order, dtype=TYPES[kind]))
    x = 3 * tiny * np.ones(order, TYPES[kind])
    library.call(f"{kind}trsv", triangle, transposed, b"N", order, a, order, x, 1)
    assert np.array_equal(x, np.full(order, 3))


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("transposed", [b"N", b"T", b"C", b"R"])
@pytest.mark.parametrize("triangle", [b"U", b"L"])
def test_triangular_systems_shared_by_threads(library: Library, triangle: bytes, transposed: bytes, kind: str) -> None:
    """More threads than CPUs too, who wait for each other."""
    order = 1307
    a = solvable_matrix(order, kind)
    matrix, read = effective(triangle_of(a, triangle), transposed), with_unused_as_nan(a, triangle)
    for threads in (2, 3, 7):
        library.use_threads(threads)
        for increment in (1, -2):
            start = vector(order, kind)
            x = Spread(matrix @ start, increment)
            library.call(f"{kind}trsv", triangle, transposed, b"N", order, read, order, x.memory, increment)
            assert_same(x.vector, start)
            x.assert_nothing_else_written()
