"""LAPACK's orthogonal matrices: QR, eigenvalues, singular values, each put together again."""

from __future__ import annotations

import numpy as np

from .cases import Argument, Call, Case, Maker
from .factors import in_mood, lapack_case
from .memory import PRECISIONS, TYPES, Numbers
from .operands import Operand, general, triangle

_LARGEST = 120  # of orders: eigenvalues take long


def orgqr(maker: Maker, name: str) -> Case:
    """QR, and the columns of Q, as many as the least dimension."""
    m, n = maker.size(), maker.size()
    least = min(m, n)
    a, tau = (
        in_mood(maker, maker.plain(m, n)),
        maker.operand(np.zeros((1, least), TYPES[maker.kind]), general(1, least), 0),
    )
    q = maker.operand(np.zeros((m, least), TYPES[maker.kind]), general(m, least))
    works, infos = [maker.work(n, 64 * n), maker.work(least, 64 * n)], [maker.integers(1), maker.integers(1)]
    factor = [m, n, *a.arguments, tau, works[0], works[0].places.shape[1], infos[0]]
    build = [m, least, least, *q.arguments, tau, works[1], works[1].places.shape[1], infos[1]]

    def reflectors() -> None:
        q.block.values[...] = a.block.values[:, :least]

    calls = [
        Call(f"{maker.kind}geqrf", factor, [a, tau, works[0], infos[0]]),
        Call(name, build, [q, works[1], infos[1]], before=reflectors),
    ]

    def check() -> str:
        found = _wide(q.now())
        wrong = _not_orthogonal(maker, found, max(m, n))
        return wrong or _differ(maker, found @ np.triu(_wide(a.now()))[:least], a.values, max(m, n))

    return lapack_case(maker, calls, [check])


def syevd(maker: Maker, name: str) -> Case:
    """Eigenvalues of a symmetric or Hermitian matrix, with the vectors or without."""
    n, upper, vectors = min(maker.size(), _LARGEST), maker.pick("UL"), maker.pick("VVN")
    values = maker.plain(n, n) * maker.scale()
    a = maker.operand((values + values.conj().T).astype(TYPES[maker.kind]), triangle(n, upper == "U"))
    if vectors == "V":
        a.may_change = general(n, n)
    w, info, sizes = maker.reals(n), maker.integers(1), _sizes_of_eigenvalues(n, maker.is_complex, vectors)
    arguments, results = _work(maker, sizes)
    call = Call(name, [vectors, upper, n, *a.arguments, w, *arguments, info], [a, w, *results, info])

    def check() -> str:
        full = _wide(np.tril(a.values) + np.tril(a.values, -1).conj().T)
        if upper == "U":
            full = _wide(np.triu(a.values) + np.triu(a.values, 1).conj().T)
        found = w.now()[0].astype(np.float64)
        wrong = _wrong_values(maker, found, np.linalg.eigvalsh(full))
        if wrong or vectors == "N":
            return wrong
        q = _wide(a.block.values)
        return _not_orthogonal(maker, q, n) or _differ(maker, full @ q, q * found, n)

    return lapack_case(maker, [call], [check])


def _sizes_of_eigenvalues(n: int, is_complex: bool, vectors: str) -> tuple[int, int | None, int]:
    """The least sizes of WORK, RWORK and IWORK, as LAPACK's documents say."""
    if n <= 1:
        return 1, 1 if is_complex else None, 1
    if is_complex:
        return (2 * n + n * n, 1 + 5 * n + 2 * n * n, 3 + 5 * n) if vectors == "V" else (n + 1, n, 1)
    return (1 + 6 * n + 2 * n * n, None, 3 + 5 * n) if vectors == "V" else (2 * n + 1, None, 1)


def _work(maker: Maker, sizes: tuple[int, int | None, int]) -> tuple[list[Argument], list[Operand]]:
    complex_or_real, real, integers = sizes
    work, of_integers = maker.work(complex_or_real, 2000), maker.integers(integers)
    arguments: list[Argument] = [work, work.places.shape[1]]
    results = [work, of_integers]
    if real is not None:
        of_reals = maker.reals(real)
        arguments += [of_reals, real]
        results.append(of_reals)
    return [*arguments, of_integers, integers], results


def gesdd(maker: Maker, name: str) -> Case:
    """Singular values, with all vectors, those that belong to a value, or none."""
    m, n = min(maker.size(), _LARGEST), min(maker.size(), _LARGEST)
    least, most, job = min(m, n), max(m, n), maker.pick("ASN")
    a, s, info = in_mood(maker, maker.plain(m, n)), maker.reals(least), maker.integers(1)
    of_u, of_v = {"A": (m, n), "S": (least, least), "N": (0, 0)}[job]
    u, v = (maker.operand(np.zeros(shape, TYPES[maker.kind]), general(*shape)) for shape in ((m, of_u), (of_v, n)))
    work = maker.work(_work_of_gesdd(job, least, most, maker.is_complex), 2000)
    reals = [maker.reals(max(1, _reals_of_gesdd(job, least, most)))] if maker.is_complex else []
    integers = maker.integers(max(1, 8 * least))
    further: list[Argument] = [work, work.places.shape[1], *reals, integers, info]
    call = Call(
        name,
        [job, m, n, *a.arguments, s, *u.arguments, *v.arguments, *further],
        [a, s, u, v, work, *reals, integers, info],
    )

    def check() -> str:
        matrix, found = _wide(a.values), s.now()[0].astype(np.float64)
        # Singular values in rising order, as eigenvalues are.
        values = np.linalg.svd(matrix, compute_uv=False) if least else found
        wrong = _wrong_values(maker, found[::-1], values[::-1])
        if wrong or job == "N" or not least:
            return wrong
        left, right = _wide(u.now()), _wide(v.now())
        wrong = _not_orthogonal(maker, left, most) or _not_orthogonal(maker, right.conj().T, most)
        return wrong or _differ(maker, (left[:, :least] * found) @ right[:least], matrix, most)

    return lapack_case(maker, [call], [check])


def _work_of_gesdd(job: str, least: int, most: int, is_complex: bool) -> int:
    if is_complex:
        squares = {"N": 0, "S": least * least + least, "A": least * least}[job]
        return squares + 2 * least + most
    small = {"N": 3 * least + max(most, 7 * least), "S": 4 * least * least + 7 * least}
    return small.get(job, 4 * least * least + 6 * least + most)


def _reals_of_gesdd(job: str, least: int, most: int) -> int:
    if job == "N":
        return 7 * least
    return max(5 * least * least + 5 * least, 2 * most * least + 2 * least * least + least)


def _wide(values: Numbers) -> Numbers:
    return values.astype(np.complex128 if np.iscomplexobj(values) else np.float64)


def _eps(maker: Maker, order: int) -> float:
    return 10.0 * (order + 4) * float(PRECISIONS[maker.kind].eps)


def _not_orthogonal(maker: Maker, q: Numbers, order: int) -> str:
    with np.errstate(all="ignore"):
        error = abs(q.conj().T @ q - np.eye(q.shape[1])).max(initial=0)
    return "" if error <= _eps(maker, order) else f"has vectors that are not orthogonal by {error:.3g}"


def _differ(maker: Maker, found: Numbers, wanted: Numbers, order: int) -> str:
    """What is wrong with a product by the size of the whole matrix."""
    with np.errstate(all="ignore"):
        error, size = abs(found - wanted).max(initial=0), np.sqrt((abs(_wide(wanted)) ** 2).sum())
    return "" if error <= _eps(maker, order) * size else f"does not multiply to the matrix, by {error:.3g}"


def _wrong_values(maker: Maker, found: Numbers, wanted: Numbers) -> str:
    """What is wrong with eigenvalues or singular values in rising order."""
    if not (np.diff(found) >= 0).all():
        return "has values that are not in order"
    error, size = abs(found - wanted).max(initial=0), abs(wanted).max(initial=0)
    return "" if error <= _eps(maker, len(wanted)) * size else f"has values that are wrong by {error:.3g}"
