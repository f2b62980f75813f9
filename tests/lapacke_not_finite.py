"""Call functions of LAPACKE on arrays with NaN and Inf in them, and say what they write beside their arrays.

python lapacke_not_finite.py LIBRARY HEADER FUNCTION...
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from isolated import Reporter
from lapacke import COLUMNS, Call, Lapacke, Letters, Matrix

# Orders below and above those from which on LAPACK goes by halves (25), or by several shifts at once (75).
ORDERS = (3, 6, 40, 90)
# Seconds for one call, a thousand times what the slowest takes.
_PATIENCE = 20
# Arrays of as many numbers as the order.
_EXACT = ("w", "wr", "wi", "alpha", "alphar", "alphai", "beta", "s", "sva", "d", "ifail", "ipiv")
_INPUTS = ("a", "b", "ab", "bb", "ap", "bp", "d", "e", "h", "t")


def main() -> None:
    lapacke = Lapacke(Path(sys.argv[1]), Path(sys.argv[2]))
    lapacke.check_for_nan(False)
    reporter = Reporter(_PATIENCE)
    for name in sys.argv[3:]:
        reporter.found(list(dict.fromkeys(writings(lapacke, reporter, name))))


def writings(lapacke: Lapacke, reporter: Reporter, name: str) -> Iterator[str]:
    """Say what is written beside arrays, and at the end if no call was accepted."""
    accepted = 0
    for order in ORDERS:
        lapacke.room = 2 * order + 12
        sizes = {"m": order, "n": order, "k": order // 2, "p": order, "q": order // 2, "l": 1, "iu": order}
        for letters in _accepted(lapacke, name, sizes):
            call = lapacke.call(name, COLUMNS, sizes, letters, {})
            arrays = {name: values[:order] if name in _EXACT else values for name, values in call.before.items()}
            for array in [each for each in _INPUTS if each in arrays]:
                for place, spoiled in _spoiled(call, arrays[array], array, order):
                    reporter.at(name, order, letters, array, place)
                    accepted += 1
                    touched = lapacke.call(name, COLUMNS, sizes, letters, {**arrays, array: spoiled}).touched_beside()
                    yield from (f"writes beside {each}: {order} {letters} {array} {place}" for each in touched)
    if not accepted:
        yield "no call was accepted"


def _accepted(lapacke: Lapacke, name: str, sizes: dict[str, int]) -> Sequence[Letters]:
    """Some of the letters with which finite numbers are no fault."""
    most = 6 if sizes["n"] == ORDERS[0] else 1
    letters = lapacke.functions[name].letters(most=60)
    taken = (each for each in letters if lapacke.call(name, COLUMNS, sizes, each, {}).info >= 0)
    return list(itertools.islice(taken, most))


def _spoiled(call: Call, values: Matrix, array: str, order: int) -> Iterator[tuple[str, Matrix]]:
    """The array with NaN or Inf in one place, in several for small orders, or everywhere."""
    leading = call.room
    if f"ld{array}" not in call.names:
        length = order * (order + 1) // 2 if array in {"ap", "bp"} else order
        places = [0, length // 2, length - 1]
    elif order == ORDERS[0]:
        places = [row + column * leading for row in range(order) for column in range(order)]
    else:
        places = [0, order // 2 * (leading + 1), order - 1 + leading, (order - 1) * leading]
    for number in (np.nan, np.inf, -np.inf):
        for place in places:
            spoiled = values.copy()
            spoiled[place] = number
            yield f"{number} at {place}", spoiled
        yield f"{number} everywhere", np.full_like(values, number)


if __name__ == "__main__":
    main()
