"""Arrays at any place in memory, with guards around them that tell whether somebody wrote there."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[Any]
Indices = NDArray[np.int64]
TYPES: dict[str, type[np.generic]] = {"s": np.float32, "d": np.float64, "c": np.complex64, "z": np.complex128}

# Of their real parts.
PRECISIONS = {kind: np.finfo(np.float64 if kind in "dz" else np.float32) for kind in TYPES}

_GUARD = 64  # numbers before and behind
_MARK = 0xA5


@dataclass
class Block:
    """`rows` by `columns` numbers with a leading dimension, in a larger piece of memory that is marked elsewhere."""

    memory: NDArray[np.uint8]
    before: NDArray[np.uint8]
    values: Numbers
    ld: int

    @classmethod
    def make(cls, values: Numbers, ld: int, offset: int) -> Block:
        """Put `values` (in two dimensions) into memory, `offset` numbers beyond a multiple of 64 bytes."""
        rows, columns = values.shape
        item, ld = values.itemsize, max(1, ld)
        size = (ld * max(1, columns) + 2 * _GUARD + offset) * item
        raw = np.full(size + 64, _MARK, np.uint8)
        start = -raw.ctypes.data % 64 + (_GUARD + offset) * item
        view = np.ndarray((rows, columns), values.dtype, raw.data, start, (item, ld * item))
        view[...] = values
        return cls(raw, raw.copy(), view, ld)

    @property
    def address(self) -> ctypes.c_void_p:
        """Where its first number is."""
        return ctypes.c_void_p(self.values.__array_interface__["data"][0])

    def keep(self) -> None:
        """Remember how it is now."""
        self.before[...] = self.memory

    def has_changed_beside(self, places: Indices | None) -> bool:
        """Tell whether any byte has changed since, but those of the numbers at these places."""
        now = self.memory.copy()
        if places is not None:
            start = int(self.values.__array_interface__["data"][0]) - int(self.memory.ctypes.data)
            mine, was = (
                np.ndarray(self.values.shape, self.values.dtype, memory.data, start, self.values.strides)
                for memory in (now, self.before)
            )
            mine[tuple(places)] = was[tuple(places)]
        return bool((now != self.before).any())


def random_values(numbers: np.random.Generator, rows: int, columns: int, kind: str) -> Numbers:
    """Return numbers of a type whose real and imaginary parts are between -1 and 1."""
    values = numbers.uniform(-1, 1, (rows, columns)) + (
        1j * numbers.uniform(-1, 1, (rows, columns)) if kind in "cz" else 0
    )
    made: Numbers = values.astype(TYPES[kind])
    return made
