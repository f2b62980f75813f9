"""LAPACK's routines by NumPy, on the operands of the program that calls at random: what a right library does."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from checks.fuzz.cases import Call
from checks.fuzz.memory import Numbers
from checks.fuzz.operands import Operand


def _split(call: Call) -> tuple[list[str], list[Operand]]:
    """The letters, and the operands, of which the last is INFO."""
    call.operands[-1].put(np.zeros((1, 1)))
    return [each for each in call.arguments if isinstance(each, str)], call.operands


def _how(a: Numbers, transposition: str) -> Numbers:
    return a if transposition == "N" else a.T if transposition == "T" else a.conj().T


def _pivoted(a: Numbers) -> tuple[Numbers, Numbers]:
    lu, pivots = a.astype(np.complex128), []
    for step in range(min(a.shape)):
        pivots.append(step + int((abs(lu[step:, step].real) + abs(lu[step:, step].imag)).argmax()))
        lu[[step, pivots[-1]]] = lu[[pivots[-1], step]]
        lu[step + 1 :, step] /= lu[step, step]
        lu[step + 1 :, step + 1 :] -= np.outer(lu[step + 1 :, step], lu[step, step + 1 :])
    return _as(lu, a), np.array([pivots], np.int64) + 1


def _as(values: Numbers, like: Numbers) -> Numbers:
    return (values if np.iscomplexobj(like) else values.real).astype(like.dtype)


def _getrf(call: Call) -> None:
    _, (a, pivots, _) = _split(call)
    lu, found = _pivoted(a.now())
    a.put(lu)
    pivots.put(found)


def _gesv(call: Call) -> None:
    _, (a, pivots, b, _) = _split(call)
    b.put(np.linalg.solve(a.now(), b.now()))
    lu, found = _pivoted(a.now())
    a.put(lu)
    pivots.put(found)


def _matrix_of_lu(a: Operand, pivots: Operand) -> Numbers:
    lu = a.now()
    product: Numbers = (np.tril(lu, -1) + np.eye(len(lu), dtype=lu.dtype)) @ np.triu(lu)
    for step, pivot in reversed(list(enumerate(pivots.now()[0] - 1))):
        product[[step, pivot]] = product[[pivot, step]]
    return product


def _getrs(call: Call) -> None:
    (how,), (a, pivots, b, _) = _split(call)
    b.put(np.linalg.solve(_how(_matrix_of_lu(a, pivots), how), b.now()))


def _getri(call: Call) -> None:
    _, (a, pivots, _, _) = _split(call)
    a.put(np.linalg.inv(_matrix_of_lu(a, pivots)))


def _full(a: Numbers, upper: str, *, hermitian: bool) -> Numbers:
    kept, rest = (np.triu(a), np.triu(a, 1)) if upper == "U" else (np.tril(a), np.tril(a, -1))
    full: Numbers = kept + (rest.conj().T if hermitian else rest.T)
    return full


def _potrf(call: Call) -> None:
    (upper,), (a, _) = _split(call)
    lower = np.linalg.cholesky(_full(a.now(), upper, hermitian=True))
    a.put(lower.conj().T if upper == "U" else lower)


def _gram(a: Numbers, upper: str) -> Numbers:
    product: Numbers = a.conj().T @ a if upper == "U" else a @ a.conj().T
    return product


def _potrs(call: Call) -> None:
    (upper,), (a, b, _) = _split(call)
    b.put(np.linalg.solve(_gram(a.now(), upper), b.now()))


def _potri(call: Call) -> None:
    (upper,), (a, _) = _split(call)
    a.put(np.linalg.inv(_gram(a.now(), upper)))


def _triangle(a: Operand, diagonal: str) -> Numbers:
    found = a.now()
    if diagonal == "U":
        np.fill_diagonal(found, 1)
    return found


def _trtri(call: Call) -> None:
    (_, diagonal), (a, _) = _split(call)
    a.put(np.linalg.inv(_triangle(a, diagonal)))


def _only_info(call: Call) -> None:
    """The case's own outcome is what comes out."""
    _split(call)


def _sytrf(call: Call) -> None:
    """The matrix itself stays where its factors would be: only the solution is compared."""
    _split(call)


def _sytrs(call: Call, *, hermitian: bool = False) -> None:
    (upper,), (a, _, b, _) = _split(call)
    b.put(np.linalg.solve(_full(a.now(), upper, hermitian=hermitian), b.now()))


def _hetrs(call: Call) -> None:
    _sytrs(call, hermitian=True)


def _geqrf(call: Call) -> None:
    _, (a, tau, _, _) = _split(call)
    if a.places.of.size:
        raw, factors = np.linalg.qr(a.now(), mode="raw")
        a.put(raw.T)
        tau.put(factors[None])


def _orgqr(call: Call) -> None:
    _, (q, tau, _, _) = _split(call)
    reflectors, (rows, columns) = q.now(), q.places.shape
    product = np.eye(rows, columns, dtype=reflectors.dtype)
    for step in range(columns)[::-1]:
        v = np.where(np.arange(rows) > step, reflectors[:, step], 0)
        v[step] = 1
        product -= tau.now()[0, step] * np.outer(v, v.conj() @ product)
    q.put(product)


def _syevd(call: Call) -> None:
    (vectors, upper), (a, w, *_) = _split(call)
    values, found = np.linalg.eigh(_full(a.now(), upper, hermitian=True))
    w.put(values[None])
    if vectors == "V":
        a.block.values[...] = found


def _gesdd(call: Call) -> None:
    (job,), (a, s, u, v, *_) = _split(call)
    if not a.places.of.size:
        return
    left, values, right = np.linalg.svd(a.now(), full_matrices=job == "A")
    s.put(values[None])
    if job != "N":
        u.put(left)
        v.put(right)


STAND_INS: dict[str, Callable[[Call], None]] = {
    "getrf": _getrf,
    "gesv": _gesv,
    "getrs": _getrs,
    "getri": _getri,
    "potrf": _potrf,
    "potrs": _potrs,
    "potri": _potri,
    "trtri": _trtri,
    "trtrs": _only_info,
    "lauum": _only_info,
    "sytrf": _sytrf,
    "hetrf": _sytrf,
    "sytrs": _sytrs,
    "hetrs": _hetrs,
    "geqrf": _geqrf,
    "orgqr": _orgqr,
    "ungqr": _orgqr,
    "syevd": _syevd,
    "heevd": _syevd,
    "gesdd": _gesdd,
}
