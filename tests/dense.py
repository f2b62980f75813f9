"""Dense matrices of LAPACK's four types, and the library's functions on them."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Union

import numpy as np
import numpy.typing as npt

from tested import IS_ILP64, exported

Matrix = npt.NDArray[Any]

TYPES: dict[str, npt.DTypeLike] = {"s": np.float32, "d": np.float64, "c": np.complex64, "z": np.complex128}
KINDS = {np.dtype(numbers): kind for kind, numbers in TYPES.items()}
# LAPACK's own tests accept 30 times the rounding error in the norm that grows with the order.
_ACCEPTED = 10


# The integers of the library's functions, in arrays and in C.
INTEGER: type[np.signedinteger[Any]] = np.int64 if IS_ILP64 else np.int32
C_INTEGER: type[ctypes.c_int64 | ctypes.c_int32] = ctypes.c_int64 if IS_ILP64 else ctypes.c_int32
# What C takes by value.
Real = Union[ctypes.c_float, ctypes.c_double]


class Library:
    """The wheel's library, called with Fortran's conventions."""

    def __init__(self, path: Path) -> None:
        self._library = ctypes.CDLL(str(path))

    def use_threads(self, number: int) -> None:
        getattr(self._library, exported("openblas_set_num_threads"))(number)

    def kernels(self) -> str:
        """The CPU family whose kernels it chose."""
        function = getattr(self._library, exported("openblas_get_corename"))
        function.restype = ctypes.c_char_p
        return str(function().decode())

    def call(self, name: str, *arguments: int | bytes | Matrix) -> None:
        self._function(name)(*self._addresses(arguments))

    def number(self, name: str, *arguments: int | bytes | Matrix) -> float:
        """What a function returns that is real, of single precision if its name begins with s or c."""
        function = self._function(name)
        function.restype = ctypes.c_float if name.startswith(("s", "c")) else ctypes.c_double
        return float(function(*self._addresses(arguments)))

    def call_c(self, name: str, *arguments: int | Matrix | Real) -> None:
        """Call a function of the CBLAS: integers and C's real numbers go by value."""
        values = [self._value(each) for each in arguments]
        getattr(self._library, exported(f"cblas_{name}"))(*values)

    def _value(self, argument: int | Matrix | Real) -> Any:
        if isinstance(argument, int):
            return C_INTEGER(argument)
        return argument if isinstance(argument, (ctypes.c_float, ctypes.c_double)) else self._addresses([argument])[0]

    def _function(self, name: str) -> Any:
        return getattr(self._library, exported(f"{name}_"))

    def _addresses(self, arguments: Sequence[int | bytes | Matrix]) -> list[Any]:
        addresses: list[Any] = []
        for argument in arguments:
            if isinstance(argument, bytes):
                addresses.append(ctypes.byref(ctypes.c_char(argument)))
            elif isinstance(argument, int):
                addresses.append(ctypes.byref(C_INTEGER(argument)))
            else:
                addresses.append(argument.ctypes.data_as(ctypes.c_void_p))
        return addresses


def random_matrix(rows: int, columns: int, kind: str) -> Matrix:
    numbers = np.random.default_rng(rows * 1000 + columns)
    matrix = numbers.standard_normal((rows, columns)) + 0j
    if kind in "cz":
        matrix += 1j * numbers.standard_normal((rows, columns))
        return np.asfortranarray(matrix.astype(TYPES[kind]))
    return np.asfortranarray(matrix.real.astype(TYPES[kind]))


def scalar(value: complex, kind: str) -> Matrix:
    """`value` as a function takes it; of a real type without its imaginary part."""
    return np.array([value if kind in "cz" else value.real], TYPES[kind])


def solvable_matrix(order: int, kind: str) -> Matrix:
    """A matrix whose triangles have small rounding errors in their inverses."""
    return np.asfortranarray(random_matrix(order, order, kind) / order + 4 * np.eye(order, dtype=TYPES[kind]))


def triangle_of(matrix: Matrix, triangle: bytes) -> Matrix:
    """The upper (U) or the lower (L) triangle of `matrix`, with zeros in the other."""
    return np.triu(matrix) if triangle == b"U" else np.tril(matrix)


def framed(matrix: Matrix) -> Matrix:
    """`matrix` in the first rows and columns of a larger array of NaN, in Fortran's order."""
    rows, columns = matrix.shape
    memory = np.full((rows + 5, columns + 1), np.nan, matrix.dtype, order="F")
    memory[:rows, :columns] = matrix
    return memory


def with_unused_as_nan(matrix: Matrix, triangle: bytes) -> Matrix:
    """Return `matrix` with NaN in the triangle that is not to be read."""
    used = triangle_of(np.ones(matrix.shape, bool), triangle)
    return np.asfortranarray(np.where(used, matrix, np.nan).astype(matrix.dtype))


def effective(matrix: Matrix, transposed: bytes) -> Matrix:
    """op(A) of the BLAS: `matrix` (N), its transpose (T), its conjugate transpose (C), its conjugate (OpenBLAS's R)."""
    return {b"N": matrix, b"T": matrix.T, b"C": matrix.conj().T, b"R": matrix.conj()}[transposed]


def with_triangles(
    library: Library, name: str, a: Matrix, others: int, how: tuple[bytes, bytes, bytes], factor: Matrix
) -> Iterator[tuple[Matrix, Matrix, Matrix]]:
    """Call xTRMM or xTRSM with a triangle of `a` transposed in every way: yield op(A), B before, and B after.

    `how`: side, triangle and diagonal. What is not to be read is NaN, and what is beside B has to stay so.
    """
    side, triangle, diagonal = how
    order, kind = len(a), KINDS[a.dtype]
    read, used = with_unused_as_nan(a, triangle), triangle_of(a, triangle)
    if diagonal == b"U":
        np.fill_diagonal(read, np.nan)
        np.fill_diagonal(used, 1)
    rows, columns = (order, others) if side == b"L" else (others, order)
    for transposed in (b"N", b"T", b"C", b"R"):
        b = random_matrix(rows, columns, kind)
        memory = framed(b)
        arguments = rows, columns, factor, read, order, memory, len(memory)
        library.call(name, side, triangle, transposed, diagonal, *arguments)
        assert np.isnan(memory[rows:]).all()
        assert np.isnan(memory[:, columns]).all()
        yield effective(used, transposed), b, memory[:rows, :columns]


def assert_same(calculated: Matrix, expected: Matrix, terms: int = 0, summed: Matrix | None = None) -> None:
    """Compare but for rounding.

    `terms` is how many products are summed for each number, if not at most the order; `summed` are the sums of their
    magnitudes, where results may be small because terms cancel, and are rounded in other places: x87 has more digits.
    """
    sizes = expected if summed is None else summed
    error, largest = (abs(matrix).max(initial=0) for matrix in (calculated - expected, sizes))
    assert error <= largest * _ACCEPTED * np.finfo(calculated.dtype).eps * max(terms, *expected.shape)
