"""One measuring process: a library, a number of threads, some rows; what it answers as values."""

from __future__ import annotations

import math
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from openblas_build.errors import BuildError

from .candidates import Candidate
from .cases import Case
from .driver_build import Driver

# Whatever these set would change what is measured.
_FOREIGN = ("OPENBLAS_", "GOTO_", "MKL_", "OMP_", "KMP_", "GOMP_", "BLIS_", "BLI_", "LD_PRELOAD")
_THREADS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS", "OMP_NUM_THREADS")
# In units of rounding times the size of what was multiplied; right results stay below 5, wrong ones are far above.
RESIDUAL_LIMIT = 50.0


class WorkerError(BuildError):
    """A library that cannot be loaded, or that ends its process."""


@dataclass(frozen=True)
class Timing:
    """The shortest sample of one row in one process, in seconds a call."""

    seconds: float
    samples: int
    residual: float

    @property
    def right(self) -> bool:
        """Whether the result is what it should be, but for rounding."""
        return math.isfinite(self.residual) and self.residual < RESIDUAL_LIMIT


@dataclass
class Answers:
    """All that one process said: of the library, of each row by its index, and of rows that it does not have."""

    library: dict[str, str] = field(default_factory=dict)
    timings: dict[int, Timing] = field(default_factory=dict)
    absent: dict[int, str] = field(default_factory=dict)
    end: str = ""  # why it ended before its time


def environment(candidate: Candidate, threads: int, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the process's environment: no foreign setting, the number of threads in every library's words."""
    kept = {name: value for name, value in environ.items() if not name.startswith(_FOREIGN)}
    if candidate.search:
        search = [str(path) for path in candidate.search]
        kept["LD_LIBRARY_PATH"] = os.pathsep.join(filter(None, [*search, environ.get("LD_LIBRARY_PATH")]))
    return {**kept, **dict.fromkeys(_THREADS, str(threads)), **candidate.environment}


@dataclass(frozen=True)
class Request:
    """Rows by their index, seconds for each, whether results are checked, and seconds for all of it."""

    rows: Mapping[int, Case]
    budget: float
    check: bool = True
    limit: float = 600.0

    def text(self) -> str:
        """Return it in the worker's words."""
        lines = []
        for index, case in self.rows.items():
            shape = case.shape
            sizes = f"{shape.m} {shape.n} {shape.k} {shape.count}"
            lines.append(f"{index} {case.routine} {case.letter} {sizes} {self.budget:.4f} {int(self.check)}\n")
        return "".join(lines)


def parse(lines: Sequence[str]) -> Answers:
    """Return what the lines of a worker say; a last line cut off in the middle is left out."""
    answers = Answers()
    for line in lines:
        key, tab, text = line.partition("\t")
        if tab:
            answers.library[key] = text.strip()
            continue
        words = line.split()
        if len(words) == 5 and words[1] == "time":  # noqa: PLR2004 - as worker.c prints it
            answers.timings[int(words[0])] = Timing(float(words[2]), int(words[3]), float(words[4]))
        elif len(words) == 3 and words[1] == "absent":  # noqa: PLR2004
            answers.absent[int(words[0])] = words[2]
    return answers


def measure(driver: Driver, candidate: Candidate, threads: int, request: Request) -> Answers:
    """Measure in a new process and return its answers; those before a crash or the time limit count.

    Raises:
        WorkerError: the library cannot be loaded.
    """
    process = subprocess.Popen(
        [str(driver.workers[candidate.bits]), str(candidate.library), candidate.prefix, candidate.suffix],
        env=environment(candidate, threads, os.environ),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    )
    late = False
    with process:
        try:
            printed, errors = process.communicate(request.text(), timeout=request.limit)
        except subprocess.TimeoutExpired:
            late = True
            process.kill()
            printed, errors = process.communicate()
    answers = parse(printed.splitlines())
    if "ready" not in answers.library:
        msg = f"{candidate.name}: {candidate.library} cannot be loaded: {errors.strip() or _end(process.returncode)}"
        raise WorkerError(msg)
    if late:
        answers.end = f"stopped after {request.limit:.0f} s"
    elif process.returncode:
        answers.end = f"{_end(process.returncode)} {errors.strip()}".strip()
    return answers


def peak(driver: Driver, threads: int) -> dict[str, dict[str, float]]:
    """Return the FMA rate in operations a second by vector extension, then by s and d."""
    found = {}
    for name, program in driver.peaks.items():
        printed = subprocess.run([program, str(threads)], capture_output=True, text=True, check=True).stdout
        found[name] = {letter: float(rate) for letter, rate in (line.split() for line in printed.splitlines())}
    return found


def _end(status: int) -> str:
    return f"signal {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"
