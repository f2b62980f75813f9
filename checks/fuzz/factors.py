"""LAPACK's factorizations, and systems of equations solved with them.

Numbers are compared for plain operands. With other ones the routines only have to end, to write nowhere else, and to
set INFO.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .cases import Call, Case, Maker, traced
from .level2 import hermitian_or_symmetric, solvable, with_diagonal
from .memory import TYPES, Indices, Numbers
from .operands import Operand, general, triangle
from .outcomes import Check
from .traced import Traced

_UNSET = -77


def lapack_case(maker: Maker, calls: list[Call], checks: Sequence[Check]) -> Case:
    """Return a case that compares only plain numbers; the last argument of each call is INFO."""
    infos = [call.operands[-1] for call in calls if call.arguments]
    plain = maker.mood == "plain"

    def check() -> str:
        found = [int(info.now()[0, 0]) for info in infos]
        return f"INFO is {found}" if _UNSET in found or (plain and any(found)) else ""

    return maker.case(calls, [check, *(checks if plain else ())])


def permuted(maker: Maker, order: int) -> Operand:
    """Return a matrix with an inverse of small numbers, whose rows have to be exchanged."""
    values = maker.plain(order, order) / max(1, order) + np.eye(order, dtype=TYPES[maker.kind])
    return in_mood(maker, values[maker.numbers.permutation(order)])


def in_mood(maker: Maker, values: Numbers) -> Operand:
    """Put a matrix into memory, in the size of the case's mood."""
    scale = maker.scale()
    return maker.operand((values * scale).astype(TYPES[maker.kind]), general(*values.shape))


def lu_of(a: Operand, pivots: Operand) -> tuple[Traced, Traced, Indices]:
    """Read the factors of LU, and the rows' order that the pivots say."""
    found, (rows, columns) = a.now(), a.places.shape
    least = min(rows, columns)
    lower = np.tril(found, -1)[:, :least] + np.eye(rows, least, dtype=found.dtype)
    order = np.arange(rows)
    for row, pivot in enumerate(pivots.now()[0] - 1):
        order[[row, pivot]] = order[[pivot, row]]
    return Traced.of(lower), Traced.of(np.triu(found)[:least]), order


def _getrf_call(maker: Maker, a: Operand) -> tuple[Call, Operand]:
    pivots = maker.integers(min(a.places.shape))
    info = maker.integers(1)
    return Call(f"{maker.kind}getrf", [*a.places.shape, *a.arguments, pivots, info], [a, pivots, info]), pivots


def lu_check(maker: Maker, a: Operand, pivots: Operand) -> Check:
    """Check that the factors multiply to the matrix with its rows exchanged, and that no factor is large."""
    kind = maker.kind

    def check() -> str:
        rows, found = a.places.shape[0], pivots.now()[0]
        if not ((found > np.arange(len(found))) & (found <= rows)).all():
            return "has pivots that are no rows below"
        lower, upper, order = lu_of(a, pivots)
        if lower.size.max(initial=0) > 1.5:  # noqa: PLR2004 - in complex types the modulus may be the root of 2
            return "has a factor of rows that is larger than 1"
        return (lower @ upper).failure(a.values[order], kind)

    return check


def getrf(maker: Maker, name: str) -> Case:
    """LU with pivots."""
    del name
    a = in_mood(maker, maker.plain(maker.size(), maker.size()))
    call, pivots = _getrf_call(maker, a)
    return lapack_case(maker, [call], [lu_check(maker, a, pivots)])


def getrs(maker: Maker, name: str) -> Case:
    """Solve with the factors of LU."""
    n, others, how = maker.size(), maker.size(), maker.pick("NTC")
    a, b = permuted(maker, n), maker.matrix(n, others)
    first, pivots = _getrf_call(maker, a)
    info = maker.integers(1)
    call = Call(name, [how, n, others, *a.arguments, pivots, *b.arguments, info], [b, info])
    return lapack_case(maker, [first, call], [_lu_solution(maker, a, pivots, b, how)])


def gesv(maker: Maker, name: str) -> Case:
    """LU, and solve with it."""
    n, others = maker.size(), maker.size()
    a, b = permuted(maker, n), maker.matrix(n, others)
    pivots, info = maker.integers(n), maker.integers(1)
    call = Call(name, [n, others, *a.arguments, pivots, *b.arguments, info], [a, pivots, b, info])
    return lapack_case(maker, [call], [lu_check(maker, a, pivots), _lu_solution(maker, a, pivots, b, "N")])


def _lu_solution(maker: Maker, a: Operand, pivots: Operand, b: Operand, how: str) -> Check:
    kind = maker.kind

    def check() -> str:
        lower, upper, order = lu_of(a, pivots)
        matrix = (lower @ upper).rows(np.argsort(order))
        return (matrix.how(how) @ Traced.of(b.now())).failure(b.values, kind)

    return check


def potrf(maker: Maker, name: str) -> Case:
    """Cholesky's triangle."""
    n, upper = maker.size(), maker.pick("UL")
    values = maker.plain(n, n) / max(1, n)
    values = ((values + values.conj().T + 3 * np.eye(n)) * maker.scale()).astype(TYPES[maker.kind])
    a, info = maker.operand(values, triangle(n, upper == "U")), maker.integers(1)
    kind = maker.kind

    def check() -> str:
        product = cholesky_product(Traced.of(a.now()), upper)
        return product.failure(a.values, kind, a.places.used)

    return lapack_case(maker, [Call(name, [upper, n, *a.arguments, info], [a, info])], [check])


def cholesky_product(triangle_found: Traced, upper: str) -> Traced:
    """The matrix of Cholesky's triangle."""
    if upper == "U":
        return triangle_found.H @ triangle_found
    return triangle_found @ triangle_found.H


def cholesky_triangle(maker: Maker, n: int, upper: str) -> Operand:
    """Return a triangle as Cholesky's method gives it, with a real positive diagonal."""
    values = solvable(maker, n)
    np.fill_diagonal(values, abs(np.diagonal(values)))
    return maker.operand(values, triangle(n, upper == "U"))


def potrs(maker: Maker, name: str) -> Case:
    """Solve with Cholesky's triangle."""
    n, others, upper = maker.size(), maker.size(), maker.pick("UL")
    a, b, info = cholesky_triangle(maker, n, upper), maker.matrix(n, others), maker.integers(1)
    kind = maker.kind

    def check() -> str:
        return (cholesky_product(traced(a), upper) @ Traced.of(b.now())).failure(b.values, kind)

    return lapack_case(maker, [Call(name, [upper, n, others, *a.arguments, *b.arguments, info], [b, info])], [check])


def trtrs(maker: Maker, name: str) -> Case:
    """Solve with a triangle."""
    n, others = maker.size(), maker.size()
    upper, how, diagonal = maker.pick("UL"), maker.pick("NTC"), maker.pick("NU")
    a = maker.operand(solvable(maker, n), triangle(n, upper == "U", diagonal == "U"))
    b, info = maker.matrix(n, others), maker.integers(1)
    call = Call(name, [upper, how, diagonal, n, others, *a.arguments, *b.arguments, info], [b, info])
    return lapack_case(maker, [call], [maker.solution(with_diagonal(a, diagonal).how(how), b, traced(b))])


def sytrs(maker: Maker, name: str) -> Case:
    """Factors of a symmetric or Hermitian matrix that need not be definite, and solve with them."""
    n, others, upper, hermitian = maker.size(), maker.size(), maker.pick("UL"), name[1] == "h"
    values = maker.plain(n, n) * maker.scale()
    a = hermitian_or_symmetric(maker, values.astype(TYPES[maker.kind]), triangle(n, upper == "U"), hermitian)
    a.put(a.values)  # LAPACK may read imaginary parts of the diagonal
    b, pivots, work = maker.matrix(n, others), maker.integers(n), maker.work(1, 64 * n)
    infos = [maker.integers(1), maker.integers(1)]
    factor = [upper, n, *a.arguments, pivots, work, work.places.shape[1], infos[0]]
    solve = [upper, n, others, *a.arguments, pivots, *b.arguments, infos[1]]
    calls = [
        Call(name[:-1] + "f", factor, [a, pivots, work, infos[0]]),
        Call(name, solve, [b, infos[1]]),
    ]
    kind = maker.kind

    def check() -> str:
        product = traced(a).mirrored(hermitian) @ Traced.of(b.now())
        # Bounded only for the whole of a column.
        size = np.broadcast_to(product.size.max(0, initial=0), product.size.shape)
        return Traced(product.value, 4 * size, product.bad, product.used, product.depth).failure(b.values, kind)

    return lapack_case(maker, calls, [check])
