"""Multiply and solve with the library, and compare with the same calculated in Python."""

import ctypes
import math

from ._library import function, get_corename, get_num_threads
from ._output import say
from ._variant import ILP64

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, List

    Matrix = List[List[float]]

# Large enough for the blocked kernels and for more than one thread, small enough for Python.
_SIZE = 96
# Rounding errors of sums of _SIZE products of numbers below 1 stay far below this.
_TOLERANCE = 1e-10

_Int = ctypes.c_int64 if ILP64 else ctypes.c_int32
_ROW_MAJOR, _COLUMN_MAJOR, _NO_TRANS = 101, 102, 111


def run() -> int:
    """Print one line a test and the kernel and thread count; return 0 if all are right, else 1."""
    say(f"kernel: {get_corename()}")
    say(f"threads: {get_num_threads()}")
    failed = 0
    for title, test in _TESTS:
        error = test()
        good = error < _TOLERANCE
        failed += not good
        say(f"{'ok' if good else 'WRONG':<6} {title}, largest difference {error:.1e}")
    return 1 if failed else 0


def _matrix(seed: int) -> "Matrix":
    """Return numbers in [-0.5, 0.5), the same every time, from a linear congruential generator."""
    state, rows = seed, []
    for _ in range(_SIZE):
        row = []
        for _ in range(_SIZE):
            state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
            row.append((state >> 11) / 2**53 - 0.5)
        rows.append(row)
    return rows


def _product(a: "Matrix", b: "Matrix") -> "Matrix":
    columns = list(zip(*b))
    return [[sum(x * y for x, y in zip(row, column)) for column in columns] for row in a]


def _flat(matrix: "Matrix") -> "ctypes.Array[ctypes.c_double]":
    values = [value for row in matrix for value in row]
    return (ctypes.c_double * len(values))(*values)


def _difference(found: "ctypes.Array[ctypes.c_double]", expected: "Matrix") -> float:
    differences = [abs(one - other) for one, other in zip(found, (value for row in expected for value in row))]
    # max() passes over NaN, a sum does not.
    return max(differences) if math.isfinite(sum(differences)) else math.inf


def _multiply_cblas() -> float:
    a, b = _matrix(1), _matrix(2)
    result = (ctypes.c_double * (_SIZE * _SIZE))()
    double, n = ctypes.c_double, _SIZE
    pointer = ctypes.POINTER(double)
    dgemm = function(
        "cblas_dgemm",
        None,
        [ctypes.c_int] * 3 + [_Int] * 3 + [double, pointer, _Int, pointer, _Int, double, pointer, _Int],
    )
    dgemm(_ROW_MAJOR, _NO_TRANS, _NO_TRANS, n, n, n, 1.0, _flat(a), n, _flat(b), n, 0.0, result, n)
    return _difference(result, _product(a, b))


def _multiply_fortran() -> float:
    a, b = _matrix(3), _matrix(4)
    result = (ctypes.c_double * (_SIZE * _SIZE))()
    n, one, zero, no = _Int(_SIZE), ctypes.c_double(1), ctypes.c_double(0), ctypes.c_char(b"N")
    # Fortran stores columns: what it sees of row-wise A and B is their transposes, and B'A' = (AB)'.
    in_order = (no, no, n, n, n, one, _flat(b), n, _flat(a), n, zero, result, n)
    arguments = [ctypes.byref(value) if value is not result else value for value in in_order]
    function("dgemm_")(*arguments, ctypes.c_size_t(1), ctypes.c_size_t(1))
    return _difference(result, _product(a, b))


def _solve_lapacke() -> float:
    a, x = _matrix(5), _matrix(6)
    for index, row in enumerate(a):
        row[index] += _SIZE  # well conditioned
    right = _flat(_product(a, x))
    pivots = (_Int * _SIZE)()
    pointer, n = ctypes.POINTER(ctypes.c_double), _SIZE
    dgesv = function(
        "LAPACKE_dgesv", _Int, [ctypes.c_int, _Int, _Int, pointer, _Int, ctypes.POINTER(_Int), pointer, _Int]
    )
    status = dgesv(_ROW_MAJOR, n, n, _flat(a), n, pivots, right, n)
    return math.inf if status else _difference(right, x)


def _count_far_below_zero() -> float:
    """Add up as many products as a number below zero says whose lower half alone is one."""
    double, pointer = ctypes.c_double, ctypes.POINTER(ctypes.c_double)
    ddot = function("cblas_ddot", double, [_Int, pointer, _Int, pointer, _Int])
    one = (double * 1)(1)
    return float(ddot(1 - 2**32, one, 1, one, 1))


_TESTS: "List[tuple[str, Callable[[], float]]]" = [
    *([("integers of 64 bits (cblas_ddot)", _count_far_below_zero)] if ILP64 else []),
    (f"matrix product of order {_SIZE} (cblas_dgemm)", _multiply_cblas),
    (f"matrix product of order {_SIZE} (dgemm)", _multiply_fortran),
    (f"linear system of order {_SIZE} (LAPACKE_dgesv)", _solve_lapacke),
]
