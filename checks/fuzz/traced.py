"""What NumPy makes of numbers, beside it how large the parts of sums are, and what depends on NaN and Inf.

Nothing here calls a BLAS: NumPy's own is another build of the same code.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .memory import PRECISIONS, Numbers

Mask = NDArray[np.bool_]

# Above, a sum may overflow on its way that is finite in the end.
_LARGEST = 1 / 16


@dataclass(frozen=True)
class Traced:
    """A matrix in wide numbers: `size` is the sum of its parts' moduli, `depth` how many of them one was added to.

    `bad` are those that depend on NaN or Inf, for which `value` stands for nothing; `used` those that are no zeros by
    definition.
    """

    value: Numbers
    size: Numbers
    bad: Mask
    used: Mask
    depth: int = 0

    @classmethod
    def of(cls, values: Numbers, used: Mask | None = None) -> Traced:
        """Begin with numbers as they are."""
        bad = ~np.isfinite(values)
        wide = np.where(bad, 0, values).astype(np.complex128 if np.iscomplexobj(values) else np.float64)
        return cls(wide, abs(wide), bad, np.ones(values.shape, bool) if used is None else used | (wide != 0) | bad)

    @property
    def T(self) -> Traced:  # noqa: N802 - NumPy's name
        """The transpose."""
        return Traced(self.value.T, self.size.T, self.bad.T, self.used.T, self.depth)

    @property
    def H(self) -> Traced:  # noqa: N802 - NumPy's name
        """The conjugate transpose."""
        return replace(self.T, value=self.value.conj().T)

    def how(self, transposition: str) -> Traced:
        """op(A) of the BLAS."""
        return {"N": self, "T": self.T, "C": self.H}[transposition]

    def rows(self, order: Numbers) -> Traced:
        """Take its rows in this order."""
        return Traced(self.value[order], self.size[order], self.bad[order], self.used[order], self.depth)

    def mirrored(self, hermitian: bool) -> Traced:
        """Make a triangle a symmetric or Hermitian matrix."""
        other, beside = (self.H if hermitian else self.T), ~np.eye(len(self.value), dtype=bool)
        value, size = self.value + other.value * beside, self.size + other.size * beside
        return Traced(value, size, self.bad | other.bad, self.used | other.used, self.depth)

    def times(self, factor: complex) -> Traced:
        """Multiply with a scalar; by the definition of the BLAS nothing is read where that is zero."""
        if factor == 0:
            nothing = np.zeros(self.value.shape, bool)
            return Traced(np.zeros_like(self.value), np.zeros_like(self.size), nothing, nothing, self.depth)
        by = factor if np.iscomplexobj(self.value) else factor.real
        with np.errstate(all="ignore"):
            return replace(self, value=self.value * by, size=self.size * abs(by), depth=self.depth + 1)

    def __add__(self, other: Traced) -> Traced:
        """Add numbers."""
        with np.errstate(all="ignore"):
            value, size = self.value + other.value, self.size + other.size
        return Traced(value, size, self.bad | other.bad, self.used | other.used, max(self.depth, other.depth) + 1)

    def __sub__(self, other: Traced) -> Traced:
        """Subtract numbers."""
        return self + replace(other, value=-other.value)

    def __matmul__(self, other: Traced) -> Traced:
        """Multiply matrices."""
        bad = _any(self.bad, other.used) | _any(self.used, other.bad)
        with np.errstate(all="ignore"):
            value, size = _product(self.value, other.value), _product(self.size, other.size)
        depth = self.depth + other.depth + len(other.value)
        return Traced(value, size, bad, _any(self.used, other.used), depth)

    def bound(self, kind: str) -> Numbers:
        """Return how wrong its numbers may be in arithmetic of a type, in any order of the sums.

        Each of `depth` steps, and some of complex products and scalars, adds an error of one rounding, or of one
        underflow.
        """
        real, steps = PRECISIONS[kind], 4.0 * (self.depth + 4)
        with np.errstate(all="ignore"):
            bound: Numbers = steps * float(real.eps) * self.size + 2 * steps * float(real.smallest_subnormal)
        return bound

    def failure(self, got: Numbers, kind: str, where: Mask | None = None, spreads: bool = True) -> str:
        """Return what is wrong with numbers of a type that should be these, or nothing.

        Only those of `where` matter. `spreads` says that nothing finite may come of what is bad.
        """
        where = np.ones(got.shape, bool) if where is None else where
        certain = where & ~self.bad & (self.size < float(PRECISIONS[kind].max) * _LARGEST)
        found, wanted = got[certain], self.value[certain]
        if not np.isfinite(found).all():
            return f"is not finite where it has to be, at {_first(certain, ~np.isfinite(found))}"
        error = abs(found - wanted)
        wrong = error > self.bound(kind)[certain]
        if wrong.any():
            return f"is wrong by {error[wrong].max():.3g} of {self.size[certain].max():.3g} at {_first(certain, wrong)}"
        finite = np.isfinite(got[where & self.bad])
        if spreads and finite.any():
            return f"is finite where it depends on NaN or Inf, at {_first(where & self.bad, finite)}"
        return ""


def _product(a: Numbers, b: Numbers) -> Numbers:
    product: Numbers = np.einsum("ij,jk->ik", a, b)
    return product


def _any(a: Mask, b: Mask) -> Mask:
    """Which numbers of a product have a part whose factors are both marked."""
    if not a.any() or not b.any():
        return np.zeros((a.shape[0], b.shape[1]), bool)
    return _product(a.astype(np.float64), b.astype(np.float64)) > 0


def _first(where: Mask, chosen: Mask) -> str:
    """The first chosen place among those of a mask."""
    return str(tuple(np.argwhere(where)[chosen][0].tolist()))
