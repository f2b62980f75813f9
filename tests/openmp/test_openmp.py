"""The library with OpenMP threads (``make test-openmp``): it ends and is right with fewer of them than asked for."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from artifacts import LIBRARY, ROOT

PROGRAM = ROOT / "tests" / "threads" / "calls.c"
LIMIT = 240  # seconds; all routines take a few

SETTINGS = {
    "two of two": {"OMP_NUM_THREADS": "2"},
    "one of two": {"OMP_NUM_THREADS": "2", "OMP_THREAD_LIMIT": "1"},
    "two of four": {"OMP_NUM_THREADS": "4", "OMP_THREAD_LIMIT": "2"},
    "as many as OpenMP likes": {"OMP_NUM_THREADS": "8", "OMP_DYNAMIC": "true"},
    "the call's number of threads": {"OMP_NUM_THREADS": "4", "OMP_ADAPTIVE": "1"},
}


@pytest.fixture(scope="session")
def library() -> Path:
    """The library as it was linked, with the system's own OpenMP library, which the program has too."""
    path = ROOT / "build" / "openmp" / "lib" / LIBRARY
    assert path.exists(), "there is no OpenMP build; make one with 'make test-openmp'"
    return path


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("calls") / "calls"
    subprocess.run(["cc", "-O1", "-w", "-fopenmp", PROGRAM, "-o", path, "-ldl", "-lm", "-lpthread"], check=True)
    return path


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("way", ["plain", "region", "callback", "callers"])
def test_ends_and_is_right(program: Path, library: Path, way: str, setting: str) -> None:
    done = subprocess.run(
        [program, library, way, "3"],
        env={**os.environ, **SETTINGS[setting]},
        timeout=LIMIT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr
