"""The sample of tests that an emulator runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from artifacts import ROOT

TESTS = """
import pathlib, pytest

@pytest.mark.parametrize("number", range(20))
def test(number):
    with pathlib.Path("ran").open("a") as file:
        print(number, file=file)
"""


@pytest.mark.parametrize(
    ("options", "passed"),
    [((), range(20)), (("--every", "3"), range(0, 20, 3)), (("--every", "3", "--seconds", "0"), [])],
)
def test_sample(tmp_path: Path, options: tuple[str, ...], passed: list[int]) -> None:
    (tmp_path / "test_it.py").write_text(TESTS)
    (tmp_path / "ran").touch()
    command = [sys.executable, "-m", "pytest", "-q", "-p", "checks.sampled", *options, "test_it.py"]
    done = subprocess.run(
        command, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    assert f"{20 - len(passed)} deselected" in done.stdout or len(passed) == 20, done.stdout + done.stderr
    assert sorted(map(int, (tmp_path / "ran").read_text().split())) == list(passed)
    assert "failed" not in done.stdout
