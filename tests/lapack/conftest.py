"""The real wheel for these tests."""

from pathlib import Path

import pytest

from artifacts import LIBRARY, PACKAGE
from dense import Library
from wheel_fixtures import contents, wheel

__all__ = ["contents", "wheel"]


@pytest.fixture(scope="session")
def paths(contents: Path) -> tuple[Path, Path]:
    """The library and LAPACKE's header."""
    return contents / PACKAGE / "lib" / LIBRARY, contents / PACKAGE / "include" / "lapacke.h"


@pytest.fixture(scope="session")
def library(paths: tuple[Path, Path]) -> Library:
    return Library(paths[0])
