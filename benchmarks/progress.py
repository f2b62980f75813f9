"""How far a run is and how long it will still take, on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TextIO

from openblas_build.console import duration

_EVERY = 20.0  # seconds between two lines where the line can't be written over


class Progress:
    """One line, written over on a terminal, else a line now and then.

    `total` is the work in seconds as it was estimated; what is done shows how good the estimate is.
    """

    def __init__(self, total: float, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        """Start the clock."""
        self._total = total
        self._stream = stream or sys.stderr
        self._clock = clock
        self._began = clock()
        self._told = -_EVERY
        self._done = 0.0

    def step(self, what: str, work: float) -> None:
        """Say that `what` begins; the work before it is done, and it is `work` seconds by estimate."""
        now = self._clock()
        elapsed = now - self._began
        left = f", about {duration(elapsed / self._done * (self._total - self._done))} left" if self._done else ""
        share = 100 * self._done / self._total
        line = f"{share:3.0f} %  {what}, {duration(elapsed)}{left}"
        self._done += work
        if self._stream.isatty():
            self._stream.write(f"\r\033[K{line}")
        elif now - self._told >= _EVERY:
            self._told = now
            self._stream.write(f"{line}\n")
        self._stream.flush()

    def end(self) -> None:
        """Take the line away."""
        if self._stream.isatty():
            self._stream.write("\r\033[K")
            self._stream.flush()
