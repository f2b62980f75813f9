"""Whether other processes take part of the machine while we measure."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable
from pathlib import Path

# CPUs on average; less is what any system does by itself.
_DISTURBING = 0.1
_STAT = Path("/proc/stat")
# Of the columns of /proc/stat (man 5 proc): user, nice, system, irq, softirq, steal; not idle and iowait.
_BUSY = (0, 1, 2, 5, 6, 7)

Clocks = Callable[[], tuple[float, float, float]]


def read_clocks() -> tuple[float, float, float]:
    """Return seconds: CPU time of the whole machine, that of this process with its ended children, wall clock."""
    columns = _STAT.read_text(encoding="utf-8").split("\n", 1)[0].split()[1:]
    busy = sum(int(columns[index]) for index in _BUSY) / os.sysconf("SC_CLK_TCK")
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return busy, sum(usage.ru_utime + usage.ru_stime for usage in usages), time.monotonic()


class Load:
    """Adds up what others use of the CPUs while it is entered."""

    def __init__(self, clocks: Clocks = read_clocks) -> None:
        """Take `clocks` for the time."""
        self._clocks = clocks
        self._entered = (0.0, 0.0, 0.0)
        self._foreign = 0.0
        self._elapsed = 0.0

    def __enter__(self) -> None:
        """Begin."""
        self._entered = self._clocks()

    def __exit__(self, *_error: object) -> None:
        """Add what was used since."""
        busy, own, elapsed = (now - before for now, before in zip(self._clocks(), self._entered))
        self._foreign += max(0.0, busy - own)
        self._elapsed += elapsed

    @property
    def others(self) -> float:
        """CPUs that other processes used on average."""
        return self._foreign / self._elapsed if self._elapsed else 0.0

    @property
    def disturbing(self) -> bool:
        """Whether that is too much to trust the figures."""
        return self.others > _DISTURBING
