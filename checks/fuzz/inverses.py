"""LAPACK's inverses, and the product of a triangle with itself."""

from __future__ import annotations

import numpy as np

from .cases import Call, Case, Maker, traced
from .factors import cholesky_product, cholesky_triangle, lapack_case, permuted
from .level2 import solvable, with_diagonal
from .operands import Operand, triangle
from .traced import Traced


def getri(maker: Maker, name: str) -> Case:
    """The inverse by LU."""
    n = maker.size()
    a, pivots = permuted(maker, n), maker.integers(n)
    work, infos = maker.work(n, 64 * n), [maker.integers(1), maker.integers(1)]
    calls = [
        Call(f"{maker.kind}getrf", [n, n, *a.arguments, pivots, infos[0]], [a, pivots, infos[0]]),
        Call(name, [n, *a.arguments, pivots, work, work.places.shape[1], infos[1]], [a, work, infos[1]]),
    ]

    def check() -> str:
        return _not_inverse(maker, traced(a), Traced.of(a.now()))

    return lapack_case(maker, calls, [check])


def potri(maker: Maker, name: str) -> Case:
    """The inverse by Cholesky's triangle."""
    n, upper = maker.size(), maker.pick("UL")
    a, info = cholesky_triangle(maker, n, upper), maker.integers(1)

    def check() -> str:
        return _not_inverse(maker, cholesky_product(traced(a), upper), Traced.of(a.now()).mirrored(maker.is_complex))

    return lapack_case(maker, [Call(name, [upper, n, *a.arguments, info], [a, info])], [check])


def trtri(maker: Maker, name: str) -> Case:
    """The inverse of a triangle."""
    n, upper, diagonal = maker.size(), maker.pick("UL"), maker.pick("NU")
    a = maker.operand(solvable(maker, n), triangle(n, upper == "U", diagonal == "U"))
    info = maker.integers(1)

    def check() -> str:
        found: Operand = Operand(a.now(), a.places, a.block)
        return _not_inverse(maker, with_diagonal(a, diagonal), with_diagonal(found, diagonal))

    return lapack_case(maker, [Call(name, [upper, diagonal, n, *a.arguments, info], [a, info])], [check])


def _not_inverse(maker: Maker, a: Traced, inverse: Traced) -> str:
    """What is wrong with an inverse: as its columns or its rows may come first, the error goes through A once more."""
    product = inverse @ a
    twice = product @ product
    one = np.eye(len(a.value), dtype=a.value.dtype)
    return Traced(product.value, twice.size, twice.bad, twice.used, twice.depth).failure(one, maker.kind)


def lauum(maker: Maker, name: str) -> Case:
    """U U^H or L^H L, a triangle of it."""
    n, upper = maker.size(), maker.pick("UL")
    a, info = cholesky_triangle(maker, n, upper), maker.integers(1)
    found = traced(a)
    check = maker.near(a, found @ found.H if upper == "U" else found.H @ found)
    return lapack_case(maker, [Call(name, [upper, n, *a.arguments, info], [a, info])], [check])
