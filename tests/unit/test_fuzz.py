"""The program that calls at random sees what is wrong with any routine."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Iterator

import numpy as np
import pytest

from checks.fuzz import worker
from checks.fuzz.cases import Call, Case
from checks.fuzz.memory import Block, Numbers
from checks.fuzz.operands import Operand, band, general, packed, triangle, triangular_band, vector
from checks.fuzz.outcomes import Check, Near, Returned, ReturnedIndex, SameBits, Solution
from checks.fuzz.routines import ROUTINES, Routine, random_case
from checks.fuzz.traced import Traced
from numpy_lapack import STAND_INS

_TURNS = 200
_EVERY = [pytest.param(each, kind, id=f"{each.pattern}-{kind}") for each in ROUTINES for kind in each.kinds]
_OF_BLAS = [each for each in _EVERY if not getattr(each.values[0], "is_of_lapack", False)]


def cases(routine: Routine, kind: str, moods: str = "plain") -> Iterator[Case]:
    """Cases of a mood, each the same whenever it is made."""
    for seed in range(_TURNS):
        case = routine.case(np.random.default_rng(seed), kind)
        if case.title.split(":")[0].split()[-1] in moods.split():
            yield case


def put_right(case: Case) -> None:
    """Put into the results what has to come out, as the routine should."""
    for call in case.calls:
        call.begin()
        if call.routine[1:] in STAND_INS:
            STAND_INS[call.routine[1:]](call)
        call.end()
    for check in case.checks:
        satisfy(check, case.calls[-1])
        case.calls[-1].end()


def satisfy(check: Check, call: Call) -> None:
    """Make an outcome what it should be, if it says that."""
    if isinstance(check, Near):
        check.operand.put(check.wanted.value)
    elif isinstance(check, SameBits):
        check.operand.put(check.wanted)
    elif isinstance(check, Solution):
        x = np.linalg.solve(check.a.value, check.b.value)
        check.x.put(x.T if check.from_right else x)
    elif isinstance(check, Returned):
        call.returned = complex(check.wanted.value[0, 0])
    elif isinstance(check, ReturnedIndex):
        assert isinstance(check.wanted, range)
        call.returned = check.wanted[0]


def results(case: Case) -> list[Operand]:
    """The last call's results that have numbers, but for memory that is only worked in."""
    call = case.calls[-1]
    kept = [each for each in call.results if each.step or each.places.shape[0] > 1]
    if call.routine.endswith(("evd", "gesdd")):
        # Matrix and values; or first the matrix, then values and vectors. Without vectors the matrix is lost.
        first = 0 if call.routine.endswith("evd") else 1
        kept = [call.results[1], *(kept[first:] if call.arguments[0] != "N" else ())]
    return [each for each in kept if each.places.of.size]


def spoil(operand: Operand) -> None:
    """Change its largest number a bit."""
    values = operand.now()
    place = np.unravel_index(abs(values).argmax(), values.shape)
    values[place] = values[place] * 1.01 + np.finfo(values.dtype).tiny
    operand.put(values)


def change(operand: Operand, at: int) -> None:
    """Change a byte, so many behind the first."""
    ctypes.c_ubyte.from_address((operand.block.address.value or 0) + at).value ^= 1


@pytest.mark.parametrize(("routine", "kind"), _EVERY)
def test_right_results_are_right_and_wrong_ones_are_seen(routine: Routine, kind: str) -> None:
    seen = 0
    for case in cases(routine, kind):
        put_right(case)
        assert case.failure() == "", case.title
        if results(case):
            spoil(results(case)[seen % len(results(case))])
            assert case.failure(), case.title
        elif isinstance(case.checks[0] if case.checks else None, (Returned, ReturnedIndex)):
            case.calls[-1].returned = case.calls[-1].returned * 1.5 + 1
            assert case.failure(), case.title
        else:
            continue
        seen += 1
        if seen == 3:
            return
    pytest.fail("no case with a result")


@pytest.mark.parametrize(("routine", "kind"), _EVERY)
def test_nothing_done_is_seen(routine: Routine, kind: str) -> None:
    """Of some cases at least: others change nothing, or only round."""
    for case in cases(routine, kind):
        for call in case.calls:
            call.begin()
            call.end()
        if case.failure():
            return
    pytest.fail("what is not called seems right")


@pytest.mark.parametrize(("routine", "kind"), _EVERY)
def test_change_of_an_argument_is_seen(routine: Routine, kind: str) -> None:
    seen = 0
    for case in cases(routine, kind, "plain special tiny huge"):
        for call in case.calls:
            for position, operand in enumerate(call.operands):
                if operand.places.of.size and not any(operand is each for each in call.results):
                    call.begin()
                    change(operand, 0)
                    call.end()
                    assert "wrote to argument" in case.failure(), (case.title, position)
                    call.wrote = ""
                    seen += 1
        if seen > 5:
            return
    # These have no argument but results and sizes.
    assert routine.pattern[3:] in {
        "swap",
        "getrf",
        "gesv",
        "potrf",
        "potri",
        "trtri",
        "lauum",
        "syevd",
        "heevd",
        "gesdd",
    }


@pytest.mark.parametrize(("routine", "kind"), _EVERY)
def test_write_beside_each_operand_is_seen(routine: Routine, kind: str) -> None:
    case = next(case for case in cases(routine, kind, "plain special tiny huge"))
    for call in case.calls:
        for operand in call.operands:
            values = operand.block.values
            end = values.strides[1] * (values.shape[1] - 1) + values.strides[0] * values.shape[0] if values.size else 0
            for beside in (-1, end):
                call.begin()
                change(operand, beside)
                call.end()
                assert "wrote" in case.failure()
                call.wrote = ""


@pytest.mark.parametrize(("routine", "kind"), _OF_BLAS)
def test_finite_number_that_depends_on_nan_is_seen(routine: Routine, kind: str) -> None:
    """And a NaN where no number is."""
    for case in cases(routine, kind, "special"):
        checks = [check for check in case.checks if isinstance(check, Near) and check.wanted.bad.any()]
        if checks:
            put_right(case)
            assert "is finite where" in case.failure()
            bad = checks[0].wanted.bad & checks[0].operand.places.used
            for check in checks:
                check.operand.put(np.where(check.wanted.bad, np.nan, check.wanted.value))
            assert case.failure() == ""
            if not (checks[0].operand.places.used & ~bad).any():
                continue
            values = checks[0].operand.now()
            values[tuple(np.argwhere(checks[0].operand.places.used & ~bad)[0])] = np.nan
            checks[0].operand.put(values)
            assert "is not finite" in case.failure()
            return
    assert routine.pattern.endswith(("copy", "swap", "dot", "dotu", "dotc", "nrm2", "asum", "amax", "sv", "sm"))


def test_solution_that_is_not_finite_is_seen() -> None:
    numbers = np.random.default_rng(1)
    a, b = Traced.of(np.tril(numbers.uniform(1, 2, (4, 4)))), Traced.of(np.array([[1.0], [np.nan], [1.0], [1.0]]))
    lower = Traced(a.value, a.size, a.bad, np.tril(np.ones((4, 4), bool)))
    x = Operand(np.zeros((4, 1)), vector(4, -2), Block.make(np.zeros((1, 4)), 2, 0), -2)
    check = Solution(lower, x, b, "d", spreads=True)
    x.put(np.array([[1 / a.value[0, 0]], [np.nan], [np.nan], [np.nan]]))
    assert check() == ""
    x.put(np.array([[np.nan], [np.nan], [np.nan], [np.nan]]))
    assert "is not finite" in check()
    x.put(np.array([[1 / a.value[0, 0]], [np.nan], [1.0], [np.nan]]))
    assert "is finite where" in check()


def test_same_seed_gives_the_same_case() -> None:
    one, two = (random_case(np.random.default_rng((3, 4))) for _ in range(2))
    assert one.title == two.title
    for operand, other in zip(one.calls[0].operands, two.calls[0].operands):
        np.testing.assert_array_equal(operand.now(), other.now())


def test_places_hold_each_number_once() -> None:
    """As LAPACK's documents say."""
    full = np.arange(20.0).reshape(4, 5)
    square = full[:, :4]

    def stored(values: Numbers, places: object) -> list[list[float]]:
        assert hasattr(places, "memory")
        operand = Operand(values, places, Block.make(np.full(places.memory, -1.0), places.memory[0], 3))  # type: ignore[arg-type]
        operand.put(values)
        kept: list[list[float]] = operand.block.values.tolist()
        return kept

    assert stored(full, general(4, 5)) == full.tolist()
    assert stored(square, triangle(4, upper=True))[1] == [-1, 6, 7, 8]
    assert stored(square, triangle(4, upper=False, unit=True))[1] == [5, -1, -1, -1]
    assert stored(square, packed(4, upper=True)) == [[0, 1, 6, 2, 7, 12, 3, 8, 13, 18]]
    assert stored(square, packed(4, upper=False)) == [[0, 5, 10, 15, 6, 11, 16, 12, 17, 18]]
    assert stored(square, triangular_band(4, 1, upper=True)) == [[-1, 1, 7, 13], [0, 6, 12, 18]]
    assert stored(square, triangular_band(4, 1, upper=False)) == [[0, 6, 12, 18], [5, 11, 17, -1]]
    assert stored(full, band(4, 5, 1, 0)) == [[0, 6, 12, 18, -1], [5, 11, 17, -1, -1]]
    assert stored(full[:, :1], vector(4, -1)) == [[15, 10, 5, 0]]


def test_errors_are_bounded_by_the_parts_of_sums() -> None:
    """Not by the largest number of a result."""
    a = Traced.of(np.array([[1e10, 1.0], [1e-10, 1e-10]]))
    product = a @ Traced.of(np.array([[1.0], [1.0]]))
    right = np.array([[1e10 + 1], [2e-10]])
    assert product.failure(right, "d") == ""
    assert "is wrong by" in product.failure(right * np.array([[1], [1 + 1e-12]]), "d")
    assert "is not finite" in product.failure(right * np.array([[1], [np.inf]]), "d")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # newer Python's, of forks
def test_child_that_hangs_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_LIMIT_OF_CHILD", 0.2)
    case, library = random_case(np.random.default_rng(1)), ctypes.CDLL(None)
    monkeypatch.setattr(worker, "call", lambda *_: time.sleep(60))
    assert "hangs" in worker._called_in_child(library, case)
    monkeypatch.setattr(worker, "call", lambda *_: None)
    assert worker._called_in_child(library, Case("", "", [], [])) == ""
    assert worker._called_in_child(library, Case("", "", [], [lambda: "is wrong"])).endswith("is wrong")


def test_call_tells_the_argument_that_was_written() -> None:
    operand = Operand(np.ones((1, 1)), general(1, 1), Block.make(np.ones((1, 1)), 1, 0))
    call = Call("dsome", ["N", 3, operand])
    call.begin()
    operand.block.values[...] = 2
    call.end()
    assert call.wrote == "dsome wrote to argument 3"
