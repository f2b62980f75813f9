"""``python -m conformance``: LAPACK's and OpenBLAS's own tests on this wheel, beside the published one."""

from __future__ import annotations

import argparse
import fnmatch
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from openblas_build.console import complain, duration, say
from openblas_build.errors import BuildError, ToolError
from openblas_build.project import newest_wheel

from . import candidates, facade, openblas_own, programs, report, runs
from .facade import Facade
from .programs import Programs
from .runs import Result
from .table import CASES, Case

ROOT = Path(__file__).resolve().parents[1]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for; return 0 if the first candidate does no worse than the others."""
    options = _parser().parse_args(arguments)
    try:
        return _check(options)
    except BuildError as error:
        complain(str(error))
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m conformance", description=__doc__)
    parser.add_argument(
        "--candidate", action="append", default=[], metavar="TITLE=FILE",
        help="a shared library of OpenBLAS or a wheel with one; the first is judged by the others "
        "(default: the newest wheel in dist/, and scipy-openblas64 of PyPI)",
    )  # fmt: skip
    parser.add_argument("--kernels", default="", metavar="CPU,CPU", help="kernels to run on, e.g. HASWELL,SKYLAKEX")
    parser.add_argument("--threads", type=int, default=0, help="threads of each library (default: its own choice)")
    parser.add_argument("--cases", default="*", metavar="PATTERN", help="for example 'EIG d*' (default: all)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results to this file too")
    return parser


def _check(options: argparse.Namespace) -> int:
    work = ROOT / "build" / "conformance"
    cases = [case for case in CASES if fnmatch.fnmatch(case.title, options.cases)]
    if not cases:
        msg = f"no case is called {options.cases}; they are {', '.join(case.title for case in CASES)}"
        raise ToolError(msg)
    facades = [facade.make(title, file, work / "facades" / title) for title, file in _libraries(options, work).items()]
    built = _programs(work, facades[0], cases)
    all_fine = True
    for kernel in options.kernels.split(","):
        variables = {"OPENBLAS_CORETYPE": kernel} if kernel else {}
        if options.threads:
            variables["OPENBLAS_NUM_THREADS"] = str(options.threads)
        results = {each.title: _run_all(built, each, cases, variables, work) for each in facades}
        print(f"\n{kernel or 'kernels of this CPU'}\n{report.table(results)}", flush=True)
        first, *others = results.values()
        all_fine = all_fine and not report.worse(first, others)
        if options.json:
            _write(options.json, kernel, results)
    return 0 if all_fine else 1


def _libraries(options: argparse.Namespace, work: Path) -> dict[str, Path]:
    given = dict(text.split("=", 1) if "=" in text else (Path(text).stem, text) for text in options.candidate)
    files = {title: Path(file) for title, file in given.items()} or {
        "this wheel": newest_wheel(ROOT),
        "published": candidates.published_wheel(work / "published"),
    }
    return {title: candidates.library_of(file, work / "libraries" / title) for title, file in files.items()}


def _programs(work: Path, first: Facade, cases: Sequence[Case]) -> Programs:
    openblas = ROOT / "build" / os.uname().machine / "openblas"
    say("building LAPACK's and OpenBLAS's test programs")
    return programs.build(openblas, first.file, work / "programs", cases)


def _run_all(
    built: Programs, library: Facade, cases: Sequence[Case], variables: dict[str, str], work: Path
) -> dict[str, Result]:
    variables = {**variables, **library.environment}
    results: dict[str, Result] = {}
    began = time.monotonic()

    folder = work / "output" / library.title
    # One program at a time: LAPACK's tests of small matrices and threads are part of what is tested.
    for number, case in enumerate(cases, 1):
        results[case.title] = runs.start(built.program(case), built.input(case), folder, variables)
        say(f"{library.title}: {case.title}, {number} of {len(cases)}, {duration(time.monotonic() - began)}")
    say(f"{library.title}: OpenBLAS's own programs")
    return {**results, **openblas_own.start(built.folder, variables)}


def _write(file: Path, kernel: str, results: report.Results) -> None:
    data = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    data[kernel or "own"] = {
        title: {case: asdict(result) for case, result in cases.items()} for title, cases in results.items()
    }
    part = file.with_suffix(".part")
    part.write_text(json.dumps(data, indent=1), encoding="utf-8")
    part.replace(file)


if __name__ == "__main__":
    sys.exit(main())
