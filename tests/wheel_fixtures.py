"""The real wheel, once for all of its tests."""

from __future__ import annotations

from pathlib import Path

import pytest

import artifacts
from artifacts import Environment
from conformance.candidates import published_wheel


@pytest.fixture(scope="session")
def wheel() -> Path:
    return artifacts.built_wheel()


@pytest.fixture(scope="session")
def contents(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, unpacked."""
    return artifacts.unpacked(wheel, tmp_path_factory.mktemp("contents"))


@pytest.fixture(scope="session")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """A virtual environment of this Python with the wheel."""
    return artifacts.install(wheel, tmp_path_factory.mktemp("environment") / "venv")


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The incumbent's wheel of the same OpenBLAS release, unpacked."""
    downloaded = published_wheel(tmp_path_factory.mktemp("published"))
    return artifacts.unpacked(downloaded, tmp_path_factory.mktemp("published-contents"))
