"""Installed as a user may: into a folder, and away again without a trace."""

from __future__ import annotations

import os
import subprocess
import venv
from pathlib import Path

import pytest

from artifacts import PACKAGE


def pip(python: Path, *arguments: str | Path) -> None:
    command: list[str | Path] = [python, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    subprocess.run(command, check=True)


def files(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python of a virtual environment with pip and nothing else."""
    folder = tmp_path_factory.mktemp("installing") / "venv"
    venv.create(folder, with_pip=True, symlinks=True)
    return folder / "bin" / "python"


def test_into_a_folder(python: Path, wheel: Path, tmp_path: Path) -> None:
    pip(python, "install", "--no-index", "--target", tmp_path / "a folder", wheel)
    environ = {**os.environ, "PYTHONPATH": str(tmp_path / "a folder")}
    done = subprocess.run(
        [python, "-m", PACKAGE], cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_uninstalling_leaves_nothing(python: Path, wheel: Path, tmp_path: Path) -> None:
    before = files(python.parents[1])
    pip(python, "install", "--no-index", wheel)
    subprocess.run([python, "-m", PACKAGE], cwd=tmp_path, stdout=subprocess.DEVNULL, check=True)
    pip(python, "uninstall", "--yes", PACKAGE)
    # Those of pip itself, which is compiled when it runs.
    left = {path for path in files(python.parents[1]) - before if "__pycache__" not in path.parts}
    assert left == set()
    assert not [path for path in files(python.parents[1]) if PACKAGE in path.name]


def test_installing_twice_changes_nothing(python: Path, wheel: Path) -> None:
    pip(python, "install", "--no-index", wheel)
    before = files(python.parents[1])
    pip(python, "install", "--no-index", "--force-reinstall", wheel)
    assert files(python.parents[1]) == before
    pip(python, "uninstall", "--yes", PACKAGE)
