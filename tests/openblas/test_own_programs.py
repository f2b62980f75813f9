"""OpenBLAS's own test programs, linked to the very archive that the wheel's library was made of."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from artifacts import ROOT

# Of OpenBLAS 0.3.34: utest, test and ctest together. Fewer means that some were not built.
_AT_LEAST = 30


@pytest.fixture(scope="module")
def build_folder() -> Path:
    """OpenBLAS's own build folder, with its test programs built."""
    folder = ROOT / "build" / os.uname().machine / "openblas"
    if not (folder / "CMakeCache.txt").exists():
        pytest.fail(f"{folder} is not there; the wheel's build makes it: run 'make wheel'")
    cmake, ninja = shutil.which("cmake"), shutil.which("ninja")
    assert cmake
    assert ninja
    # The CMake that built the wheel may have gone with pip's build environment: this one takes over.
    commands: list[list[str | Path]] = [
        [cmake, f"-DCMAKE_MAKE_PROGRAM={ninja}", folder],
        [cmake, "--build", folder],
    ]
    for command in commands:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    return folder


def test_all_pass(build_folder: Path) -> None:
    ctest = shutil.which("ctest")
    assert ctest
    report = build_folder / "own-programs.xml"
    done = subprocess.run(
        [ctest, "--output-on-failure", "--timeout", "600", "--output-junit", report],
        cwd=build_folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-8000:]
    suite = ET.parse(report).getroot()
    assert int(suite.attrib["tests"]) >= _AT_LEAST
    assert int(suite.attrib["skipped"]) + int(suite.attrib["failures"]) + int(suite.attrib["disabled"]) == 0
