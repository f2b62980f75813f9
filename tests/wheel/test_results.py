"""Results of functions that were once compiled from the wrong source, or calculated with a variable not set."""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any

import pytest

from artifacts import LIBRARY, PACKAGE
from dense import C_INTEGER
from tested import exported

_COLUMN_MAJOR, _NO_TRANS, _UPPER, _LOWER = 102, 111, 121, 122


@pytest.fixture(scope="module")
def library(contents: Path) -> ctypes.CDLL:
    return ctypes.CDLL(str(contents / PACKAGE / "lib" / LIBRARY))


def by_reference(*values: Any) -> list[Any]:
    """Fortran's way: integers, numbers and characters by address, arrays as they are."""
    kinds: dict[type, Any] = {int: C_INTEGER, float: ctypes.c_double, bytes: ctypes.c_char}
    return [ctypes.byref(kinds[type(value)](value)) if type(value) in kinds else value for value in values]


@pytest.mark.parametrize(("triangle", "changed"), [(_UPPER, {0, 2, 3}), (_LOWER, {0, 1, 3})])
def test_gemmtr_calculates_one_triangle(library: ctypes.CDLL, triangle: int, changed: set[int]) -> None:
    a, b = (ctypes.c_double * 4)(1, 2, 3, 4), (ctypes.c_double * 4)(5, 6, 7, 8)
    c = (ctypes.c_double * 4)(*[-1.0] * 4)
    numbers = [C_INTEGER(2), C_INTEGER(2), ctypes.c_double(1.0)]
    getattr(library, exported("cblas_dgemmtr"))(
        *[_COLUMN_MAJOR, triangle, _NO_TRANS, _NO_TRANS, *numbers],
        *[a, C_INTEGER(2), b, C_INTEGER(2), ctypes.c_double(0.0), c, C_INTEGER(2)],
    )
    product = [23.0, 34.0, 31.0, 46.0]
    assert list(c) == [product[index] if index in changed else -1.0 for index in range(4)]


def test_gemmtr_of_fortran(library: ctypes.CDLL) -> None:
    a, b = (ctypes.c_double * 4)(1, 2, 3, 4), (ctypes.c_double * 4)(5, 6, 7, 8)
    c = (ctypes.c_double * 4)(*[-1.0] * 4)
    getattr(library, exported("dgemmtr_"))(*by_reference(b"U", b"N", b"N", 2, 2, 1.0, a, 2, b, 2, 0.0, c, 2))
    assert list(c) == [23.0, -1.0, 31.0, 46.0]


def test_complex_pivoted_qr_sets_the_largest_column_norm(library: ctypes.CDLL) -> None:
    # Two columns of norm 3 and 5, and no step of the factorisation.
    a = (ctypes.c_double * 8)(3, 0, 0, 0, 0, 4, 3, 0)
    rank, largest, relative, info = C_INTEGER(-1), ctypes.c_double(-1), ctypes.c_double(-1), C_INTEGER(-1)
    pivots, tau = (C_INTEGER * 2)(), (ctypes.c_double * 4)()
    work, real_work, integer_work = (ctypes.c_double * 400)(), (ctypes.c_double * 8)(), (C_INTEGER * 4)()
    outputs = [ctypes.byref(value) for value in (rank, largest, relative)]
    getattr(library, exported("zgeqp3rk_"))(
        *by_reference(2, 2, 0, 0, -1.0, -1.0, a, 2, *outputs, pivots, tau),
        *by_reference(work, 200, real_work, integer_work, ctypes.byref(info)),
    )
    assert (info.value, rank.value, largest.value, relative.value) == (0, 0, 5.0, 1.0)


@pytest.mark.parametrize("size", [3, 300])  # one thread and more
def test_triangular_solve(library: ctypes.CDLL, size: int) -> None:
    # Lower bidiagonal with 2 and 1: the solution for a right-hand side of ones satisfies 2 x_i + x_(i-1) = 1.
    a = (ctypes.c_double * (size * size))()
    for column in range(size):
        a[column * size + column] = 2.0
        if column + 1 < size:
            a[column * size + column + 1] = 1.0
    b, info = (ctypes.c_double * (2 * size))(*[1.0] * (2 * size)), C_INTEGER(-1)
    getattr(library, exported("dtrtrs_"))(
        *by_reference(b"L", b"N", b"N", size, 2, a, size, b, size, ctypes.byref(info))
    )
    assert info.value == 0
    expected = [0.5]
    for _ in range(size - 1):
        expected.append((1.0 - expected[-1]) / 2)
    assert list(b) == pytest.approx(expected * 2)


def test_triangular_solve_tells_a_singular_matrix(library: ctypes.CDLL) -> None:
    a, b, info = (ctypes.c_double * 4)(1, 0, 0, 0), (ctypes.c_double * 2)(1, 1), C_INTEGER(-1)
    getattr(library, exported("dtrtrs_"))(*by_reference(b"U", b"N", b"N", 2, 1, a, 2, b, 2, ctypes.byref(info)))
    assert info.value == 2


def test_real_part_of_a_product_whose_imaginary_part_is_infinite(library: ctypes.CDLL) -> None:
    # (1e200 + i) 1e200 i, once by way of infinity times the imaginary unit, 0 + i.
    x, y, product = (ctypes.c_double * 2)(1e200, 1), (ctypes.c_double * 2)(0, 1e200), (ctypes.c_double * 2)()
    getattr(library, exported("cblas_zdotu_sub"))(C_INTEGER(1), x, C_INTEGER(1), y, C_INTEGER(1), product)
    assert list(product) == [-1e200, float("inf")]
