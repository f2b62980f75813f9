"""Arrays at any place in memory, with guards around them that tell whether somebody wrote there."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[Any]
TYPES: dict[str, type[np.generic]] = {"s": np.float32, "d": np.float64, "c": np.complex64, "z": np.complex128}

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
        item = values.itemsize
        size = (max(1, ld) * max(1, columns) + 2 * _GUARD + offset) * item
        raw = np.full(size + 64, _MARK, np.uint8)
        start = -raw.ctypes.data % 64 + (_GUARD + offset) * item
        view = np.ndarray((rows, columns), values.dtype, raw.data, start, (item, max(1, ld) * item))
        view[...] = values
        return cls(raw, raw.copy(), view, ld)

    @property
    def address(self) -> ctypes.c_void_p:
        """Where its first number is."""
        return ctypes.c_void_p(self.values.__array_interface__["data"][0])

    def is_marked_elsewhere(self) -> bool:
        """Tell whether nothing but its own numbers has changed."""
        now = self.memory.copy()
        mine = np.ndarray(self.values.shape, self.values.dtype, now.data, self._start(), self.values.strides)
        was = np.ndarray(self.values.shape, self.values.dtype, self.before.data, self._start(), self.values.strides)
        mine[...] = was
        return bool((now == self.before).all())

    def _start(self) -> int:
        return int(self.values.__array_interface__["data"][0]) - int(self.memory.ctypes.data)


def random_values(numbers: np.random.Generator, rows: int, columns: int, kind: str, mood: str) -> Numbers:
    """Return numbers of a type; `mood` says which else there are: plain, special (Inf, NaN), tiny or huge."""
    values = numbers.uniform(-1, 1, (rows, columns)) + (
        1j * numbers.uniform(-1, 1, (rows, columns)) if kind in "cz" else 0
    )
    real = np.finfo(values.real.dtype if kind in "dz" else np.float32)
    scale = {"tiny": float(real.tiny), "huge": float(real.max) / 1e3}.get(mood, 1.0)
    made: Numbers = (values * scale).astype(TYPES[kind])
    if mood == "special" and made.size:
        place = numbers.integers(rows), numbers.integers(columns)
        made[place] = numbers.choice([np.inf, -np.inf, np.nan])
    return made
