"""What is called at random, and what NumPy makes of the same numbers."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .memory import TYPES, Block, Numbers, random_values

# Mostly small, where the ways through the library change; at times large enough for threads.
_SMALL, _LARGE, _LARGE_SHARE = 40, 400, 0.1
_FACTORS = (0, 1, -1, 0.5)


@dataclass
class Case:
    """One call: the routine with its arguments, the blocks that they lie in, and what has to come out."""

    title: str
    routine: str
    arguments: list[object]
    blocks: list[Block]
    result: Block
    expected: Numbers
    tolerance: float

    def failure(self) -> str:
        """Return what is wrong after the call, or nothing."""
        if not all(block.is_marked_elsewhere() for block in self.blocks):
            return "wrote outside of its arrays"
        with np.errstate(all="ignore"):
            finite = np.isfinite(self.expected)
            error = abs(np.where(finite, self.result.values - self.expected, 0))
            # What is finite by definition may overflow on another way only near the largest number.
            if np.isnan(error).any() or (finite & ~np.isfinite(self.result.values)).any():
                return "is not finite where it has to be"
            largest = abs(self.expected[finite]).max(initial=0)
            if error.max(initial=0) > self.tolerance * largest + float(np.finfo(self.expected.dtype).tiny) * 1e3:
                return f"is wrong by {error.max():.3g} of {largest:.3g}"
        return ""


class Maker:
    """Makes cases of a generator of random numbers."""

    def __init__(self, numbers: np.random.Generator) -> None:
        """Keep where randomness comes from."""
        self.numbers = numbers

    def case(self) -> Case:
        """Return the next case."""
        self.kind = str(self.numbers.choice(list(TYPES)))
        self.mood = str(self.numbers.choice(["plain", "plain", "special", "tiny", "huge"]))
        make = _MAKERS[self.numbers.integers(len(_MAKERS))]
        return make(self)

    def size(self) -> int:
        """Return a dimension."""
        return int(self.numbers.integers(_LARGE if self.numbers.random() < _LARGE_SHARE else _SMALL))

    def block(self, rows: int, columns: int) -> Block:
        """Return numbers somewhere in memory."""
        values = random_values(self.numbers, rows, columns, self.kind, self.mood)
        return Block.make(values, rows + int(self.numbers.integers(5)), int(self.numbers.integers(16)))

    def vector(self, length: int) -> tuple[Block, int, Numbers]:
        """Return a vector with an increment: its memory, the increment, and its numbers in their order."""
        step = int(self.numbers.choice([1, 1, 2, 3, -1, -2]))
        block = Block.make(
            random_values(self.numbers, 1, length, self.kind, self.mood), abs(step), int(self.numbers.integers(16))
        )
        return block, step, block.values[0, :: 1 if step > 0 else -1]

    def factor(self) -> Numbers:
        """Return a scalar as it is passed."""
        return np.array([self.numbers.choice(_FACTORS)], TYPES[self.kind])

    def eps(self, depth: int) -> float:
        """Return the accepted error of sums of so many products."""
        return 20.0 * (depth + 2) * float(np.finfo(np.float64 if self.kind in "dz" else np.float32).eps)


def _gemm(maker: Maker) -> Case:
    m, n, k = maker.size(), maker.size(), maker.size()
    left, right = (str(maker.numbers.choice(["N", "T", "C"])) for _ in range(2))
    a = maker.block(m, k) if left == "N" else maker.block(k, m)
    b = maker.block(k, n) if right == "N" else maker.block(n, k)
    c, alpha, beta = maker.block(m, n), maker.factor(), maker.factor()
    with np.errstate(all="ignore"):
        product = _transposed(a.values, left) @ _transposed(b.values, right)
        expected = (alpha * product if alpha[0] else 0) + (
            beta * c.values if beta[0] else np.zeros((m, n), product.dtype)
        )
    arguments = [left, right, m, n, k, alpha, a, a.ld or 1, b, b.ld or 1, beta, c, c.ld or 1]
    return _case(maker, "gemm", arguments, c, expected, k)


def _gemv(maker: Maker) -> Case:
    m, n = maker.size(), maker.size()
    how = str(maker.numbers.choice(["N", "T", "C"]))
    a, alpha, beta = maker.block(m, n), maker.factor(), maker.factor()
    (x, step_x, in_order), (y, step_y, before) = (
        maker.vector(n if how == "N" else m),
        maker.vector(m if how == "N" else n),
    )
    with np.errstate(all="ignore"):
        product = _transposed(a.values, how) @ in_order
        expected = (alpha * product if alpha[0] else 0) + (beta * before if beta[0] else np.zeros_like(before))
    if not m or not n:
        expected = before.copy()  # nothing at all is done, unlike with an inner dimension of zero
    expected = expected[None, :: 1 if step_y > 0 else -1]
    arguments = [how, m, n, alpha, a, a.ld or 1, x, step_x, beta, y, step_y]
    return _case(maker, "gemv", arguments, y, expected, max(m, n))


def _ger(maker: Maker) -> Case:
    m, n = maker.size(), maker.size()
    a, alpha = maker.block(m, n), maker.factor()
    (x, step_x, of_x), (y, step_y, of_y) = maker.vector(m), maker.vector(n)
    with np.errstate(all="ignore"):
        expected = a.values + (alpha * np.outer(of_x, of_y) if alpha[0] else 0)
    name = "geru" if maker.kind in "cz" else "ger"
    return _case(maker, name, [m, n, alpha, x, step_x, y, step_y, a, a.ld or 1], a, expected, 2)


def _solve(maker: Maker) -> Case:
    maker.mood = "plain"
    m, n = maker.size(), maker.size()
    side, triangle, how = (str(maker.numbers.choice(list(each))) for each in ("LR", "UL", "NTC"))
    order = m if side == "L" else n
    a, b, one = maker.block(order, order), maker.block(m, n), np.ones(1, TYPES[maker.kind])
    a.values[...] /= max(1, order)
    np.fill_diagonal(a.values, 1)
    a.before[...] = a.memory
    used = np.triu(a.values) if triangle == "U" else np.tril(a.values)
    wide = _transposed(used, how).astype(np.complex128)
    right = b.values.astype(np.complex128)
    solved = np.linalg.solve(wide, right) if side == "L" else np.linalg.solve(wide.T, right.T).T
    expected = (solved if maker.kind in "cz" else solved.real).astype(TYPES[maker.kind])
    arguments = [side, triangle, how, "N", m, n, one, a, a.ld or 1, b, b.ld or 1]
    return _case(maker, "trsm", arguments, b, expected, 20 * order)


def _rank_k(maker: Maker) -> Case:
    n, k = maker.size(), maker.size()
    triangle, how = (str(maker.numbers.choice(list(each))) for each in ("UL", "NT"))
    a = maker.block(n, k) if how == "N" else maker.block(k, n)
    c, alpha, beta = maker.block(n, n), maker.factor(), maker.factor()
    with np.errstate(all="ignore"):
        one = _transposed(a.values, how)
        full = (alpha * (one @ one.T) if alpha[0] else 0) + (
            beta * c.values if beta[0] else np.zeros((n, n), a.values.dtype)
        )
    mask = np.triu(np.ones((n, n), bool)) if triangle == "U" else np.tril(np.ones((n, n), bool))
    expected = np.where(mask, full, c.values)
    return _case(maker, "syrk", [triangle, how, n, k, alpha, a, a.ld or 1, beta, c, c.ld or 1], c, expected, k)


def _axpy(maker: Maker) -> Case:
    n, alpha = maker.size() * 10, maker.factor()
    (x, step_x, of_x), (y, step_y, of_y) = maker.vector(n), maker.vector(n)
    with np.errstate(all="ignore"):
        expected = of_y + (alpha * of_x if alpha[0] else 0)
    expected = expected[None, :: 1 if step_y > 0 else -1]
    return _case(maker, "axpy", [n, alpha, x, step_x, y, step_y], y, expected, 2)


_MAKERS: tuple[Callable[[Maker], Case], ...] = (_gemm, _gemv, _ger, _solve, _rank_k, _axpy)


def _transposed(a: Numbers, how: str) -> Numbers:
    return {"N": a, "T": a.T, "C": a.conj().T}[how]


def _case(maker: Maker, name: str, arguments: list[object], result: Block, expected: Numbers, depth: int) -> Case:
    blocks = [each for each in arguments if isinstance(each, Block)]
    texts = [str(each) for each in arguments if isinstance(each, (str, int))]
    title = f"{maker.kind}{name} {maker.mood}: {' '.join(texts)}"
    return Case(title, maker.kind + name, arguments, blocks, result, expected, maker.eps(depth))


def call(library: ctypes.CDLL, case: Case) -> None:
    """Call the routine by Fortran's conventions, by the names of scipy_openblas64."""
    passed: list[object] = []
    for argument in case.arguments:
        if isinstance(argument, str):
            passed.append(ctypes.c_char_p(argument.encode()))
        elif isinstance(argument, int):
            passed.append(ctypes.byref(ctypes.c_int64(argument)))
        elif isinstance(argument, Block):
            passed.append(argument.address)
        elif isinstance(argument, np.ndarray):
            passed.append(argument.ctypes.data_as(ctypes.c_void_p))
    getattr(library, f"scipy_{case.routine}_64_")(*passed)
