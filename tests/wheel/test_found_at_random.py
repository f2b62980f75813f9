"""What random calls found: each was wrong in the release, and is a change in the overlay."""

from __future__ import annotations

import numpy as np
import pytest

from dense import TYPES, Library, Matrix, assert_same, random_matrix, scalar, triangle_of
from fortran_arguments import integer, real

COMPLEX = "cz"
SIZES = (1, 2, 7, 60, 300)


def packed(matrix: Matrix, triangle: bytes) -> Matrix:
    """The triangle's columns, one behind the other."""
    n = len(matrix)
    rows = [range(j + 1) if triangle == b"U" else range(j, n) for j in range(n)]
    return np.concatenate([matrix[list(each), j] for j, each in enumerate(rows)])


def spread(vector: Matrix, step: int) -> Matrix:
    """The vector with an increment, in the middle of NaN."""
    memory = np.full(len(vector) * abs(step) + 200, np.nan, vector.dtype)
    memory[100 : 100 + len(vector) * abs(step) : abs(step)] = vector[:: 1 if step > 0 else -1]
    return memory


@pytest.mark.parametrize("kind", COMPLEX)
@pytest.mark.parametrize("triangle", [b"U", b"L"])
@pytest.mark.parametrize("name", ["spr", "spr2", "syr2"])
def test_updates_with_negative_increments(library: Library, name: str, triangle: bytes, kind: str) -> None:
    alpha = scalar(0.5 - 1j, kind)
    for n in SIZES:
        x, y = random_matrix(n, 1, kind)[:, 0], random_matrix(n, 2, kind)[:, 1]
        a = random_matrix(n, n, kind)
        change = np.outer(x, x) if name == "spr" else np.outer(x, y) + np.outer(y, x)
        expected = a + alpha * change
        for step in (-1, -2, 3):
            vectors: list[int | Matrix] = [spread(x, step)[100:], step]
            if name != "spr":
                vectors += [spread(y, step)[100:], step]
            if name == "syr2":
                result = a.copy(order="F")
                library.call(kind + name, triangle, n, alpha, *vectors, result, n)
                assert_same(triangle_of(result, triangle), triangle_of(expected, triangle))
            else:
                result = packed(a, triangle)
                library.call(kind + name, triangle, n, alpha, *vectors, result)
                assert_same(result, packed(expected, triangle))


@pytest.mark.parametrize("kind", COMPLEX)
@pytest.mark.parametrize("left", [b"N", b"T", b"C", b"R"])
@pytest.mark.parametrize("name", ["gemmt", "gemmtr"])
def test_triangle_of_a_product_only_reads_b(library: Library, name: str, left: bytes, kind: str) -> None:
    one, zero = scalar(1, kind), scalar(0, kind)
    for n, k in ((1, 1), (5, 3), (60, 200)):
        a = random_matrix(*((n, k) if left in b"NR" else (k, n)), kind)
        b = random_matrix(n, k, kind)
        b[0, 0] = np.inf
        before = b.tobytes()
        b.flags.writeable = False
        wide = {b"N": a, b"T": a.T, b"C": a.conj().T, b"R": a.conj()}[left]
        expected = wide @ np.where(np.isinf(b), 0, b).conj().T
        for triangle in (b"U", b"L"):
            c = np.zeros((n, n), TYPES[kind], order="F")
            library.call(kind + name, triangle, left, b"C", n, k, one, a, len(a), b, n, zero, c, n)
            assert b.tobytes() == before
            # The first column has the infinite number in it.
            c[:, 0] = expected[:, 0]
            assert_same(triangle_of(c, triangle), triangle_of(expected, triangle))


@pytest.mark.parametrize("name", ["sscal", "dscal", "cscal", "zscal", "csscal", "zdscal"])
def test_zero_times_what_is_no_number(library: Library, name: str) -> None:
    """Zero times NaN or Inf is NaN, wherever it stands."""
    kind = name[0]
    zero = np.zeros(1, real(kind) if name in ("csscal", "zdscal") else TYPES[kind])
    for n in (1, 2, 5, 17, 200):
        for step in (1, 2):
            for place in {0, n // 2, n - 1}:
                for value in (np.nan, np.inf):
                    x = np.ones(n * step, TYPES[kind])
                    x[place * step] = value
                    library.call(name, n, zero, x, step)
                    expected = np.ones(n * step, bool) if step == 1 else np.arange(n * step) % step == 0
                    assert np.isnan(x[place * step])
                    others = expected & (np.arange(n * step) != place * step)
                    assert (x[others] == 0).all()


@pytest.mark.parametrize("kind", COMPLEX)
@pytest.mark.parametrize("name", ["heevd", "heevd_2stage", "hpevd", "hbevd", "hbevd_2stage"])
def test_eigenvalues_of_inf_stay_in_their_array(library: Library, name: str, kind: str) -> None:
    numbers = np.random.default_rng(1)
    vectors = b"N" if name.endswith("2stage") else b"V"
    for n in (2, 5, 26, 40, 61):
        for _ in range(20):
            a = random_matrix(n, n, kind)
            a = np.asfortranarray(a + a.conj().T)
            i, j = numbers.integers(n, size=2)
            a[i, j] = a[j, i] = np.inf
            w = np.full(n + n * (n + 1) + 10, 7, real(kind))
            z, info = np.zeros((n, n), TYPES[kind], order="F"), integer()
            shapes: dict[str, list[int | Matrix]] = {"hp": [packed(a, b"U")], "he": [a, n], "hb": [n - 1, a, n]}
            given = shapes[name[:2]]
            room: list[int | Matrix] = [*given, w] if name.startswith("he") else [*given, w, z, n]
            long, short = 4 * n * n + 200 * n + 1000, 5 * n + 10
            work = (np.zeros(long, TYPES[kind]), np.zeros(long, real(kind)), np.zeros(short, np.int64))
            sizes = (long, long, short)
            rest: list[int | Matrix] = [each for pair in zip(work, sizes) for each in pair]
            library.call(kind + name, vectors, b"U", n, *room, *rest, info)
            assert (w[n:] == 7).all()
