"""Arrays as BLAS and LAPACK store them, and calls with such arrays: the same for all tests of this folder.

An operand is the memory from its first number that belongs to the array to its last one, and for each number that the
function may read the place where it is. The places have the matrix's own shape, however it is stored.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Union

import numpy as np
import numpy.typing as npt

from dense import TYPES

Numbers = npt.NDArray[Any]
Places = npt.NDArray[np.int64]
Marks = npt.NDArray[np.bool_]
# Of the operands of a call the marked numbers; and of its results those that depend on them.
Dependence = Callable[[list[Marks]], list[Marks]]


@dataclass(frozen=True)
class Operand:
    """Memory and the places of an array's numbers in it, -1 where there is none."""

    memory: Numbers
    places: Places
    step: int  # leading dimension or increment

    @property
    def used(self) -> Marks:
        return np.asarray(self.places >= 0)

    def marked(self, place: int) -> Marks:
        return np.asarray(self.places == place)

    def with_number(self, place: int, value: float) -> Operand:
        """Return the same with another number, or real part of one, at a place."""
        memory = self.memory.copy()
        memory[place] = value if memory.dtype.kind == "f" else complex(value, memory[place].imag)
        return Operand(memory, self.places, self.step)

    def numbers_of(self, memory: Numbers) -> Numbers:
        """Return the matrix that is stored in such memory."""
        return np.where(self.places >= 0, memory[self.places], 0)


Argument = Union[int, bytes, Numbers, Operand]


@dataclass(frozen=True)
class Call:
    """A function and its arguments; which operands it writes, by number; and what depends on what."""

    name: str
    arguments: list[Argument]
    results: list[int]
    depends: Dependence | None = None
    # Whether it returns a number.
    is_function: bool = False

    @property
    def operands(self) -> list[Operand]:
        return [each for each in self.arguments if isinstance(each, Operand)]

    def whole_results(self) -> list[Marks]:
        return [self.operands[result].used for result in self.results]

    def __str__(self) -> str:
        def text(argument: Argument) -> str:
            if isinstance(argument, Operand):
                return f"<{argument.places.shape}:{argument.step}>"
            return argument.decode() if isinstance(argument, bytes) else str(argument)

        return f"{self.name}({', '.join(text(each) for each in self.arguments)})"


class Maker:
    """Operands of one of LAPACK's types, of random shape."""

    def __init__(self, kind: str, seed: int) -> None:
        self.kind = kind
        self.random = np.random.default_rng(seed)

    @property
    def is_complex(self) -> bool:
        return self.kind in "cz"

    def numbers(self, number: int) -> Numbers:
        """Numbers away from zero."""
        values = self.random.uniform(0.5, 1.5, number) * self.random.choice([-1, 1], number) + 0j
        if self.is_complex:
            values = values + 1j * self.random.uniform(0.5, 1.5, number)
            return np.asarray(values, TYPES[self.kind])
        return np.asarray(values.real, TYPES[self.kind])

    def scalar(self) -> Numbers:
        return self.numbers(1)

    def real_scalar(self) -> Numbers:
        return np.abs(self.numbers(1)).astype({"s": "f4", "c": "f4"}.get(self.kind, "f8"))

    def some(self, most: int = 24) -> int:
        return int(self.random.integers(1, most + 1))

    def extra(self) -> int:
        return int(self.random.choice([0, 0, 1, 3]))

    def increment(self) -> int:
        return int(self.random.choice([1, 1, 2, -1, -3]))

    def vector(self, number: int, increment: int | None = None) -> Operand:
        step = self.increment() if increment is None else increment
        places = np.arange(number) * abs(step)
        memory = self.numbers(1 + (number - 1) * abs(step))
        return Operand(memory, places[::-1] if step < 0 else places, step)

    def real_vector(self, number: int) -> Operand:
        memory = self.random.uniform(0.5, 1.5, number).astype({"s": "f4", "c": "f4"}.get(self.kind, "f8"))
        return Operand(memory, np.arange(number), 1)

    def integers(self, values: list[int] | Places) -> Operand:
        memory = np.array(values, np.int64)
        return Operand(memory, np.arange(len(memory)), 1)

    def matrix(self, rows: int, columns: int) -> Operand:
        step = rows + self.extra()
        row, column = np.indices((rows, columns))
        return Operand(self.numbers((columns - 1) * step + rows), row + column * step, step)

    def square(self, order: int) -> Operand:
        """Return a matrix whose diagonal is the largest part of it."""
        return self._with_large_diagonal(self.matrix(order, order), order)

    def triangle(self, order: int, upper: bool, unit: bool = False) -> Operand:
        whole = self.matrix(order, order)
        return self._with_large_diagonal(self._triangle_of(whole, upper, unit), order)

    def packed(self, order: int, upper: bool, unit: bool = False) -> Operand:
        row, column = np.indices((order, order))
        places = column * (column + 1) // 2 + row if upper else column * (2 * order - column - 1) // 2 + row
        whole = Operand(self.numbers(order * (order + 1) // 2), places, 1)
        return self._with_large_diagonal(self._triangle_of(whole, upper, unit), order)

    def band(self, rows: int, columns: int, below: int, above: int) -> Operand:
        step = below + above + 1 + self.extra()
        row, column = np.indices((rows, columns))
        within = (row - column <= below) & (column - row <= above)
        places = np.where(within, above + row - column + column * step, -1)
        return Operand(self.numbers((columns - 1) * step + below + above + 1), places, step)

    def triangular_band(self, order: int, beside: int, upper: bool, unit: bool = False) -> Operand:
        band = self.band(order, order, 0 if upper else beside, beside if upper else 0)
        return self._with_large_diagonal(self._triangle_of(band, upper, unit), order)

    @staticmethod
    def mirrored(triangle: Operand) -> Operand:
        places = np.maximum(triangle.places, triangle.places.T)
        return Operand(triangle.memory, places, triangle.step)

    @staticmethod
    def _triangle_of(whole: Operand, upper: bool, unit: bool) -> Operand:
        row, column = np.indices(whole.places.shape)
        used = row <= column if upper else row >= column
        if unit:
            used &= row != column
        return Operand(whole.memory, np.where(used, whole.places, -1), whole.step)

    @staticmethod
    def _with_large_diagonal(triangle: Operand, order: int) -> Operand:
        places = triangle.places[triangle.places >= 0]
        triangle.memory[places] /= order
        diagonal = triangle.places.diagonal()
        triangle.memory[diagonal[diagonal >= 0]] = 2
        return triangle
