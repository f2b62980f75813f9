"""Run a test program on a library and count what it says."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

# Longer than the slowest program takes on a slow machine with the oldest kernels.
TIMEOUT = 3600  # seconds

_PASSED = re.compile(r"\(\s*(\d+) tests? run\)")
_FAILED = re.compile(r":\s*(\d+) out of\s+(\d+) tests? failed")
# The programs of the dynamic mode decomposition say it in words.
_IN_WORDS = re.compile(r"\btest (PASSED|FAILED)", re.IGNORECASE)
# LAPACK's programs report these in words; each is one error.
_ERRORS = re.compile(
    r"illegal value|[Ii]llegal|\*\*\* .* failed the tests of the error exits|did not detect an error| INFO *=|FAILED!"
)


@dataclass(frozen=True)
class Result:
    """The outcome of one program: tests run, tests beyond their threshold, and other `errors` in words."""

    run: int
    failed: int
    errors: tuple[str, ...] = field(default=())

    @property
    def ok(self) -> bool:
        """Tell whether nothing at all was wrong."""
        return self.failed == 0 and not self.errors


def count(output: str) -> Result:
    """Count the tests in a LAPACK program's output, whose summary lines are one for each path."""
    failures = [(int(failed), int(run)) for failed, run in _FAILED.findall(output)]
    in_words = [word.upper() for word in _IN_WORDS.findall(output)]
    run = sum(map(int, _PASSED.findall(output))) + sum(run for _, run in failures) + len(in_words)
    failed = sum(failed for failed, _ in failures) + in_words.count("FAILED")
    errors = tuple(line.strip() for line in output.splitlines() if _ERRORS.search(line))
    return Result(run, failed, errors)


def start(
    program: Path, input_file: Path, folder: Path, variables: Mapping[str, str], before: Sequence[str] = ()
) -> Result:
    """Run `program` on `input_file` in `folder`, keep its output there, and count.

    `before` are words that come before its command, e.g. to run it in another system.
    A crash, a time-out and an output without its end are errors of the result, not exceptions.
    """
    folder.mkdir(parents=True, exist_ok=True)
    output = folder / f"{program.name}-{input_file.stem}.out"
    with input_file.open("rb") as data, output.open("wb") as printed:
        try:
            status: int | str = subprocess.run(
                [*before, str(program)],
                cwd=folder,
                env=environment(variables),
                stdin=data,
                stdout=printed,
                stderr=subprocess.STDOUT,
                timeout=TIMEOUT,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            status = f"no end after {TIMEOUT} s"
    counted = count(output.read_text(encoding="utf-8", errors="replace"))
    if status == 0:
        return counted
    return Result(counted.run, counted.failed, (*counted.errors, f"exit status {status}"))


def executable(program: Path) -> Path:
    """Return a program's file, which has an ending where it is Windows'."""
    windows = program.with_name(f"{program.name}.exe")
    return windows if windows.exists() else program


def environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment without OpenBLAS's and OpenMP's variables, and with `variables`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OPENBLAS_", "OMP_"))}
    return {**kept, **variables}
