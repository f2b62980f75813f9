"""The LP64 wheel, alone and beside the ILP64 one."""

from __future__ import annotations

from pathlib import Path

import pytest

import artifacts
from artifacts import Environment
from conformance.candidates import published_wheel
from openblas_build.naming import LP64


@pytest.fixture(scope="session")
def wheel() -> Path:
    return artifacts.built_wheel(LP64.package)


@pytest.fixture(scope="session")
def contents(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, unpacked."""
    return artifacts.unpacked(wheel, tmp_path_factory.mktemp("lp64-contents"))


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The incumbent's LP64 wheel of the same OpenBLAS release, unpacked."""
    folder = tmp_path_factory.mktemp("lp64-published")
    return artifacts.unpacked(published_wheel(folder / "download", LP64), folder / "unpacked")


@pytest.fixture(scope="session")
def both(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with both wheels, NumPy and threadpoolctl."""
    folder = tmp_path_factory.mktemp("both") / "venv"
    return artifacts.install(artifacts.built_wheel(), folder, extra=[str(wheel), "numpy", "threadpoolctl"])
