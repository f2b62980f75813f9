"""The command line: gather the candidates, run, report."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from openblas_build.console import complain, say
from openblas_build.errors import BuildError, SettingError
from openblas_build.project import NEWEST_PUBLISHED

from . import ROOT, candidates, driver_build, figure, obtain, report, results
from .candidates import Candidate
from .cases import CASES, select
from .measure import Plan, estimate, execute, repeat, turns
from .ratios import BEHIND
from .ratios import rows as ratio_rows

_FULL_BUDGET, _QUICK_BUDGET = 0.03, 0.02  # seconds a row
_ROUNDS, _AGAIN = 5, 4
_OTHERS = ("PyPI", "MKL", "Debian", "BLIS")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; the exit status is 0 if this wheel has a right result for every row, else 1."""
    options = parser().parse_args(arguments)
    try:
        return _run(options)
    except BuildError as error:
        complain(str(error))
        return 1


def parser() -> argparse.ArgumentParser:
    """Return the command line's options."""
    made = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="This wheel's speed beside that of others, on this machine.",
        epilog="A full run takes about 30 minutes on two cores, a quick one 8. Nothing else should run meanwhile.",
    )
    made.add_argument("--wheel", type=Path, metavar="FILE", help="this wheel, or its library; default: newest in dist/")
    made.add_argument("--quick", action="store_true", help="a part of the rows, with less time for each")
    made.add_argument(
        "--rows", action="append", default=[], metavar="PATTERN", help="rows to take: 'dgemm*', '*2000', 'LU'"
    )
    made.add_argument("--threads", type=_threads, metavar="N,M", help="numbers of threads; default: 1 and all")
    made.add_argument("--rounds", type=_positive, default=_ROUNDS, metavar="N", help="default: %(default)s")
    made.add_argument(
        "--again",
        type=_number,
        default=_AGAIN,
        metavar="N",
        help=f"more rounds of the rows that are below {BEHIND} after those; default: %(default)s",
    )
    made.add_argument(
        "--without", action="append", default=[], metavar="NAME", help=f"leave out one of {', '.join(_OTHERS)}"
    )
    made.add_argument(
        "--candidate",
        action="append",
        default=[],
        metavar="NAME=PATH[:PREFIX:SUFFIX:ilp64|lp64]",
        help="another library",
    )
    made.add_argument(
        "--published",
        default=NEWEST_PUBLISHED,
        metavar="VERSION",
        help="scipy-openblas64 of PyPI; default: %(default)s",
    )
    made.add_argument("--folder", type=Path, default=ROOT / "build" / "bench", help="for libraries and results")
    made.add_argument("--figure", type=Path, metavar="FILE", help="write a picture (PNG, SVG) of the ratios")
    made.add_argument("--list", action="store_true", help="gather the candidates, list the rows, measure nothing")
    return made


def _number(text: str, least: int = 0) -> int:
    if not text.isdigit() or int(text) < least:
        msg = f"want a whole number from {least}, not {text!r}"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


def _positive(text: str) -> int:
    return _number(text, 1)


def _threads(text: str) -> list[int]:
    return sorted({_positive(part) for part in text.split(",")})


def _run(options: argparse.Namespace) -> int:
    cases = select(CASES, options.rows, quick=options.quick)
    if not cases:
        msg = f"no row fits {' '.join(options.rows)}; python -m benchmarks --list shows all rows"
        raise SettingError(msg)
    if options.figure:
        figure.check(options.figure)
    plan = Plan(
        cases=cases,
        candidates=gather(options),
        threads=options.threads or sorted({1, len(os.sched_getaffinity(0))}),
        rounds=options.rounds,
        budget=_QUICK_BUDGET if options.quick else _FULL_BUDGET,
    )
    if options.list:
        _list(plan)
        return 0
    driver = driver_build.build(options.folder / "driver")
    measured = execute(plan, driver)
    rows = ratio_rows(plan, measured)
    behind = {(row.threads, cases.index(row.case)) for row in rows if row.behind}
    repeat(measured, plan, driver, behind, options.again)
    rows = ratio_rows(plan, measured)
    print(report.render(rows, measured, [each.name for each in plan.candidates]), flush=True)
    path = options.folder / "results.json"
    results.write(path, results.collect(plan, measured, rows, driver))
    say(f"written: {path}")
    if options.figure:
        figure.write(options.figure, rows)
        say(f"written: {options.figure}")
    return 0 if len(rows) == len(plan.cases) * len(plan.threads) else 1


def gather(options: argparse.Namespace) -> list[Candidate]:
    """Return this wheel and all others that can be had; one line for each that can't.

    Raises:
        BuildError: this wheel or one named on the command line is not there, or a name is unknown or taken.
    """
    folder = options.folder.resolve() / "candidates"
    unknown = set(options.without) - set(_OTHERS)
    if unknown:
        msg = f"--without {', '.join(sorted(unknown))}: there is no such candidate; there are {', '.join(_OTHERS)}"
        raise SettingError(msg)
    found = [obtain.ours(options.wheel, folder)]
    found += [candidates.parse(text) for text in options.candidate]
    ways: dict[str, Callable[[], Candidate]] = {
        "PyPI": lambda: obtain.published(options.published, folder),
        "MKL": lambda: obtain.mkl(folder),
        "Debian": lambda: obtain.debian(folder),
        "BLIS": lambda: obtain.blis(folder),
    }
    for name, way in ways.items():
        if name not in options.without:
            try:
                found.append(way())
            except BuildError as error:
                say(f"left out: {name}: {_reason(error)}")
    names = [each.name for each in found]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        msg = f"two candidates are called {', '.join(sorted(twice))}; give the one of --candidate another name"
        raise SettingError(msg)
    return found


def _reason(error: BuildError) -> str:
    """Return the one line that tells most: the last complaint of pip or apt, else our own first line."""
    lines = str(error).splitlines()
    complaints = [line for line in lines if line.startswith(("ERROR:", "E:"))]
    return (complaints or lines[:1])[-1]


def _list(plan: Plan) -> None:
    for each in plan.candidates:
        print(f"{each.name:<10} {each.origin}")
    for case in plan.cases:
        print(f"{case.group:<22} {case.name}")
    seconds = sum(estimate(plan, turn) for turn in turns(plan))
    print(f"{len(plan.cases)} rows, {len(plan.candidates)} candidates, about {seconds / 60:.0f} minutes")
