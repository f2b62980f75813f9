"""One platform of another machine: built here, and run there in an emulator.

The library has kernels for three CPU families in place of fourteen; ``make check-matrix`` does all of it.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from artifacts import ROOT
from checks import pip_wheel
from checks.platforms.emulation import enable
from checks.platforms.trials import tried
from openblas_build.errors import ToolError
from openblas_build.settings import Settings
from openblas_build.targets import ROWS, chosen
from openblas_build.targets.packages import missing

TAG = "manylinux_2_17_aarch64"
ROW = ROWS[TAG]
# The last one wants SVE, which the compiler and the CPU have to be asked for.
KERNELS = ("ARMV8", "NEOVERSEN1", "A64FX")
FOLDER = ROOT / "build" / "emulated"


@pytest.fixture(scope="module")
def wheel() -> Path:
    lacking = missing(chosen(Settings(platform=TAG)), tests=True)
    if lacking:
        pytest.skip(f"as root, 'make test' installs what is missing here: {', '.join(lacking)}")
    try:
        enable(ROW)
    except ToolError as error:
        pytest.skip(str(error))
    settings = {"build-dir": str(FOLDER), "openblas.platform": TAG, "openblas.dynamic-list": " ".join(KERNELS[1:])}
    command = pip_wheel.command(FOLDER / "dist", settings)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (made,) = (FOLDER / "dist").glob("*.whl")
    return made


def test_wheel_works_on_its_machine(wheel: Path) -> None:
    results = {each.trial: each.outcome for each in tried(wheel, ROW, build=FOLDER, kernels=KERNELS, seconds=120)}
    assert "contract kept" in results["oldest C library"]
    assert "glibc" in results["system"]
    assert results["kernels on a64fx"].startswith("a64fx")
    assert results["CPU parameters"].endswith(", ".join(KERNELS))
    assert " passed" in results["numerical tests"]
    assert " failed" not in results["numerical tests"]
