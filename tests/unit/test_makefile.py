"""The Makefile: its help lists what there is, and the environment is made anew where it does not fit any more."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Steps of other targets.
INTERNAL = {"wheel-if-needed", "lp64-if-needed", "test-packages", "cross-tools"}
SCRIPTS = ("tools/environment", "tools/system-packages")


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if name not in {"PYTHON", "MAKEFLAGS", "MAKELEVEL"}}
    command = ["make", "--no-print-directory", *arguments]
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What of the project make wants to see, with an environment that says it was made there by this Python."""
    folder = tmp_path / "a clone"
    for name in (*SCRIPTS, "Makefile", "pyproject.toml"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)
    for name in ("backend", "cmake", "overlay", "scipy_openblas64"):
        (folder / name).mkdir()
    ready = folder / ".venv" / "ready"
    ready.parent.mkdir()
    ready.write_text(f"{folder.resolve()}\n{os.path.realpath(sys.executable)}\n", encoding="utf-8")
    return folder


def is_made_anew(folder: Path, *arguments: str) -> bool:
    done = make(folder, "--dry-run", "lint", *arguments)
    assert done.returncode == 0, done.stderr
    return "tools/environment make .venv" in done.stdout


def test_help_lists_every_target_in_columns() -> None:
    lines = make(ROOT, "help").stdout.splitlines()
    rows = [re.match(r"make ([a-z0-9-]+)(?: [A-Z]+=\S+)*  ", line) for line in lines]
    listed = [row[1] for row in rows if row]
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^([a-z][a-z0-9-]*):", text, re.MULTILINE)
    assert len(listed) == len(lines)
    assert sorted(listed) == sorted(set(targets) - INTERNAL)
    phony = {name for line in re.findall(r"^\.PHONY: (.*)$", text, re.MULTILINE) for name in line.split()}
    assert set(targets) <= phony
    column = max(len(line[: line.index("  ")]) for line in lines) + 2
    assert {line[column - 2 : column] for line in lines} == {"  "}
    assert all(line[column] != " " for line in lines)


def test_environment_that_fits_is_kept(clone: Path) -> None:
    assert not is_made_anew(clone)
    assert not is_made_anew(clone, f"PYTHON={sys.executable}")


def test_environment_is_made_anew_in_a_clone_that_was_moved(clone: Path) -> None:
    assert is_made_anew(clone.rename(clone.with_name("moved")))


def test_environment_is_made_anew_for_another_python(clone: Path, tmp_path: Path) -> None:
    other = tmp_path / "python3"
    other.write_text("#!/bin/sh\necho /another/python3\n", encoding="utf-8")
    other.chmod(0o755)
    assert is_made_anew(clone, f"PYTHON={other}")


def test_environment_that_was_not_finished_is_made_anew(clone: Path) -> None:
    (clone / ".venv" / "ready").write_text("", encoding="utf-8")
    assert is_made_anew(clone)


@pytest.mark.parametrize(
    ("script", "text"),
    [("exit 1", "does not run"), ("echo 3.8 False", "is Python 3.8; the build wants 3.9 or newer")],
)
def test_python_that_is_no_good_is_told(clone: Path, tmp_path: Path, script: str, text: str) -> None:
    other = tmp_path / "python3"
    other.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    other.chmod(0o755)
    done = make(clone, "lint", f"PYTHON={other}")
    assert done.returncode != 0
    assert f"error: {other} {text}" in done.stderr
    assert "Traceback" not in done.stderr
