"""Where the operands of a call lie: between pages that can't be touched, and so many bytes from where a line begins."""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from dense import TYPES
from memory.operands import Call, Numbers, Operand

_PAGE = 4096
_ARGUMENTS = 14


class _Complex64(ctypes.Structure):
    """A complex number as C and Fortran return it."""

    _fields_: ClassVar = [("real", ctypes.c_float), ("imag", ctypes.c_float)]


class _Complex128(ctypes.Structure):
    _fields_: ClassVar = [("real", ctypes.c_double), ("imag", ctypes.c_double)]


_RETURNED: dict[str, Any] = {
    "i": ctypes.c_int64,
    "s": ctypes.c_float,
    "d": ctypes.c_double,
    "c": _Complex64,
    "z": _Complex128,
}


class Regions:
    """Memory for the operands of one call after the other, between pages that can't be touched."""

    def __init__(self, guard: Path, library: Path, number: int = 8, pages: int = 2100) -> None:
        self._guard = ctypes.CDLL(str(guard))
        self._library = ctypes.CDLL(str(library))
        self._guard.region.restype = self._guard.guarded_call.restype = ctypes.c_void_p
        self.bytes = pages * _PAGE
        self._begins = [int(self._guard.region(ctypes.c_size_t(self.bytes))) for _ in range(number)]

    def use_threads(self, number: int) -> None:
        self._library.scipy_openblas_set_num_threads64_(number)

    def at_end(self, operands: list[Operand]) -> list[int]:
        """Addresses with which each operand ends where its region does."""
        return [begin + self.bytes - each.memory.nbytes for begin, each in zip(self._begins, operands)]

    def at_begin(self, operands: list[Operand], offsets: list[int] | None = None) -> list[int]:
        """Addresses with which each operand begins so many bytes behind the begin of its region."""
        return [begin + offset for begin, offset in zip(self._begins, offsets or [0] * len(operands))]

    def run(self, call: Call, addresses: list[int]) -> tuple[list[Numbers], int | None]:
        """Run the call; return the operands' memory after it, with what it returns, and where it went beyond them."""
        views = [self._view(address, each) for address, each in zip(addresses, call.operands)]
        for view, operand in zip(views, call.operands):
            view[:] = operand.memory
        # Each argument is kept until the call is over.
        kept, places = [], iter(addresses)
        for argument in call.arguments:
            if isinstance(argument, Operand):
                kept.append(np.array([next(places)], np.int64))
            elif isinstance(argument, int):
                kept.append(np.array([argument], np.int64))
            elif isinstance(argument, bytes):
                kept.append(np.frombuffer(argument + b"\0" * 7, np.int64))
            else:
                kept.append(argument)
        pointers = (ctypes.c_void_p * _ARGUMENTS)()
        for index, (argument, each) in enumerate(zip(call.arguments, kept)):
            pointers[index] = int(each[0]) if isinstance(argument, Operand) else each.ctypes.data
        if call.is_function:
            return self._function(call, kept, pointers)
        fault = self._guard.guarded_call(self._address_of(call.name), pointers)
        return [view.copy() for view in views], fault

    def _function(self, call: Call, kept: list[Any], pointers: Any) -> tuple[list[Numbers], int | None]:
        fault = self._guard.guarded_call(self._address_of(call.name), pointers)
        if fault:
            return [], fault
        function = getattr(self._library, f"scipy_{call.name}_64_")
        function.restype = _RETURNED[call.name[0]]
        number = function(*[ctypes.c_void_p(pointers[index]) for index in range(len(kept))])
        if isinstance(number, ctypes.Structure):
            number = complex(number.real, number.imag)
        return [np.array([number], TYPES.get(call.name[0], np.int64))], None

    def _address_of(self, name: str) -> Any:
        return ctypes.cast(getattr(self._library, f"scipy_{name}_64_"), ctypes.c_void_p)

    @staticmethod
    def _view(address: int, operand: Operand) -> Numbers:
        memory: Any = (ctypes.c_char * operand.memory.nbytes).from_address(address)
        return np.asarray(np.frombuffer(memory, operand.memory.dtype))
