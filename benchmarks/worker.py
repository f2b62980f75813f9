"""One measuring process: a library, a number of threads; what it answers, row by row, as values."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import IO

from openblas_build.errors import BuildError

from .candidates import Candidate
from .cases import Case
from .driver_build import Driver

# Whatever these set would change what is measured.
_FOREIGN = ("OPENBLAS_", "GOTO_", "MKL_", "OMP_", "KMP_", "GOMP_", "BLIS_", "BLI_", "LD_PRELOAD")
_THREADS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS", "OMP_NUM_THREADS")
# In units of rounding times the size of what was multiplied; right results stay below 5, wrong ones are far above.
RESIDUAL_LIMIT = 50.0
# Seconds in which a library is loaded.
_LOADING = 60.0


class WorkerError(BuildError):
    """A library that cannot be loaded, or that ends its process."""


@dataclass(frozen=True)
class Timing:
    """The shortest sample of one row in one process so far, in seconds a call."""

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

    def add(self, line: str) -> None:
        """Take a line of a worker's; one cut off in the middle is left out."""
        key, tab, text = line.partition("\t")
        words = line.split()
        if tab:
            self.library[key] = text.strip()
        elif len(words) == 5 and words[1] == "time":  # noqa: PLR2004 - as worker.c prints it
            self.timings[int(words[0])] = Timing(float(words[2]), int(words[3]), float(words[4]))
        elif len(words) == 3 and words[1] == "absent":  # noqa: PLR2004
            self.absent[int(words[0])] = words[2]


def environment(candidate: Candidate, threads: int, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the process's environment: no foreign setting, the number of threads in every library's words."""
    kept = {name: value for name, value in environ.items() if not name.startswith(_FOREIGN)}
    if candidate.search:
        search = [str(path) for path in candidate.search]
        kept["LD_LIBRARY_PATH"] = os.pathsep.join(filter(None, [*search, environ.get("LD_LIBRARY_PATH")]))
    return {**kept, **dict.fromkeys(_THREADS, str(threads)), **candidate.environment}


@dataclass(frozen=True)
class Request:
    """One row: seconds for its samples, whether the result is checked, and seconds after which it has failed.

    The same row again takes more samples of the same arrays.
    """

    case: Case
    budget: float
    check: bool = True
    limit: float = 600.0

    def text(self, index: int) -> str:
        """Return it in the worker's words."""
        case, shape = self.case, self.case.shape
        sizes = f"{shape.m} {shape.n} {shape.k} {shape.count}"
        return f"{index} {case.routine} {case.letter} {sizes} {self.budget:.4f} {int(self.check)}\n"


class Worker:
    """A process that measures rows when it is told to, and stands still in between, its threads too.

    So several of them can take turns within a row without disturbing each other.
    """

    def __init__(self, process: subprocess.Popen[bytes], errors: IO[bytes]) -> None:
        """Take a process that writes its complaints to `errors`, and wait until it is ready, or has ended."""
        self.answers = Answers()
        self._process = process
        self._errors = errors
        while "ready" not in self.answers.library and self._answer(_LOADING):
            pass
        if not self.answers.end:
            self._process.send_signal(signal.SIGSTOP)

    @property
    def pid(self) -> int:
        """Return the process's number."""
        return self._process.pid

    def measure(self, index: int, request: Request) -> None:
        """Add the answer about a row to `answers`: nothing if the process has ended, and the reason if it ends now."""
        if self.answers.end or self._process.stdin is None:
            return
        self._process.send_signal(signal.SIGCONT)
        with suppress(BrokenPipeError):  # which the missing answer tells
            self._process.stdin.write(request.text(index).encode())
        if self._answer(request.limit):
            self._process.send_signal(signal.SIGSTOP)

    def _answer(self, limit: float) -> bool:
        """Wait for a line, so many seconds; False with `answers.end` if there is none."""
        late = threading.Event()

        def stop() -> None:
            late.set()
            self._process.kill()

        timer = threading.Timer(limit, stop)
        timer.start()
        try:
            line = self._process.stdout.readline() if self._process.stdout else b""
        finally:
            timer.cancel()
        if line.endswith(b"\n"):
            self.answers.add(line.decode(errors="replace"))
            return True
        status = self._process.wait()
        self._errors.seek(0)
        complaint = self._errors.read().decode(errors="replace").strip()
        end = f"stopped after {limit:g} s" if late.is_set() else _end(status)
        self.answers.end = f"{end} {complaint}".strip()
        return False


@contextmanager
def running_on(cpus: set[int]) -> Iterator[None]:
    """Let processes that are started meanwhile run on these CPUs alone."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cpus)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def started(driver: Driver, candidate: Candidate, threads: int, cpus: set[int] | None = None) -> Iterator[Worker]:
    """Start a process for a library, on these CPUs if not on all, and end it with the context.

    Raises:
        WorkerError: the library cannot be loaded.
    """
    command = [str(driver.workers[candidate.bits]), str(candidate.library), candidate.prefix, candidate.suffix]
    with tempfile.TemporaryFile() as errors:
        with running_on(cpus or os.sched_getaffinity(0)):
            process = subprocess.Popen(
                command,
                env=environment(candidate, threads, os.environ),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                bufsize=0,
            )
        with process:
            try:
                worker = Worker(process, errors)
                if worker.answers.end:
                    msg = f"{candidate.name}: {candidate.library} cannot be loaded: {worker.answers.end}"
                    raise WorkerError(msg)
                yield worker
            finally:
                process.kill()


def peak(driver: Driver, threads: int) -> dict[str, dict[str, float]]:
    """Return the FMA rate in operations a second by vector extension, then by s and d."""
    found = {}
    for name, program in driver.peaks.items():
        printed = subprocess.run([program, str(threads)], capture_output=True, text=True, check=True).stdout
        found[name] = {letter: float(rate) for letter, rate in (line.split() for line in printed.splitlines())}
    return found


def _end(status: int) -> str:
    return f"signal {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"
