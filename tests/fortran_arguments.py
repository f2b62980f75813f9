"""Arguments of LAPACK's functions that are passed by their addresses, and come back so."""

from __future__ import annotations

from typing import Any

import numpy as np

from dense import TYPES, Matrix

# How functions of orthogonal matrices are called where numbers are complex.
UNITARY = {"s": "or", "d": "or", "c": "un", "z": "un"}


def real(kind: str) -> np.dtype[Any]:
    """The type of a norm."""
    return np.zeros(1, TYPES[kind]).real.dtype


def held(value: float, kind: str) -> Matrix:
    """A real number in a place of its own."""
    return np.full(1, value, real(kind))


def integer() -> Matrix:
    """One that a function sets."""
    return np.full(1, -999, np.int64)


def zeros(number: int, kind: str) -> Matrix:
    return np.zeros(number, TYPES[kind])
