"""Ninja's thousands of lines told in a few: how far the build is, and how long it will still take."""

from __future__ import annotations

import os
import re
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Callable

from .console import duration

# Ninja puts this before the name of each step; nothing else prints it.
_STATUS = "@step %f/%t@ "
_STEP = re.compile(r"@step (\d+)/(\d+)@ (.*)")
# The steps that take time. Others, such as looking for Fortran modules, come early by the thousand,
# and would make the rest look short.
_REAL = re.compile(r"Building (C|Fortran|ASM) object")

_EVERY = 15.0  # seconds between two lines
_SMALL = 100  # steps; a graph of fewer is told step by step
_ENOUGH = 400  # real steps; what they took tells something about the rest
# Steps of small graphs that are no news.
_NO_NEWS = re.compile(r"cd |Re-checking |No .* step |Completed ")


@dataclass
class Progress:
    """Turns Ninja's lines into news, at most one in `_EVERY` seconds; passes on all others."""

    report: Callable[[str], None]
    forward: Callable[[str], None]
    clock: Callable[[], float] = time.monotonic
    _total: int = 0
    _real: int = 0
    _began: float = 0.0
    _told: float = 0.0

    def line(self, text: str) -> None:
        """Take one line of output, without its end."""
        match = _STEP.match(text)
        if match is None:
            self.forward(text)
        else:
            self._step(int(match[1]), int(match[2]), match[3])

    def _step(self, done: int, total: int, name: str) -> None:
        if total < _SMALL:
            if not _NO_NEWS.match(name):
                self.report(name)
            return
        now = self.clock()
        if total != self._total:
            self._total, self._real, self._began, self._told = total, 0, now, now
        self._real += bool(_REAL.match(name))
        if now - self._told < _EVERY:
            return
        self._told = now
        elapsed = now - self._began
        left = f", about {duration(elapsed / self._real * (total - done))} left" if self._real >= _ENOUGH else ""
        self.report(
            f"compiling OpenBLAS: {100 * done // total:3d} %, step {done} of {total}, {duration(elapsed)}{left}"
        )


@contextmanager
def narrated(clock: Callable[[], float] | None = None) -> Iterator[None]:
    """While inside, standard output of this process and its children goes through `Progress`."""
    sys.stdout.flush()
    before = os.environ.get("NINJA_STATUS")
    real = os.dup(1)
    reading, writing = os.pipe()
    os.dup2(writing, 1)
    os.close(writing)
    os.environ["NINJA_STATUS"] = _STATUS
    thread = threading.Thread(target=_pump, args=(reading, real, clock or time.monotonic), daemon=True)
    thread.start()
    try:
        yield
    finally:
        sys.stdout.flush()
        # The pipe ends when the last writer is gone, and fd 1 is the last one of ours.
        os.dup2(real, 1)
        thread.join(timeout=10)
        os.close(real)
        if before is None:
            del os.environ["NINJA_STATUS"]
        else:
            os.environ["NINJA_STATUS"] = before


def _pump(reading: int, real: int, clock: Callable[[], float]) -> None:
    def forward(text: str) -> None:
        os.write(real, (text + "\n").encode("utf-8", "surrogateescape"))

    progress = Progress(report=lambda text: forward(f"*** {text}"), forward=forward, clock=clock)
    with os.fdopen(reading, encoding="utf-8", errors="surrogateescape", newline="\n") as lines:
        for line in lines:
            progress.line(line.rstrip("\n"))
