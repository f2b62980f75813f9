"""A wheel made in folders whose names a shell, make or CMake could take for something else."""

from __future__ import annotations

from pathlib import Path

import pytest

import artifacts

# Two that have all of it, so that there is less to build: each links the library anew.
NAMES = ("blank é'+ $x #1", "100 % (2) & ~*" + "l" * 180)


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return artifacts.make_wheel(tmp_path_factory.mktemp("usual"), artifacts.openblas_build())


@pytest.mark.parametrize("name", NAMES, ids=["signs", "long"])
def test_wheel_is_the_same_wherever_it_is_made(tmp_path: Path, usual: Path, name: str) -> None:
    made = artifacts.make_wheel(tmp_path / name, artifacts.openblas_build())
    assert made.name == usual.name
    assert made.read_bytes() == usual.read_bytes()
