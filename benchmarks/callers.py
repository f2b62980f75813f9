"""Several callers at once: the calls per second of all of them, beside one caller's and beside another library's.

``python -m benchmarks.callers`` prints the table. Each figure is a process of its own; the libraries take turns.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from openblas_build.console import complain, say
from openblas_build.errors import BuildError, SettingError, ToolError
from openblas_build.project import NEWEST_PUBLISHED

from . import ROOT, driver_build, obtain
from .candidates import OURS, Candidate, parse
from .cases import Case, Family, Shape, select
from .progress import Progress
from .worker import RESIDUAL_LIMIT, environment

_SECONDS, _ROUNDS = 0.3, 3
_CALLERS = (1, 2, 4, 8, 16)
# What a process takes to start and to make the arrays of all callers, for estimates alone.
_START = 0.2
# Published wheels spend minutes on a call of QR where four or more callers meet.
_TOO_LONG = 60.0


def _squares(*sizes: int) -> tuple[Shape, ...]:
    return tuple(Shape(size, size, size) for size in sizes)


def _one_right_side(*sizes: int) -> tuple[Shape, ...]:
    return tuple(Shape(size, size) for size in sizes)


_SIZES = (32, 100, 300, 1000, 2000)
FAMILIES = (
    Family("level 3", "gemm", "d", _squares(*_SIZES), ()),
    Family("level 3", "syrk", "d", _squares(*_SIZES), ()),
    Family("level 3", "trsm", "d", _one_right_side(*_SIZES), ()),
    Family("factorizations", "getrf", "d", _one_right_side(*_SIZES), ()),
    Family("factorizations", "potrf", "d", _one_right_side(*_SIZES), ()),
    Family("factorizations", "geqrf_orgqr", "d", _one_right_side(*_SIZES), ()),
    Family("level 2", "gemv_n", "d", _one_right_side(*_SIZES), ()),
    Family("level 2", "trsv", "d", _one_right_side(*_SIZES), ()),
    Family("small", "syevr", "d", _one_right_side(15), ()),
    Family("small", "gesv", "d", _one_right_side(10), ()),
)
CASES: tuple[Case, ...] = tuple(case for family in FAMILIES for case in family.cases())


@dataclass(frozen=True)
class Setting:
    """What a figure depends on beside the library: a row, threads of the library, callers."""

    case: Case
    threads: int
    callers: int


@dataclass
class Rates:
    """Calls per second by library and setting, one for each round; and what a reader must know."""

    found: dict[tuple[str, Setting], list[float]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def over(self, name: str, setting: Setting, other: str, of: Setting) -> float | None:
        """Return the median over the rounds of one rate over another; None if one of them is not there."""
        ours, others = self.found.get((name, setting), []), self.found.get((other, of), [])
        ratios = [mine / theirs for mine, theirs in zip(ours, others) if theirs > 0]
        return statistics.median(ratios) if ratios else None


def measure(driver: driver_build.Driver, candidate: Candidate, setting: Setting, seconds: float) -> tuple[float, float]:
    """Return the calls per second of all callers together, and the worst residual in units of rounding.

    Raises:
        ToolError: the library lacks the routine, its process broke down, or it did not come to an end.
    """
    case, shape = setting.case, setting.case.shape
    row = f"{case.routine} {case.letter} {shape.m} {shape.n} {shape.k} {shape.count} {setting.callers} {seconds}\n"
    command: list[str | Path] = [driver.callers[candidate.bits], candidate.library, candidate.prefix, candidate.suffix]
    where = f"{candidate.name}, {case.name}, {setting.threads} threads, {setting.callers} callers"
    try:
        done = subprocess.run(
            command,
            env=environment(candidate, setting.threads, os.environ),
            input=row,
            capture_output=True,
            text=True,
            check=False,
            timeout=_TOO_LONG,
        )
    except subprocess.TimeoutExpired as error:
        msg = f"{where}: no end within {_TOO_LONG:g} s"
        raise ToolError(msg) from error
    words = done.stdout.split()
    if done.returncode or words[:1] != ["rate"]:
        msg = f"{where}: {done.stdout.strip() or done.stderr.strip() or f'exit status {done.returncode}'}"
        raise ToolError(msg)
    return float(words[1]), float(words[2])


def execute(
    driver: driver_build.Driver, some: Sequence[Candidate], settings: Sequence[Setting], rounds: int, seconds: float
) -> Rates:
    """Measure every setting in every round, the libraries one after the other, another one first each time."""
    rates = Rates()
    each = len(some) * (seconds + _START)
    progress = Progress(rounds * len(settings) * each)
    for number in range(rounds):
        for index, setting in enumerate(settings):
            what = f"round {number + 1} of {rounds}, {setting.case.name}, {setting.callers} callers"
            progress.step(what, each)
            first = (number + index) % len(some)
            for candidate in [*some[first:], *some[:first]]:
                _take(rates, driver, candidate, setting, seconds)
    progress.end()
    return rates


def _take(rates: Rates, driver: driver_build.Driver, candidate: Candidate, setting: Setting, seconds: float) -> None:
    try:
        rate, residual = measure(driver, candidate, setting, seconds)
    except ToolError as error:
        rates.remarks.append(str(error))
        return
    if not residual < RESIDUAL_LIMIT:
        rates.remarks.append(f"{candidate.name}, {setting.case.name}, {setting.callers} callers: wrong by {residual:g}")
        rate = 0.0
    rates.found.setdefault((candidate.name, setting), []).append(rate)


def render(rates: Rates, settings: Sequence[Setting], others: Sequence[str]) -> str:
    """Return the table: for each row and number of threads, a line of ratios."""
    numbers = list(dict.fromkeys(setting.callers for setting in settings))
    lines = []
    for threads in dict.fromkeys(setting.threads for setting in settings):
        count = "1 thread" if threads == 1 else f"{threads} threads"
        columns = "".join(f"{number:>7}" for number in numbers[1:])
        beside = "".join(
            f"  | over {other}: {numbers[0]:>2}" + "".join(f"{n:>7}" for n in numbers[1:]) for other in others
        )
        lines += [f"{f'Library with {count}':<22}  one caller,{'':<4}callers", f"{'':<22}    calls/s{columns}{beside}"]
        for case in dict.fromkeys(setting.case for setting in settings):
            lines.append(_line(rates, case, threads, numbers, others))
        lines.append("")
    return "\n".join([*lines, *dict.fromkeys(rates.remarks)])


def _line(rates: Rates, case: Case, threads: int, numbers: Sequence[int], others: Sequence[str]) -> str:
    one = Setting(case, threads, numbers[0])
    alone = rates.found.get((OURS, one), [])
    rate = f"{statistics.median(alone):11,.0f}" if alone else f"{'-':>11}"
    more = [Setting(case, threads, number) for number in numbers]
    own = "".join(_ratio(rates.over(OURS, setting, OURS, one)) for setting in more[1:])
    beside = "".join(
        f"  | {'':<{len(other)}}  " + "".join(_ratio(rates.over(OURS, setting, other, setting)) for setting in more)
        for other in others
    )
    return f"{case.name:<22}{rate}{own}{beside}"


def _ratio(value: float | None) -> str:
    return f"{value:7.2f}" if value is not None else f"{'-':>7}"


def parser() -> argparse.ArgumentParser:
    """Return the command line's options."""
    made = argparse.ArgumentParser(
        prog="python -m benchmarks.callers",
        description="What several callers of this wheel's library get together, beside the published one, here.",
        epilog="All rows take about 20 minutes on two cores. Nothing else should run meanwhile.",
    )
    made.add_argument("--wheel", type=Path, metavar="FILE", help="this wheel, or its library; default: newest in dist/")
    made.add_argument("--rows", action="append", default=[], metavar="PATTERN", help="rows to take: 'dgemm*', 'small'")
    made.add_argument("--threads", default=None, metavar="N,M", help="of the library; default: 1 and all")
    made.add_argument("--callers", default=",".join(map(str, _CALLERS)), metavar="N,M", help="default: %(default)s")
    made.add_argument("--rounds", type=int, default=_ROUNDS, metavar="N", help="default: %(default)s")
    made.add_argument("--seconds", type=float, default=_SECONDS, metavar="S", help="of a figure; default: %(default)s")
    made.add_argument("--candidate", action="append", default=[], metavar="NAME=PATH[:PREFIX:SUFFIX:ilp64|lp64]")
    made.add_argument("--published", default=NEWEST_PUBLISHED, metavar="VERSION", help="of PyPI; default: %(default)s")
    made.add_argument("--folder", type=Path, default=ROOT / "build" / "bench", help="for libraries and programs")
    return made


def _numbers(option: str, text: str) -> list[int]:
    words = text.split(",")
    if not all(word.isdigit() and int(word) > 0 for word in words):
        msg = f"{option} {text}: want whole numbers from 1, such as 1,2,4"
        raise SettingError(msg)
    return sorted({int(word) for word in words})


def _settings(options: argparse.Namespace) -> list[Setting]:
    cases = select(CASES, options.rows, quick=False)
    if not cases:
        msg = f"no row fits {' '.join(options.rows)}; there are {', '.join(case.name for case in CASES)}"
        raise SettingError(msg)
    cpus = len(os.sched_getaffinity(0))
    threads = _numbers("--threads", options.threads or f"1,{cpus}")
    numbers = _numbers("--callers", options.callers)
    return [Setting(case, number, callers) for number in threads for case in cases for callers in numbers]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; the exit status is 1 if something could not be measured."""
    options = parser().parse_args(arguments)
    try:
        return _run(options)
    except BuildError as error:
        complain(str(error))
        return 1


def _run(options: argparse.Namespace) -> int:
    settings = _settings(options)
    folder = options.folder.resolve() / "candidates"
    some = [obtain.ours(options.wheel, folder), *map(parse, options.candidate)]
    try:
        some.append(obtain.published(options.published, folder))
    except BuildError as error:
        say(f"left out: PyPI: {str(error).splitlines()[0]}")
    driver = driver_build.build(options.folder / "driver")
    rates = execute(driver, some, settings, options.rounds, options.seconds)
    print(render(rates, settings, [each.name for each in some[1:]]), flush=True)
    return 1 if rates.remarks else 0


if __name__ == "__main__":
    sys.exit(main())
