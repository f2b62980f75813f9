"""A plugin of pytest for machines on which all tests take too long: a sample of them, until a time is over.

``--every N`` runs each N-th test. With a prime N the sample goes through all types, shapes and kernels, whose numbers
have small factors. ``--seconds S`` begins no test after S seconds. The order jumps through all files, so that each has
tests among the first.
"""

from __future__ import annotations

import time

import pytest

_STARTED = pytest.StashKey[float]()
_STRIDE = 7


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    parser.addoption("--every", type=int, default=1, help="run each N-th test only")
    parser.addoption("--seconds", type=float, default=float("inf"), help="begin no test after this time")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the other tests out, and say how many."""
    step: int = config.getoption("--every")
    left = [item for number, item in enumerate(items) if number % step]
    sample = items[::step]
    items[:] = [item for first in range(_STRIDE) for item in sample[first::_STRIDE]]
    config.hook.pytest_deselected(items=left)
    config.stash[_STARTED] = time.monotonic()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> bool | None:
    """Leave a test out when the time is over."""
    if time.monotonic() - item.config.stash[_STARTED] < item.config.getoption("--seconds"):
        return None
    item.config.hook.pytest_deselected(items=[item])
    return True
