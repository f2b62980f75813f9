"""Call functions of LAPACKE by rows and by columns, and say where the results differ.

python lapacke_layouts.py LIBRARY HEADER FUNCTION...
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from dense import TYPES
from isolated import Reporter
from lapacke import COLUMNS, ROWS, Call, Lapacke, Letters, Matrix, Numbers

SIZES = ({"m": 9, "n": 5, "k": 3}, {"m": 5, "n": 9, "k": 3}, {"m": 6, "n": 6, "k": 6})
# Arrays of which LAPACK sets a part: what is left over is not compared. A triangle of T; vectors that were not asked
# for; numbers outside of the matrix in a band's corners.
_IN_PART = re.compile(
    r"(larft|l?geqrt[23]?|gelqt|tpqrt2?|tplqt2?|getsqrhrt|or.*hr_col|un.*hr_col)\.t$"
    r"|(trevc|tgevc|hsein)\.v[lr]$|(stemr|sbgvx|hbgvx)\.z$|gesvdq\.v$"
)
# Arrays whose numbers are of no use afterwards, and are not brought back by rows; and a band's corners, outside of the
# matrix, which LAPACK sets to zero.
_DESTROYED = re.compile(r"(gejsv|gesvdq)\.a$|(or|un)csd(2by1)?\.x[12][12]$|gbtrf\.ab$")
# By rows these always take what TRANS='T' says of matrices by columns.
_OF_SINES = re.compile("[sdcz](bbcsd|(or|un)csd2by1)$")


def main() -> None:
    lapacke = Lapacke(Path(sys.argv[1]), Path(sys.argv[2]))
    reporter = Reporter(20)
    for name in sys.argv[3:]:
        reporter.found(list(dict.fromkeys(differences(lapacke, reporter, name))))


def differences(lapacke: Lapacke, reporter: Reporter, name: str) -> Iterator[str]:
    """Say what differs, and at the end if no call was accepted."""
    accepted = 0
    for each in SIZES:
        sizes = {**each, "mb": 7} if name.endswith("gtsqr_row") else each
        for letters in lapacke.functions[name].letters():
            if _OF_SINES.match(name) and letters.get("trans", b"N") != b"N":
                continue
            reporter.at(name, sizes, letters)
            given = _given(lapacke, name, sizes, letters)
            columns, rows = (lapacke.call(name, layout, sizes, letters, given) for layout in (COLUMNS, ROWS))
            for call in (columns, rows):
                yield from (f"writes beside {array}" for array in call.touched_beside())
            if columns.info != rows.info:
                yield f"INFO {columns.info} by columns, {rows.info} by rows: {letters}"
            elif columns.info >= 0:
                accepted += 1
                yield from _compared(name, columns, rows)
    if not accepted:
        yield "no call was accepted"


def _compared(name: str, columns: Call, rows: Call) -> Iterator[str]:
    if not np.isclose(columns.value, rows.value, rtol=1e-4):
        yield "the number returned"
    ours, theirs = columns.after(), rows.after()
    for array, expected in ours.items():
        what = f"{name[1:]}.{array}"
        if _DESTROYED.match(what):
            continue
        found = theirs[array]
        if _IN_PART.match(what):
            same = expected == columns.before[array]
            expected, found = expected[~same], found[~same]  # noqa: PLW2901
        if not _alike(found, expected):
            yield array


def _alike(found: Matrix, expected: Matrix) -> bool:
    if expected.dtype.kind in "iu":
        return bool((found == expected).all())
    accepted = float(np.finfo(expected.dtype).eps) ** 0.5
    largest = abs(expected[np.isfinite(expected)]).max(initial=1)
    return bool(np.allclose(found, expected, rtol=accepted, atol=accepted * largest, equal_nan=True))


def _given(lapacke: Lapacke, name: str, sizes: Numbers, letters: Letters) -> dict[str, Matrix]:
    """Arguments that have to be what another function returns, or parts of a unitary matrix."""
    if name[1:] in {"gemqr", "gemlq"}:
        order = sizes["m" if letters["side"] == b"L" else "n"]
        shape = {"m": order, "n": sizes["k"]} if name.endswith("qr") else {"m": sizes["k"], "n": order}
        factors = lapacke.call(f"{name[0]}ge{name[-2:]}", COLUMNS, shape, {}, {}).after()
        return {"a": factors["a"], "t": factors["t"]}
    if not _OF_SINES.match(name):
        return {}
    order, p, q, room = sizes["m"], 4, 3, lapacke.room
    numbers = np.random.default_rng(order)
    whole = numbers.standard_normal((order, order)) + 1j * numbers.standard_normal((order, order)) * (name[0] in "cz")
    unitary = np.linalg.qr(whole)[0].astype(TYPES[name[0]]) if name[0] in "cz" else np.linalg.qr(whole.real)[0]
    parts = {"x11": unitary[:p, :q], "x12": unitary[:p, q:], "x21": unitary[p:, :q], "x22": unitary[p:, q:]}
    given = {}
    for part, numbers_of_it in parts.items():
        corner = np.zeros((room, room), TYPES[name[0]])
        corner[: numbers_of_it.shape[0], : numbers_of_it.shape[1]] = numbers_of_it
        given[part] = corner.T.ravel()
    return given


if __name__ == "__main__":
    main()
