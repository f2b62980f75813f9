"""The BLAS's level 2: products and solutions with one vector or two."""

from __future__ import annotations

import numpy as np

from .cases import Argument, Call, Case, Maker, traced
from .memory import TYPES, Numbers
from .operands import Operand, Places, band, packed, triangle, triangular_band
from .traced import Traced


def gemv(maker: Maker, name: str) -> Case:
    """Y := alpha op(A) x + beta y with a full matrix."""
    m, n = maker.size(), maker.size()
    return _product(maker, name, [m, n], maker.matrix(m, n))


def gbmv(maker: Maker, name: str) -> Case:
    """The same with a band."""
    m, n, below, above = maker.size(), maker.size(), maker.size() // 3, maker.size() // 3
    a = maker.operand(maker.random(m, n), band(m, n, below, above), None)
    return _product(maker, name, [m, n, below, above], a)


def _product(maker: Maker, name: str, sizes: list[Argument], a: Operand) -> Case:
    how = maker.pick("NTC")
    (m, n), alpha, beta = a.places.shape, maker.scalar(), maker.scalar()
    x, y = maker.vector(n if how == "N" else m), maker.vector(m if how == "N" else n)
    maker.result(y, beta.number)
    wanted = (traced(a).how(how) @ traced(x)).times(alpha.number) + traced(y).times(beta.number)
    arguments: list[Argument] = [how, *sizes, alpha, *a.arguments, *x.arguments, beta, *y.arguments]
    # Without rows or columns nothing at all is done, unlike with an inner dimension of zero.
    return maker.sums(name, arguments, [(y, wanted)], not m or not n)


def ger(maker: Maker, name: str) -> Case:
    """A := alpha x y^T + A, or with y^H."""
    m, n = maker.size(), maker.size()
    a, alpha, x, y = maker.matrix(m, n), maker.scalar(), maker.vector(m), maker.vector(n)
    wanted = traced(a) + (traced(x) @ traced(y).how("C" if name.endswith("c") else "T")).times(alpha.number)
    arguments = [m, n, alpha, *x.arguments, *y.arguments, *a.arguments]
    return maker.sums(name, arguments, [(a, wanted)], alpha.number == 0)


def symmetric_product(maker: Maker, name: str) -> Case:
    """Y := alpha A x + beta y with a triangle of a symmetric or Hermitian matrix: xSYMV, xSBMV, xSPMV, xHEMV, ..."""
    n, hermitian = maker.size(), name[1] == "h"
    upper, sizes, places, step = _stored(maker, name[2], n)
    a = hermitian_or_symmetric(maker, maker.random(n, n), places, hermitian, step)
    alpha, beta, x, y = maker.scalar(), maker.scalar(), maker.vector(n), maker.vector(n)
    maker.result(y, beta.number)
    full = traced(a).mirrored(hermitian)
    wanted = (full @ traced(x)).times(alpha.number) + traced(y).times(beta.number)
    arguments = [upper, *sizes, alpha, *a.arguments, *x.arguments, beta, *y.arguments]
    return maker.sums(name, arguments, [(y, wanted)])


def symmetric_update(maker: Maker, name: str) -> Case:
    """A := alpha x x^T + A: xSYR, xSPR, xHER (x^H, alpha real), xHPR."""
    n, hermitian = maker.size(), name[1] == "h"
    upper, sizes, places, step = _stored(maker, name[2], n)
    a = hermitian_or_symmetric(maker, maker.random(n, n), places, hermitian, step)
    alpha, x = maker.scalar(is_real=hermitian), maker.vector(n)
    wanted = traced(a) + (traced(x) @ traced(x).how("C" if hermitian else "T")).times(alpha.number)
    return maker.sums(name, [upper, *sizes, alpha, *x.arguments, *a.arguments], [(a, wanted)], alpha.number == 0)


def symmetric_update_of_two(maker: Maker, name: str) -> Case:
    """A := alpha x y^T + alpha y x^T + A, of Hermitian matrices alpha x y^H + conj(alpha) y x^H + A."""
    n, hermitian = maker.size(), name[1] == "h"
    upper, sizes, places, step = _stored(maker, name[2], n)
    a = hermitian_or_symmetric(maker, maker.random(n, n), places, hermitian, step)
    alpha, x, y = maker.scalar(), maker.vector(n), maker.vector(n)
    how, other = ("C", alpha.number.conjugate()) if hermitian else ("T", alpha.number)
    one, two = traced(x) @ traced(y).how(how), traced(y) @ traced(x).how(how)
    wanted = traced(a) + one.times(alpha.number) + two.times(other)
    arguments = [upper, *sizes, alpha, *x.arguments, *y.arguments, *a.arguments]
    return maker.sums(name, arguments, [(a, wanted)], alpha.number == 0)


def triangular_product(maker: Maker, name: str) -> Case:
    """X := op(A) x with a triangle: xTRMV, xTBMV, xTPMV."""
    n, how, diagonal = maker.size(), maker.pick("NTC"), maker.pick("NU")
    upper, sizes, places, step = _stored(maker, name[2], n, diagonal == "U")
    a, x = maker.operand(maker.random(n, n), places, step), maker.vector(n)
    wanted = with_diagonal(a, diagonal).how(how) @ traced(x)
    return maker.sums(name, [upper, how, diagonal, *sizes, *a.arguments, *x.arguments], [(x, wanted)])


def triangular_solution(maker: Maker, name: str) -> Case:
    """X := op(A)^-1 x with a triangle: xTRSV, xTBSV, xTPSV."""
    n, how, diagonal = maker.size(), maker.pick("NTC"), maker.pick("NU")
    upper, sizes, places, step = _stored(maker, name[2], n, diagonal == "U")
    a, x = maker.operand(solvable(maker, n), places, step), maker.vector(n)
    check = maker.solution(with_diagonal(a, diagonal).how(how), x, traced(x))
    return maker.case([Call(name, [upper, how, diagonal, *sizes, *a.arguments, *x.arguments], [x])], [check])


def _stored(maker: Maker, letter: str, n: int, unit: bool = False) -> tuple[str, list[int], Places, int | None]:
    """How a triangle is kept, by the name's third letter: the letter for it, its sizes, its places and its step."""
    upper, beside = maker.pick("UL"), maker.size() // 3
    is_upper = upper == "U"
    if letter == "p":
        return upper, [n], packed(n, is_upper, unit), 0
    if letter == "b":
        return upper, [n, beside], triangular_band(n, beside, is_upper, unit), None
    return upper, [n], triangle(n, is_upper, unit), None


def hermitian_or_symmetric(
    maker: Maker, values: Numbers, places: Places, hermitian: bool, step: int | None = None
) -> Operand:
    """Return a triangle; the imaginary parts of a Hermitian matrix's diagonal are not read, they are NaN in memory."""
    if not hermitian:
        return maker.operand(values, places, step)
    values = values.copy()
    np.fill_diagonal(values, np.diagonal(values).real)
    made = maker.operand(values, places, step)
    rows, columns = made.places.at[:, made.places.of[0] == made.places.of[1]]
    made.block.values.imag[rows, columns] = np.nan
    return made


def with_diagonal(a: Operand, diagonal: str) -> Traced:
    """Return a triangle, with ones on its diagonal if that is not kept."""
    ones = np.eye(*a.values.shape, dtype=a.values.dtype) if diagonal == "U" else 0
    return Traced.of(a.values + ones, a.places.used)


def solvable(maker: Maker, order: int) -> Numbers:
    """Return a matrix whose triangles have inverses with small numbers, in every mood."""
    values = maker.plain(order, order) / max(1, order)
    turn = (
        np.exp(1j * maker.numbers.uniform(-3, 3, order)) if maker.is_complex else maker.numbers.choice([1, -1], order)
    )
    np.fill_diagonal(values, turn * maker.numbers.uniform(1, 2, order))
    return values.astype(TYPES[maker.kind])
