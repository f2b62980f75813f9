"""The BLAS's level 1: vectors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .cases import Call, Case, Maker, traced
from .memory import Numbers
from .operands import Operand
from .outcomes import Returned, ReturnedIndex, SameBits
from .traced import Traced


def axpy(maker: Maker, name: str) -> Case:
    """Y := alpha x + y."""
    alpha, n, x, y = maker.scalar(), *_vectors(maker)
    wanted = traced(y) + traced(x).times(alpha.number)
    return maker.sums(name, [n, alpha, *x.arguments, *y.arguments], [(y, wanted)], alpha.number == 0)


def scal(maker: Maker, name: str) -> Case:
    """X := alpha x, with a real alpha where the name says so. Nothing is done with a negative increment."""
    n, x = _vector(maker)
    alpha = maker.scalar(is_real=len(name) == len("csscal"))
    # Zero times NaN is NaN, unlike in sums.
    wanted = replace(traced(x).times(alpha.number), bad=traced(x).bad)
    return maker.sums(name, [n, alpha, *x.arguments], [(x, wanted)], x.step < 0)


def copy(maker: Maker, name: str) -> Case:
    """Y := x."""
    n, x, y = _vectors(maker)
    return maker.case([Call(name, [n, *x.arguments, *y.arguments], [y])], [SameBits(y, x.values)])


def swap(maker: Maker, name: str) -> Case:
    """X and y exchanged."""
    n, x, y = _vectors(maker)
    checks = [SameBits(y, x.values), SameBits(x, y.values)]
    return maker.case([Call(name, [n, *x.arguments, *y.arguments], [x, y])], checks)


def rot(maker: Maker, name: str) -> Case:
    """X := c x + s y, and y := c y - s x, with real c and s."""
    n, x, y = _vectors(maker)
    angle = float(maker.numbers.uniform(-3, 3))
    real = {"c": "s", "z": "d"}.get(maker.kind, maker.kind)
    c, s = maker.constant(np.cos(angle), real), maker.constant(np.sin(angle), real)
    turned = [
        (x, traced(x).times(c.number) + traced(y).times(s.number)),
        (y, traced(y).times(c.number) - traced(x).times(s.number)),
    ]
    return maker.sums(name, [n, *x.arguments, *y.arguments, c, s], turned)


def dot(maker: Maker, name: str) -> Case:
    """X^T y, or x^H y."""
    n, x, y = _vectors(maker)
    wanted = traced(x).how("C" if name.endswith("c") else "T") @ traced(y)
    return _function(maker, Call(name, [n, *x.arguments, *y.arguments], returns=maker.kind), wanted)


def nrm2(maker: Maker, name: str) -> Case:
    """The Euclidean norm, also with a negative increment."""
    n, x = _vector(maker)
    parts = traced(x)
    norm = np.sqrt((parts.size.astype(np.longdouble) ** 2).sum(keepdims=True)).astype(np.float64).reshape(1, 1)
    return _function(maker, _of_one(maker, name, n, x), _number(norm, parts, n))


def asum(maker: Maker, name: str) -> Case:
    """The sum of the moduli of all real and imaginary parts; zero with a negative increment."""
    n, x = _vector(maker)
    parts = traced(x) if x.step > 0 else traced(x).times(0)
    with np.errstate(all="ignore"):
        total = (abs(parts.value.real) + abs(parts.value.imag)).sum(keepdims=True).reshape(1, 1)
    return _function(maker, _of_one(maker, name, n, x), _number(total, parts, n))


def iamax(maker: Maker, name: str) -> Case:
    """The first index, from 1, of the largest sum of moduli of real and imaginary part; 0 with a negative increment."""
    n, x = _vector(maker)
    call = Call(name, [n, *x.arguments], returns="i")
    return maker.case([call], [ReturnedIndex(lambda: call.returned, _largest(x))])


def _largest(x: Operand) -> range:
    """The index that is right; among NaN and Inf any."""
    if not len(x.values) or x.step < 0:
        return range(1)
    if not np.isfinite(x.values).all():
        return range(1, len(x.values) + 1)
    first = int((abs(x.values.real) + abs(x.values.imag)).argmax()) + 1
    return range(first, first + 1)


def _vector(maker: Maker) -> tuple[int, Operand]:
    n = maker.size() * 10
    return n, maker.vector(n)


def _vectors(maker: Maker) -> tuple[int, Operand, Operand]:
    n, x = _vector(maker)
    return n, x, maker.vector(n)


def _of_one(maker: Maker, name: str, n: int, x: Operand) -> Call:
    return Call(name, [n, *x.arguments], returns={"c": "s", "z": "d"}.get(maker.kind, maker.kind))


def _number(value: Numbers, parts: Traced, depth: int) -> Traced:
    """A number that depends on all parts."""
    return Traced(value, value, parts.bad.any(keepdims=True).reshape(1, 1), np.ones((1, 1), bool), depth)


def _function(maker: Maker, call: Call, wanted: Traced) -> Case:
    return maker.case([call], [Returned(lambda: call.returned, wanted, maker.kind, maker.mood == "special")])
