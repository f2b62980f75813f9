"""How long a download may take: what is silent or hardly comes is given up."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Callable


@dataclass(frozen=True)
class Patience:
    """How long a server is waited for, in seconds; `rate` is the least, in bytes a second, over a whole `window`."""

    connect: float = 20.0
    silence: float = 20.0
    window: float = 30.0
    rate: int = 1000
    # Of apt reading a suite's index, all in all.
    index: float = 600.0


PATIENCE = Patience()


class TooSlowError(Exception):
    """Less came than the least rate; the text says how much."""


@dataclass
class Pace:
    """Counts what comes, and holds it against the least rate."""

    patience: Patience = PATIENCE
    clock: Callable[[], float] = time.monotonic
    _since: float = field(init=False)
    _bytes: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        """Begin the first window."""
        self._since = self.clock()

    def came(self, count: int) -> None:
        """Take note of `count` more bytes, or of none so far.

        Raises:
            TooSlowError: a window has passed with less than the least rate.
        """
        self._bytes += count
        elapsed = self.clock() - self._since
        if elapsed < self.patience.window:
            return
        if self._bytes < self.patience.rate * elapsed:
            msg = f"{self._bytes:,} bytes in {elapsed:.0f} seconds, fewer than {self.patience.rate:,} a second"
            raise TooSlowError(msg)
        self._since, self._bytes = self.clock(), 0
