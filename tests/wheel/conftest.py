"""The real wheel for these tests."""

from pathlib import Path

import pytest

from artifacts import LIBRARY, PACKAGE
from dense import Library
from wheel_fixtures import contents, environment, published, wheel

__all__ = ["contents", "environment", "published", "wheel"]


@pytest.fixture(params=[1, 2], ids=["one thread", "two threads"])
def library(request: pytest.FixtureRequest, contents: Path) -> Library:
    """The wheel's library with one thread and with two."""
    library = Library(contents / PACKAGE / "lib" / LIBRARY)
    library.use_threads(request.param)
    return library
