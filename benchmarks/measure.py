"""The run: every candidate in its own process; they take turns within each row, in several rounds.

Of hundreds of rows some are slow in a run because the machine was: such rows can be measured in more rounds.
"""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

from openblas_build.console import say

from .candidates import Candidate
from .cases import Case
from .driver_build import Driver
from .load import Load
from .progress import Progress
from .worker import Request, Timing, Worker, WorkerError, peak, started

# For estimates alone: operations a second of one thread, double precision; seconds that a process takes to start.
_SLOW = 25e9
_START = 0.3
# A row's budget is spent in so many parts, the candidates by turns: a machine that is slow for a moment is so for all.
_PARTS = 6
# A few parts at least, unless that takes much longer than the budget.
_TOO_LONG = 8
_FEW = 3


@dataclass(frozen=True)
class Plan:
    """What to measure; `budget` is seconds for a row in one process."""

    cases: Sequence[Case]
    candidates: Sequence[Candidate]
    threads: Sequence[int]
    rounds: int
    budget: float


@dataclass(frozen=True)
class Turn:
    """What one process of every candidate measures, the candidates by turns: a group's rows, or `only` those."""

    round: int
    threads: int
    group: str
    only: frozenset[int] | None = None


@dataclass
class Measured:
    """Everything that a run brought.

    `timings` by candidate, threads, row and round; `peaks` by threads, vector extension and letter, a rate a round;
    `remarks` are what a reader must know. Candidates that could not be loaded are in `broken`, wrong rows (candidate,
    threads, row) in `wrong`; these have no times. `load` tells how busy others kept the machine.
    """

    timings: dict[tuple[str, int, int], dict[int, Timing]] = field(default_factory=dict)
    peaks: dict[tuple[int, str, str], list[float]] = field(default_factory=dict)
    libraries: dict[str, dict[str, str]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    wrong: set[tuple[str, int, int]] = field(default_factory=set)
    load: Load = field(default_factory=Load)


def turns(plan: Plan) -> Iterator[Turn]:
    """Yield the turns: by rounds, threads, groups."""
    yield from _rounds(plan, range(plan.rounds), None)


def turns_again(plan: Plan, some: Collection[tuple[int, int]], rounds: int) -> Iterator[Turn]:
    """Yield the turns of so many more rounds of some rows, which are given as threads and index."""
    yield from _rounds(plan, range(plan.rounds, plan.rounds + rounds), some)


def _rounds(plan: Plan, numbers: range, some: Collection[tuple[int, int]] | None) -> Iterator[Turn]:
    groups = list(dict.fromkeys(case.group for case in plan.cases))
    for number in numbers:
        for threads in plan.threads:
            only = None if some is None else frozenset(index for of, index in some if of == threads)
            for group in groups:
                turn = Turn(number, threads, group, only)
                if rows_of(plan, turn):
                    yield turn


def rows_of(plan: Plan, turn: Turn) -> dict[int, Case]:
    """Return a turn's rows by their index."""
    return {
        index: case
        for index, case in enumerate(plan.cases)
        if case.group == turn.group and (turn.only is None or index in turn.only)
    }


def order(plan: Plan, turn: Turn, index: int) -> list[str]:
    """Return in which order the candidates measure a row: another one is first in each round and row."""
    names = [each.name for each in plan.candidates]
    first = (turn.round + index) % len(names)
    return [*names[first:], *names[:first]]


def cpus_of(turn: Turn, cpus: Sequence[int]) -> set[int]:
    """Return the CPUs that all candidates measure on: others in each round, since the neighbours of each are others."""
    first = turn.round % len(cpus)
    return set([*cpus[first:], *cpus[:first]][: turn.threads])


def estimate(plan: Plan, turn: Turn) -> float:
    """Return the seconds that a turn may take."""
    one = _START + sum(_row_estimate(case, plan.budget, turn.threads) for case in rows_of(plan, turn).values())
    return one * len(plan.candidates)


def _row_estimate(case: Case, budget: float, threads: int) -> float:
    once = case.flops * case.shape.count / (_SLOW * threads * (2 if case.precision == "s" else 1))
    return max(budget, once, min(_FEW * once, _TOO_LONG * budget))


def execute(plan: Plan, driver: Driver) -> Measured:
    """Carry out the plan. A candidate that can't be loaded, or breaks down, is left out with a remark."""
    measured = Measured()
    _take_turns(measured, plan, list(turns(plan)), driver)
    return measured


def repeat(measured: Measured, plan: Plan, driver: Driver, some: Collection[tuple[int, int]], rounds: int) -> None:
    """Add so many more rounds of some rows of the plan, given as threads and index, to what was measured."""
    if some and rounds:
        _remark(measured, f"rows that were measured in {rounds} more rounds: {len(some)}")
        _take_turns(measured, plan, list(turns_again(plan, some, rounds)), driver)


def _take_turns(measured: Measured, plan: Plan, todo: Sequence[Turn], driver: Driver) -> None:
    progress = Progress(sum(estimate(plan, turn) for turn in todo))
    before: tuple[int, int] | None = None
    for turn in todo:
        where = f"round {turn.round + 1} of {todo[-1].round + 1}, {_threads(turn.threads)}, {turn.group}"
        busy = f" (others use {measured.load.others:.1f} CPUs)" if measured.load.disturbing else ""
        progress.step(where + busy, estimate(plan, turn))
        if before != (turn.round, turn.threads):
            before = (turn.round, turn.threads)
            _take_peak(measured, driver, turn.threads)
        with measured.load:
            _take_turn(measured, plan, turn, driver)
    progress.end()
    if measured.load.disturbing:
        _remark(measured, f"other processes used {measured.load.others:.2f} CPUs on average: these figures are rough")


def _take_peak(measured: Measured, driver: Driver, threads: int) -> None:
    for vectors, rates in peak(driver, threads).items():
        for letter, rate in rates.items():
            measured.peaks.setdefault((threads, vectors, letter), []).append(rate)


def _take_turn(measured: Measured, plan: Plan, turn: Turn, driver: Driver) -> None:
    rows = rows_of(plan, turn)
    cpus = cpus_of(turn, sorted(os.sched_getaffinity(0)))
    with ExitStack() as stack:
        workers = {}
        for candidate in plan.candidates:
            if candidate.name not in measured.broken:
                try:
                    workers[candidate.name] = stack.enter_context(started(driver, candidate, turn.threads, cpus))
                except WorkerError as error:
                    measured.broken.add(candidate.name)
                    _remark(measured, f"left out: {error}")
        for index, case in rows.items():
            limit = _START + 20 * _row_estimate(case, plan.budget, turn.threads) + 60
            request = Request(case, plan.budget / _PARTS, check=turn.round == 0, limit=limit)
            _take_row(
                index, request, plan.budget, [workers[name] for name in order(plan, turn, index) if name in workers]
            )
    for name, worker in workers.items():
        _note(measured, turn, rows, name, worker)


def _take_row(index: int, request: Request, budget: float, workers: Sequence[Worker]) -> None:
    """Let the workers measure a row by turns, a part of the budget each, until each has spent its own."""
    spent = dict.fromkeys(workers, 0.0)
    left, parts = list(workers), 0
    while left:
        for each in left:
            before = time.monotonic()
            each.measure(index, request)
            spent[each] += time.monotonic() - before
        parts += 1
        request = replace(request, check=False)
        enough = budget if parts >= _FEW else _TOO_LONG * budget
        left = [
            each for each in left if index in each.answers.timings and not each.answers.end and spent[each] < enough
        ]


def _note(measured: Measured, turn: Turn, rows: Mapping[int, Case], name: str, worker: Worker) -> None:
    answers = worker.answers
    measured.libraries.setdefault(name, {}).update(answers.library)
    for index, timing in answers.timings.items():
        row = name, turn.threads, index
        if timing.right and row not in measured.wrong:
            measured.timings.setdefault(row, {})[turn.round] = timing
        elif not timing.right:
            measured.wrong.add(row)
            where = f"{name}, {_threads(turn.threads)}: {rows[index].name}"
            _remark(measured, f"{where} is wrong, by {timing.residual:.3g} units of rounding")
    running = answers.library.get("threads")
    if running is not None and int(running) != turn.threads:
        _remark(measured, f"{name} runs {_threads(int(running))}, not {turn.threads}")
    if answers.end:
        missing = [case.name for index, case in rows.items() if index not in {**answers.timings, **answers.absent}]
        _remark(measured, f"{name}, {_threads(turn.threads)}: no {', '.join(missing)}: {answers.end}")


def _remark(measured: Measured, text: str) -> None:
    if text not in measured.remarks:
        measured.remarks.append(text)
        say(text)


def _threads(number: int) -> str:
    return "1 thread" if number == 1 else f"{number} threads"
