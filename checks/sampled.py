"""A plugin of pytest: ``--every N`` runs each N-th test, for machines where all of them take too long.

With a prime N the sample goes through all types, shapes and kernels, whose numbers have small factors.
"""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.addoption("--every", type=int, default=1, help="run each N-th test only")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the other tests out, and say how many."""
    step: int = config.getoption("--every")
    left = [item for number, item in enumerate(items) if number % step]
    items[:] = items[::step]
    config.hook.pytest_deselected(items=left)
