"""Calls of level 3 and of LAPACK's factorizations, with what of a result depends on what."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from memory.level2 import TRANSPOSITIONS, in_rows, product, solution, turned
from memory.operands import Argument, Call, Maker, Marks


def products(maker: Maker, m: int, n: int, k: int) -> Iterator[Call]:
    kind = maker.kind
    for ta in TRANSPOSITIONS[kind]:
        for tb in TRANSPOSITIONS[kind]:
            a = maker.matrix(*((k, m) if ta in b"TC" else (m, k)))
            b = maker.matrix(*((n, k) if tb in b"TC" else (k, n)))
            c, how = maker.matrix(m, n), [bytes([ta]), bytes([tb])]

            def depends(marks: list[Marks], ta: int = ta, tb: int = tb) -> list[Marks]:
                return [marks[2] | in_rows(turned(marks[0], ta))[:, None] | in_rows(turned(marks[1], tb).T)]

            arguments: list[Argument] = [maker.scalar(), a, a.step, b, b.step, maker.scalar(), c, c.step]
            yield Call(f"{kind}gemm", [*how, m, n, k, *arguments], [2], depends)
    for name in ("symm", "hemm") if maker.is_complex else ("symm",):
        for left in (True, False):
            for upper in (True, False):
                order = m if left else n
                a = maker.mirrored(maker.triangle(order, upper))
                b, c, how = maker.matrix(m, n), maker.matrix(m, n), [b"L" if left else b"R", b"U" if upper else b"L"]

                def depends_on_whole(marks: list[Marks], left: bool = left) -> list[Marks]:
                    others = in_rows(marks[1].T) if left else in_rows(marks[1])[:, None]
                    return [marks[2] | (in_rows(marks[0])[:, None] if left else in_rows(marks[0].T)) | others]

                arguments = [maker.scalar(), a, a.step, b, b.step, maker.scalar(), c, c.step]
                yield Call(kind + name, [*how, m, n, *arguments], [2], depends_on_whole)


def ranks(maker: Maker, n: int, k: int) -> Iterator[Call]:
    kind = maker.kind
    for name in ("sy", "he") if maker.is_complex else ("sy",):
        for upper in (True, False):
            for t in b"NC" if name == "he" else b"NT":
                shape = (k, n) if t in b"TC" else (n, k)
                a, b, c = maker.matrix(*shape), maker.matrix(*shape), maker.triangle(n, upper)
                how, used = [b"U" if upper else b"L", bytes([t])], c.used
                alpha = maker.real_scalar() if name == "he" else maker.scalar()
                beta = maker.real_scalar() if name == "he" else maker.scalar()

                def one(marks: list[Marks], used: Marks = used, t: int = t) -> list[Marks]:
                    rows = in_rows(turned(marks[0], t))
                    return [used & (marks[1] | rows[:, None] | rows)]

                def two(marks: list[Marks], used: Marks = used, t: int = t) -> list[Marks]:
                    rows = in_rows(turned(marks[0] | marks[1], t))
                    return [used & (marks[2] | rows[:, None] | rows)]

                yield Call(f"{kind}{name}rk", [*how, n, k, alpha, a, a.step, beta, c, c.step], [1], one)
                pair: list[Argument] = [a, a.step, b, b.step]
                yield Call(f"{kind}{name}r2k", [*how, n, k, maker.scalar(), *pair, beta, c, c.step], [2], two)


def triangular_products(maker: Maker, m: int, n: int) -> Iterator[Call]:
    kind = maker.kind
    for left in (True, False):
        for upper in (True, False):
            for t in TRANSPOSITIONS[kind]:
                for unit in (False, True):
                    order = m if left else n
                    a, b = maker.triangle(order, upper, unit), maker.matrix(m, n)
                    how: list[Argument] = [
                        b"L" if left else b"R",
                        b"U" if upper else b"L",
                        bytes([t]),
                        b"U" if unit else b"N",
                    ]
                    used = turned(a.used | np.eye(order, dtype=bool), t)

                    def multiplied(
                        marks: list[Marks], used: Marks = used, t: int = t, left: bool = left
                    ) -> list[Marks]:
                        a = turned(marks[0], t)
                        return [product(used, a, marks[1]) if left else product(used.T, a.T, marks[1].T).T]

                    def solved(marks: list[Marks], used: Marks = used, t: int = t, left: bool = left) -> list[Marks]:
                        a = turned(marks[0], t)
                        return [solution(used, a, marks[1]) if left else solution(used.T, a.T, marks[1].T).T]

                    arguments: list[Argument] = [*how, m, n, maker.scalar(), a, a.step, b, b.step]
                    yield Call(f"{kind}trmm", [*arguments], [1], multiplied)
                    yield Call(f"{kind}trsm", [*arguments], [1], solved)


def of_triangles(maker: Maker, n: int, others: int) -> Iterator[Call]:
    """Inverses, products and systems of triangles."""
    kind = maker.kind
    for upper in (True, False):
        how, info = b"U" if upper else b"L", maker.integers([0])
        a, b, alone = maker.triangle(n, upper), maker.matrix(n, others), maker.triangle(n, upper, unit=True)

        def inverted(marks: list[Marks], used: Marks = a.used) -> list[Marks]:
            return [used & (used @ marks[0] @ used)]

        def multiplied(marks: list[Marks], used: Marks = a.used, upper: bool = upper) -> list[Marks]:
            one = marks[0] @ used.T if upper else marks[0].T @ used
            return [used & (one | one.T)]

        def inverted_and_multiplied(marks: list[Marks], used: Marks = a.used, upper: bool = upper) -> list[Marks]:
            return multiplied(inverted(marks, used), used, upper)

        def solved_twice(marks: list[Marks], used: Marks = a.used, upper: bool = upper) -> list[Marks]:
            first, mark = (used.T, marks[0].T) if upper else (used, marks[0])
            return [solution(first.T, mark.T, solution(first, mark, marks[1]))]

        for name in ("trtri", "trti2"):
            yield Call(kind + name, [how, b"N", n, a, a.step, info], [0], inverted)
            yield Call(kind + name, [how, b"U", n, alone, alone.step, info], [0], inverted)
        for name in ("lauum", "lauu2"):
            yield Call(kind + name, [how, n, a, a.step, info], [0], multiplied)
        yield Call(f"{kind}potri", [how, n, a, a.step, info], [0], inverted_and_multiplied)
        yield Call(f"{kind}potrs", [how, n, others, a, a.step, b, b.step, info], [1], solved_twice)
        for t in TRANSPOSITIONS[kind][:3]:

            def solved(marks: list[Marks], used: Marks = a.used, t: int = t) -> list[Marks]:
                return [solution(turned(used, t), turned(marks[0], t), marks[1])]

            arguments: list[Argument] = [how, bytes([t]), b"N", n, others, a, a.step, b, b.step, info]
            yield Call(f"{kind}trtrs", arguments, [1], solved)


def factorizations(maker: Maker, m: int, n: int, others: int) -> Iterator[Call]:
    """What fills its place with factors: without what depends on what."""
    kind, info = maker.kind, maker.integers([0])
    for name in ("getrf", "getf2"):
        a, pivots = maker.matrix(m, n), maker.integers([0] * min(m, n))
        yield Call(kind + name, [m, n, a, a.step, pivots, info], [0, 1])
    a, b, pivots = maker.matrix(n, n), maker.matrix(n, others), maker.integers([0] * n)
    yield Call(f"{kind}gesv", [n, others, a, a.step, pivots, b, b.step, info], [0, 1, 2])
    exchanged = maker.integers([int(maker.random.integers(i, n)) + 1 for i in range(n)])
    for t in TRANSPOSITIONS[kind][:3]:
        a = maker.square(n)
        arguments: list[Argument] = [bytes([t]), n, others, a, a.step, exchanged, b, b.step, info]
        yield Call(f"{kind}getrs", arguments, [2])
    yield Call(f"{kind}laswp", [others, b, b.step, 1, n, exchanged, 1], [0])
    work = maker.vector(64 * n, 1)
    yield Call(f"{kind}getri", [n, a, a.step, exchanged, work, 64 * n, info], [0, 2])
    for upper in (True, False):
        how, order = b"U" if upper else b"L", n
        a = maker.triangle(order, upper)
        for name in ("potrf", "potf2"):
            yield Call(kind + name, [how, order, a, a.step, info], [0])
        yield Call(f"{kind}posv", [how, order, others, a, a.step, b, b.step, info], [0, 1])
    a, tau = maker.matrix(m, n), maker.vector(min(m, n), 1)
    work = maker.vector(64 * (m + n), 1)
    for name in ("geqrf", "gelqf"):
        yield Call(kind + name, [m, n, a, a.step, tau, work, 64 * (m + n), info], [0, 1, 2])
