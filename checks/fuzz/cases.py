"""Calls with random operands, what has to come out of them, and how they are called."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Union

import numpy as np

from .memory import PRECISIONS, TYPES, Block, Numbers, random_values
from .operands import Operand, Places, general, vector
from .outcomes import Check, Near, Solution
from .traced import Traced

Argument = Union[str, int, Operand]

# Mostly small, where the ways through the library change; at times large enough for threads.
_SMALL, _LARGE, _LARGE_SHARE = 40, 400, 0.1
_FACTORS = (0, 1, -1, 0.5, 0.75 - 0.5j)
_STEPS = (1, 1, 2, 3, -1, -2)
_MOODS = ("plain", "plain", "special", "tiny", "huge")
_MOODS_OF_LAPACK = ("plain", "plain", "plain", "special", "tiny", "huge")


class _Float2(ctypes.Structure):
    """A complex number is returned as C returns this."""

    _fields_ = (("real", ctypes.c_float), ("imag", ctypes.c_float))


class _Double2(ctypes.Structure):
    _fields_ = (("real", ctypes.c_double), ("imag", ctypes.c_double))


# What functions return: a number of a type, or an index.
RETURNED: dict[str, type[Any]] = {
    "s": ctypes.c_float,
    "d": ctypes.c_double,
    "c": _Float2,
    "z": _Double2,
    "i": ctypes.c_int64,
}


@dataclass
class Call:
    """A routine with its arguments, the operands among them that it may change, and what it returns."""

    routine: str
    arguments: Sequence[Argument]
    results: Sequence[Operand] = ()
    returns: str = ""
    before: Callable[[], None] | None = None
    returned: complex = 0
    wrote: str = ""

    @property
    def operands(self) -> list[Operand]:
        """Its operands."""
        return [each for each in self.arguments if isinstance(each, Operand)]

    def begin(self) -> None:
        """Put its operands together, and remember how they are."""
        if self.before:
            self.before()
        for operand in self.operands:
            operand.block.keep()

    def end(self) -> None:
        """Look for what has changed and may not have."""
        for position, argument in enumerate(self.arguments, 1):
            if isinstance(argument, Operand):
                is_result = any(argument is each for each in self.results)
                if argument.block.has_changed_beside(argument.may_change.at if is_result else None):
                    kind = "beside the results in" if is_result else "to"
                    self.wrote = self.wrote or f"{self.routine} wrote {kind} argument {position}"


@dataclass
class Case:
    """A routine by itself, or one behind those that prepare its operands, and what has to come out."""

    title: str
    routine: str
    calls: Sequence[Call]
    checks: Sequence[Check]

    def failure(self) -> str:
        """Return what is wrong after the calls, or nothing."""
        wrote = next((call.wrote for call in self.calls if call.wrote), "")
        return wrote or next((failure for check in self.checks if (failure := check())), "")


class Maker:
    """Makes the operands of one case of a generator of random numbers."""

    def __init__(self, numbers: np.random.Generator, kind: str, is_of_lapack: bool = False) -> None:
        """Choose the mood: plain numbers, one that is special (Inf, NaN), tiny or huge ones among the operands."""
        self.numbers, self.kind, self.is_of_lapack = numbers, kind, is_of_lapack
        self.mood = str(numbers.choice(_MOODS_OF_LAPACK if is_of_lapack else _MOODS))
        self.special = float(numbers.choice([np.inf, -np.inf, np.nan]))

    @property
    def is_complex(self) -> bool:
        """Whether the type is complex."""
        return self.kind in "cz"

    def size(self) -> int:
        """Return a dimension."""
        return int(self.numbers.integers(_LARGE if self.numbers.random() < _LARGE_SHARE else _SMALL))

    def pick(self, letters: str) -> str:
        """Return a letter."""
        return str(self.numbers.choice(list(letters)))

    def offset(self) -> int:
        """Return how far from a line of the cache something begins."""
        return int(self.numbers.integers(16))

    def plain(self, rows: int, columns: int) -> Numbers:
        """Return plain numbers."""
        return random_values(self.numbers, rows, columns, self.kind)

    def scale(self) -> float:
        """Return the size of the mood's numbers."""
        real = PRECISIONS[self.kind]
        return {"tiny": float(real.tiny), "huge": float(real.max) / 1e3}.get(self.mood, 1.0)

    def random(self, rows: int, columns: int) -> Numbers:
        """Return numbers of the case's mood, of which there are as many operands as plain ones."""
        values: Numbers = self.plain(rows, columns) * (self.scale() if self.numbers.integers(2) else 1)
        return values.astype(TYPES[self.kind])

    def operand(self, values: Numbers, places: Places, step: int | None = None) -> Operand:
        """Put numbers into memory; what is not kept is NaN there. Without a step it gets a leading dimension."""
        kept = places.of.shape[1]
        if self.mood == "special" and kept and values.dtype.kind in "fc" and self.numbers.integers(2):
            values = values.copy()
            values[tuple(places.of[:, self.numbers.integers(kept)])] = self.special
        rows, columns = places.memory
        step = max(1, rows + int(self.numbers.integers(5))) if step is None else step
        unused = np.nan if values.dtype.kind in "fc" else -77
        block = Block.make(np.full((rows, columns), unused, values.dtype), abs(step) or 1, self.offset())
        made = Operand(np.where(places.used, values, 0).astype(values.dtype), places, block, step)
        made.put(values)
        return made

    def matrix(self, rows: int, columns: int) -> Operand:
        """Return a matrix."""
        return self.operand(self.random(rows, columns), general(rows, columns))

    def vector(self, length: int) -> Operand:
        """Return a vector with an increment, as a column."""
        step = int(self.numbers.choice(_STEPS))
        return self.operand(self.random(length, 1), vector(length, step), step)

    def result(self, made: Operand, beta: complex) -> Operand:
        """Return a result that is not read where its factor is zero: it may be NaN then."""
        if beta == 0 and self.numbers.integers(2):
            made.put(np.full(made.places.shape, np.nan, made.values.dtype))
        return made

    def scalar(self, is_real: bool = False) -> Operand:
        """Return a factor, of the case's type or a real one."""
        value = complex(self.numbers.choice(_FACTORS))
        kind = {"c": "s", "z": "d"}.get(self.kind, self.kind) if is_real else self.kind
        return self.constant(value if kind in "cz" else value.real, kind)

    def constant(self, value: complex, kind: str) -> Operand:
        """Return a scalar with a value."""
        number = np.array([[value if kind in "cz" else value.real]], TYPES[kind])
        return Operand(number, general(1, 1), Block.make(number.copy(), 1, self.offset()))

    def integers(self, length: int) -> Operand:
        """Return memory for integers."""
        return self.operand(np.full((1, length), -77, np.int64), general(1, length), 0)

    def reals(self, length: int) -> Operand:
        """Return memory for real numbers of the type's precision."""
        return self.operand(
            np.zeros((1, length), np.float64 if self.kind in "dz" else np.float32), general(1, length), 0
        )

    def work(self, least: int, further: int = 0) -> Operand:
        """Return memory to work in: as little as is allowed, or more."""
        length = max(1, least) + int(self.numbers.integers(further + 1)) * int(self.numbers.integers(2))
        return self.operand(np.zeros((1, length), TYPES[self.kind]), general(1, length), 0)

    def near(self, operand: Operand, wanted: Traced) -> Check:
        """Check that a result is near to what is wanted."""
        return Near(operand, wanted, self.kind, self.mood == "special")

    def solution(self, a: Traced, x: Operand, b: Traced, from_right: bool = False) -> Check:
        """Check that A X is B with a triangle A: division by infinite numbers may leave finite ones."""
        spreads = self.mood == "special" and bool(np.isnan(self.special))
        return Solution(a, x, b, self.kind, spreads, from_right)

    def case(self, calls: Sequence[Call], checks: Sequence[Check]) -> Case:
        """Return a case whose last call gives it its name."""
        last = calls[-1]
        factors = [each for each in last.operands if each.places.shape == (1, 1) and not each.step]
        texts = [str(each) for each in last.arguments if isinstance(each, (str, int))]
        texts += [f"{each.values[0, 0]:g}" for each in factors if each.values.dtype.kind in "fc"]
        return Case(f"{last.routine} {self.mood}: {' '.join(texts)}", last.routine, calls, checks)

    def sums(
        self, routine: str, arguments: Sequence[Argument], wanted: Sequence[tuple[Operand, Traced]], quick: bool = False
    ) -> Case:
        """Return a case of a call whose results are sums of products; or nothing at all is done (`quick`)."""
        if quick:
            return self.case([Call(routine, arguments)], [])
        results = [operand for operand, _ in wanted]
        return self.case([Call(routine, arguments, results)], [self.near(*each) for each in wanted])


def traced(operand: Operand) -> Traced:
    """What an operand was in the beginning."""
    return Traced.of(operand.values, operand.places.used)


def call(library: ctypes.CDLL, case: Case) -> None:
    """Call the routines by Fortran's conventions, by the names of scipy_openblas64."""
    for each in case.calls:
        each.begin()
        passed, integers = _passed(each.arguments)
        function = getattr(library, f"scipy_{each.routine}_64_")
        function.restype = RETURNED.get(each.returns)
        returned = function(*passed)
        if each.returns:
            pair = (returned.real, returned.imag) if isinstance(returned, ctypes.Structure) else (returned, 0.0)
            each.returned = complex(*pair)
        if any(now.value != was for now, was in integers):
            each.wrote = f"{each.routine} wrote to an integer"
        each.end()


def _passed(arguments: Sequence[Argument]) -> tuple[list[object], list[tuple[ctypes.c_int64, int]]]:
    """Return the arguments as they are passed, the lengths of texts behind them, and the integers with their values."""
    passed: list[object] = []
    integers: list[tuple[ctypes.c_int64, int]] = []
    for argument in arguments:
        if isinstance(argument, str):
            passed.append(ctypes.c_char_p(argument.encode()))
        elif isinstance(argument, int):
            integers.append((ctypes.c_int64(argument), argument))
            passed.append(ctypes.byref(integers[-1][0]))
        else:
            passed.append(argument.block.address)
    lengths = [ctypes.c_size_t(1) for argument in arguments if isinstance(argument, str)]
    return passed + lengths, integers
