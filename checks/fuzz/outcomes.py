"""What has to come out of calls: called without arguments, each returns what is wrong, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass

import numpy as np

from .memory import Numbers
from .operands import Operand
from .traced import Traced

Check = Callable[[], str]


@dataclass
class Near:
    """A result is near to what is wanted; `spreads` says that nothing finite comes of NaN and Inf."""

    operand: Operand
    wanted: Traced
    kind: str
    spreads: bool

    def __call__(self) -> str:
        """Compare the numbers that are kept."""
        return self.wanted.failure(self.operand.now(), self.kind, self.operand.places.used, self.spreads)


@dataclass
class SameBits:
    """A result is no other than these numbers."""

    operand: Operand
    wanted: Numbers

    def __call__(self) -> str:
        """Compare bytes."""
        return "" if self.operand.now().tobytes() == self.wanted.tobytes() else "has other bits"


@dataclass
class Returned:
    """What a function returns is near to a number."""

    returned: Callable[[], complex]
    wanted: Traced
    kind: str
    spreads: bool

    def __call__(self) -> str:
        """Compare one number."""
        return self.wanted.failure(np.array([[self.returned()]]), self.kind, spreads=self.spreads)


@dataclass
class ReturnedIndex:
    """What a function returns is one of some indices."""

    returned: Callable[[], complex]
    wanted: Container[int]

    def __call__(self) -> str:
        """Look for it."""
        found = int(self.returned().real)
        return "" if found in self.wanted else f"returns {found}, not one of {self.wanted}"


@dataclass
class Solution:
    """A X is B with a triangle A (or X A is B, `from_right`, with both transposed): nothing is left over but roundings.

    Rounding allows the same whatever A is. `spreads` says that nothing finite comes of NaN.
    """

    a: Traced
    x: Operand
    b: Traced
    kind: str
    spreads: bool
    from_right: bool = False

    def __call__(self) -> str:
        """Put the found numbers into the equations."""
        a, b = self.a, self.b
        found = self.x.now().T if self.from_right else self.x.now()
        bad = b.bad | (a.bad.any(1, keepdims=True) & np.ones_like(b.bad))
        while bad.any() and ((further := bad | (a.used.astype(float) @ bad > 0)) != bad).any():
            bad = further
        if not np.isfinite(found[~bad]).all():
            return "is not finite where it has to be"
        if self.spreads and np.isfinite(found[bad]).any():
            return "is finite where it depends on NaN"
        left = a @ Traced.of(np.where(bad, 0, found)) - b
        nothing = Traced(np.zeros_like(left.value), left.size, bad, left.used, left.depth)
        return nothing.failure(left.value, self.kind, spreads=False)
