"""Calls of level 1 and 2, with what of a result depends on what."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from memory.operands import Argument, Call, Maker, Marks, Operand

TRANSPOSITIONS = {"s": b"NT", "d": b"NT", "c": b"NTCR", "z": b"NTCR"}


def turned(marks: Marks, transposition: int) -> Marks:
    return marks.T if transposition in b"TC" else marks


def in_rows(marks: Marks) -> Marks:
    """Return the rows in which one is marked."""
    return np.asarray(marks.any(1))


def product(used: Marks, a: Marks, b: Marks) -> Marks:
    """Return what of A B depends on the marked numbers of A, which has numbers where it is used, and of B."""
    rows = in_rows(a)
    return np.asarray((rows[:, None] if b.ndim == 2 else rows) | (used @ b))


def solution(used: Marks, a: Marks, b: Marks) -> Marks:
    """Return what of the solution of A X = B depends on them, with a triangle A."""
    rows = in_rows(a)
    x = b | (rows[:, None] if b.ndim == 2 else rows)
    while True:
        further = x | (used @ x)
        if (further == x).all():
            return np.asarray(x)
        x = further


def vectors(maker: Maker, n: int) -> Iterator[Call]:
    kind, x, y = maker.kind, maker.vector(n), maker.vector(n)
    forward = maker.vector(n, int(maker.random.choice([1, 1, 2, 3])))
    pair: list[Argument] = [x, x.step, y, y.step]

    def both(marks: list[Marks]) -> list[Marks]:
        return [marks[0] | marks[1]]

    yield Call(f"{kind}axpy", [n, maker.scalar(), *pair], [1], both)
    yield Call(f"{kind}axpby", [n, maker.scalar(), x, x.step, maker.scalar(), y, y.step], [1], both)
    yield Call(f"{kind}copy", [n, *pair], [1], lambda marks: [marks[0]])
    yield Call(f"{kind}swap", [n, *pair], [0, 1], lambda marks: [marks[1], marks[0]])
    yield Call(f"{kind}scal", [n, maker.scalar(), forward, forward.step], [0], lambda marks: [marks[0]])
    turn = f"{kind}{'srot' if kind == 'c' else 'drot' if kind == 'z' else 'rot'}"
    yield Call(turn, [n, *pair, maker.real_scalar(), maker.real_scalar()], [0, 1], lambda m: [m[0] | m[1]] * 2)
    real = {"c": "sc", "z": "dz"}.get(kind, kind)
    for name in ("nrm2", "asum"):
        yield Call(real + name, [n, forward, forward.step], [], is_function=True)
    if kind in "cz":
        for name in ("dotu", "dotc"):
            yield Call(kind + name, [n, *pair], [], is_function=True)
        yield Call(f"{kind}{real[0]}scal", [n, maker.real_scalar(), forward, forward.step], [0], lambda m: [m[0]])
    else:
        yield Call(f"{kind}dot", [n, *pair], [], is_function=True)
        flags = Operand(np.array([-1, 0.5, 0.25, -0.5, 2], x.memory.dtype), np.arange(5), 1)
        yield Call(f"{kind}rotm", [n, *pair, flags], [0, 1])
    yield Call(f"i{kind}amax", [n, forward, forward.step], [], is_function=True)
    yield Call(f"i{kind}amin", [n, forward, forward.step], [], is_function=True)


def general(maker: Maker, m: int, n: int) -> Iterator[Call]:
    kind = maker.kind
    for t in TRANSPOSITIONS[kind]:
        rows, columns = (n, m) if t in b"TC" else (m, n)
        x, y, a = maker.vector(columns), maker.vector(rows), maker.matrix(m, n)
        below, above = (int(maker.random.integers(0, min(9, limit))) for limit in (m, n))
        band = maker.band(m, n, below, above)
        alpha, beta, how = maker.scalar(), maker.scalar(), bytes([t])
        rest: list[Argument] = [x, x.step, beta, y, y.step]

        def depends(marks: list[Marks], used: Marks = a.used, t: int = t) -> list[Marks]:
            return [marks[2] | product(turned(used, t), turned(marks[0], t), marks[1])]

        def depends_band(marks: list[Marks], used: Marks = band.used, t: int = t) -> list[Marks]:
            return [marks[2] | product(turned(used, t), turned(marks[0], t), marks[1])]

        yield Call(f"{kind}gemv", [how, m, n, alpha, a, a.step, *rest], [2], depends)
        yield Call(f"{kind}gbmv", [how, m, n, below, above, alpha, band, band.step, *rest], [2], depends_band)
    for name in ("geru", "gerc") if kind in "cz" else ("ger",):
        x, y, a = maker.vector(m), maker.vector(n), maker.matrix(m, n)
        yield Call(
            kind + name,
            [m, n, maker.scalar(), x, x.step, y, y.step, a, a.step],
            [2],
            lambda marks: [marks[2] | marks[0][:, None] | marks[1]],
        )


def symmetric(maker: Maker, n: int) -> Iterator[Call]:
    kind = maker.kind
    names = ["sy", "he"] if maker.is_complex else ["sy"]
    for name in names:
        for upper in (True, False):
            how, beside = b"U" if upper else b"L", int(maker.random.integers(0, min(9, n)))
            whole, packed = maker.mirrored(maker.triangle(n, upper)), maker.mirrored(maker.packed(n, upper))
            band = maker.mirrored(maker.triangular_band(n, beside, upper))
            x, y, alpha, beta = maker.vector(n), maker.vector(n), maker.scalar(), maker.scalar()
            rest: list[Argument] = [x, x.step, beta, y, y.step]

            def depends(marks: list[Marks], used: Marks = whole.used) -> list[Marks]:
                return [marks[2] | product(used, marks[0], marks[1])]

            def depends_band(marks: list[Marks], used: Marks = band.used) -> list[Marks]:
                return [marks[2] | product(used, marks[0], marks[1])]

            yield Call(f"{kind}{name}mv", [how, n, alpha, whole, whole.step, *rest], [2], depends)
            p, b = {"sy": "sp", "he": "hp"}[name], {"sy": "sb", "he": "hb"}[name]
            yield Call(f"{kind}{p}mv", [how, n, alpha, packed, *rest], [2], depends)
            if name == "he" or not maker.is_complex:
                yield Call(f"{kind}{b}mv", [how, n, beside, alpha, band, band.step, *rest], [2], depends_band)
                yield from updates(maker, name, n, upper)


def updates(maker: Maker, name: str, n: int, upper: bool) -> Iterator[Call]:
    kind, how, packed_name = maker.kind, b"U" if upper else b"L", {"sy": "sp", "he": "hp"}[name]
    a, packed = maker.triangle(n, upper), maker.packed(n, upper)
    x, y, alpha = maker.vector(n), maker.vector(n), maker.scalar()
    alone = maker.real_scalar() if name == "he" else alpha
    used = a.used

    def one(marks: list[Marks]) -> list[Marks]:
        return [used & (marks[1] | marks[0][:, None] | marks[0])]

    def two(marks: list[Marks]) -> list[Marks]:
        either = marks[0] | marks[1]
        return [used & (marks[2] | either[:, None] | either)]

    yield Call(f"{kind}{name}r", [how, n, alone, x, x.step, a, a.step], [1], one)
    yield Call(f"{kind}{packed_name}r", [how, n, alone, x, x.step, packed], [1], one)
    yield Call(f"{kind}{name}r2", [how, n, alpha, x, x.step, y, y.step, a, a.step], [2], two)
    yield Call(f"{kind}{packed_name}r2", [how, n, alpha, x, x.step, y, y.step, packed], [2], two)


def triangular(maker: Maker, n: int) -> Iterator[Call]:
    kind = maker.kind
    for upper in (True, False):
        for t in TRANSPOSITIONS[kind]:
            for unit in (False, True):
                how: list[Argument] = [b"U" if upper else b"L", bytes([t]), b"U" if unit else b"N"]
                beside, x = int(maker.random.integers(0, min(9, n))), maker.vector(n)
                stored = (
                    ("tr", a := maker.triangle(n, upper, unit), [a, a.step]),
                    ("tp", a := maker.packed(n, upper, unit), [a]),
                    ("tb", a := maker.triangular_band(n, beside, upper, unit), [a, a.step]),
                )
                for name, a, argument in stored:
                    used = turned(a.used | np.eye(n, dtype=bool), t)

                    def multiplied(marks: list[Marks], used: Marks = used, t: int = t) -> list[Marks]:
                        return [product(used, turned(marks[0], t), marks[1])]

                    def solved(marks: list[Marks], used: Marks = used, t: int = t) -> list[Marks]:
                        return [solution(used, turned(marks[0], t), marks[1])]

                    size: list[Argument] = [n, beside] if name == "tb" else [n]
                    yield Call(f"{kind}{name}mv", [*how, *size, *argument, x, x.step], [1], multiplied)
                    yield Call(f"{kind}{name}sv", [*how, *size, *argument, x, x.step], [1], solved)
