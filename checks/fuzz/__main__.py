"""``python -m checks.fuzz``: random calls of the wheel's library for some time, and a table of what went wrong."""

from __future__ import annotations

import argparse
import collections
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from conformance.candidates import library_of
from openblas_build.console import say
from openblas_build.project import newest_wheel

ROOT = Path(__file__).resolve().parents[2]
_LIMIT = 60.0  # seconds without a word: the case hangs


def main(arguments: Sequence[str] | None = None) -> int:
    """Run cases and print the table; the exit status is 1 if one failed."""
    parser = argparse.ArgumentParser(prog="python -m checks.fuzz", description=__doc__)
    parser.add_argument("--library", type=Path, help="a wheel or a library (default: the newest wheel in dist/)")
    parser.add_argument("--seconds", type=float, default=60, help="how long (default: 60)")
    parser.add_argument("--seed", type=int, default=1, help="which cases (default: 1)")
    parser.add_argument("--first", type=int, default=0, help="the first case's number, to see one again")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as work:
        library = library_of(options.library or newest_wheel(ROOT), Path(work))
        failures, counts = run(library, options.seed, options.first, options.seconds)
    for name, number in sorted(counts.items()):
        print(f"{name:8}{number:8} calls")
    for number, text in failures:
        print(f"failed: --seed {options.seed} --first {number}: {text}")
    print(f"{sum(counts.values())} cases, {len(failures)} failed")
    return 1 if failures else 0


def run(library: Path, seed: int, first: int, seconds: float) -> tuple[list[tuple[int, str]], dict[str, int]]:
    """Run cases for so long: return the failed ones, and how often each routine was called."""
    failures: list[tuple[int, str]] = []
    counts: dict[str, int] = collections.Counter()
    end, told = time.monotonic() + seconds, time.monotonic()
    while time.monotonic() < end:
        last, text = first, "the worker did not begin"
        for what, number, text_now in _worker(library, seed, first, end - time.monotonic()):
            last, text = number, text_now or text
            if what == "begin":
                counts[text.partition(" ")[0]] += 1
            elif what in ("wrong", "killed"):
                failures.append((number, text))
            if time.monotonic() - told > 15:  # noqa: PLR2004 - seconds between two lines
                told = time.monotonic()
                say(f"fuzzing: {sum(counts.values())} cases, {len(failures)} failed, {end - told:.0f} s left")
        first = last + 1
    return failures, counts


def _worker(library: Path, seed: int, first: int, seconds: float) -> Iterator[tuple[str, int, str]]:
    """Start a worker and yield what it tells, in the end whether it was killed, by itself or for its silence."""
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "checks.fuzz.worker",
        library,
        str(seed),
        str(first),
        str(seconds),
    ]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OPENBLAS_")}
    command = ["timeout", "--signal=KILL", str(seconds + _LIMIT), *command]
    with ExitStack() as stack:
        errors = stack.enter_context(tempfile.TemporaryFile("w+"))
        started = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True)
        worker = stack.enter_context(started)
        number, title = first, ""
        assert worker.stdout is not None
        for line in worker.stdout:
            what, at, title = line.rstrip("\n").split(" ", 2)
            number = int(at)
            yield what, number, title
        if worker.wait():
            errors.seek(0)
            yield "killed", number, f"{title}: status {worker.returncode} {errors.read()[-300:]}"


if __name__ == "__main__":
    sys.exit(main())
