"""The program that calls at random sees what is wrong."""

from __future__ import annotations

import ctypes

import numpy as np
import pytest

from checks.fuzz.memory import Block
from checks.fuzz.routines import Case, Maker


@pytest.fixture
def case() -> Case:
    """A product that changes its result."""
    numbers = np.random.default_rng(5)
    while True:
        case = Maker(numbers).case()
        if case.routine == "dgemm" and np.isfinite(case.expected).all() and abs(case.expected).max(initial=0) > 1e-3:
            return case


def test_right_result_is_right(case: Case) -> None:
    case.result.values[...] = case.expected
    assert case.failure() == ""


def test_wrong_number_is_seen(case: Case) -> None:
    case.result.values[...] = case.expected
    case.result.values[0, 0] += 1e-3 * abs(case.expected).max()
    assert "is wrong by" in case.failure()


def test_nan_is_seen(case: Case) -> None:
    case.result.values[...] = case.expected
    case.result.values[-1, -1] = np.nan
    assert "is not finite" in case.failure()


@pytest.mark.parametrize("place", [-1, 0])
def test_write_beside_an_array_is_seen(place: int) -> None:
    block = Block.make(np.ones((3, 4)), 5, 7)
    last = block.values.strides[1] * 3 + block.values.strides[0] * 2
    address = (block.address.value or 0) + (last + 8 if place else -8)
    assert block.is_marked_elsewhere()
    block.values[...] = 2
    assert block.is_marked_elsewhere()
    ctypes.c_double.from_address(address).value = 1
    assert not block.is_marked_elsewhere()
