"""Matrices and vectors in memory: which of their numbers are kept, and where."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .memory import Block, Indices, Numbers


@dataclass(frozen=True)
class Places:
    """Numbers of a matrix (`of`, rows and columns) and their places in a piece of memory (`at`, the same)."""

    shape: tuple[int, int]
    memory: tuple[int, int]
    of: Indices
    at: Indices

    @property
    def used(self) -> NDArray[np.bool_]:
        """Which numbers of the matrix are kept."""
        mask = np.zeros(self.shape, bool)
        mask[tuple(self.of)] = True
        return mask


def general(rows: int, columns: int) -> Places:
    """All numbers of a matrix."""
    every = np.indices((rows, columns)).reshape(2, -1)
    return Places((rows, columns), (rows, columns), every, every)


def vector(length: int, step: int) -> Places:
    """A column, in memory with an increment: a negative one begins at the last place."""
    order = np.arange(length)
    zeros = np.zeros_like(order)
    at = np.array([zeros, order if step > 0 else order[::-1]])
    return Places((length, 1), (1, length), np.array([order, zeros]), at)


def triangle(order: int, upper: bool, unit: bool = False) -> Places:
    """A triangle of a square matrix, without the diagonal if that is not kept."""
    of = _of(order, order, order, upper, unit)
    return Places((order, order), (order, order), of, of)


def packed(order: int, upper: bool, unit: bool = False) -> Places:
    """A triangle whose columns lie one behind the other."""
    rows, columns = of = _of(order, order, order, upper, unit)
    at = rows + (columns * (columns + 1) // 2 if upper else columns * (2 * order - columns - 1) // 2)
    return Places((order, order), (1, order * (order + 1) // 2), of, np.array([np.zeros_like(at), at]))


def triangular_band(order: int, beside: int, upper: bool, unit: bool = False) -> Places:
    """A triangle of which only the diagonal and some beside it are kept, each in a row."""
    rows, columns = of = _of(order, order, beside, upper, unit)
    at = np.array([rows - columns + (beside if upper else 0), columns])
    return Places((order, order), (beside + 1, order), of, at)


def band(rows: int, columns: int, below: int, above: int) -> Places:
    """The diagonal and some below and above it."""
    row, column = np.indices((rows, columns))
    of = np.array(np.nonzero((row - column <= below) & (column - row <= above)))
    return Places((rows, columns), (below + above + 1, columns), of, np.array([of[0] - of[1] + above, of[1]]))


def _of(rows: int, columns: int, beside: int, upper: bool, unit: bool) -> Indices:
    row, column = np.indices((rows, columns))
    from_diagonal = column - row if upper else row - column
    return np.array(np.nonzero((from_diagonal >= (1 if unit else 0)) & (from_diagonal <= beside)))


@dataclass
class Operand:
    """A matrix, a vector or a scalar of a call: its numbers in the beginning, and the memory that holds them.

    `step` is the leading dimension or the increment, as it is passed; packed triangles and scalars have none.
    """

    values: Numbers
    places: Places
    block: Block
    step: int = 0
    may_change: Places = field(init=False)

    def __post_init__(self) -> None:
        """Where it is a result, it may change at all of its places, unless somebody says where."""
        self.may_change = self.places

    @property
    def number(self) -> complex:
        """A scalar's value."""
        return complex(self.values[0, 0])

    @property
    def arguments(self) -> list[Operand | int]:
        """How it is passed."""
        return [self, self.step] if self.step else [self]

    def now(self) -> Numbers:
        """Return its numbers as they are, zeros where none is kept."""
        numbers = np.zeros(self.places.shape, self.block.values.dtype)
        numbers[tuple(self.places.of)] = self.block.values[tuple(self.places.at)]
        return numbers

    def put(self, values: Numbers) -> None:
        """Write the numbers that are kept into memory."""
        self.block.values[tuple(self.places.at)] = values[tuple(self.places.of)]
