"""A minute of random calls; `make check-fuzz` makes more of them."""

from __future__ import annotations

from pathlib import Path

from artifacts import LIBRARY, PACKAGE
from checks.fuzz.__main__ import run
from wheel_fixtures import contents, wheel

__all__ = ["contents", "wheel"]

_AT_LEAST = 500  # cases in a minute, on the slowest machine


def test_random_calls(contents: Path) -> None:
    failures, counts = run(contents / PACKAGE / "lib" / LIBRARY, seed=1, first=0, seconds=60)
    assert failures == []
    assert sum(counts.values()) >= _AT_LEAST
