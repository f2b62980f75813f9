"""NumPy, compiled against the wheel and tested by its own tests: the part of ``make check-numpy`` that is short."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from artifacts import ROOT


def test_numpy_calculates_with_the_wheel(wheel: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "consumers", "numpy", wheel, "--subset"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "backend"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"in use is openblas \S+, lib/\S+/numpy\.libs/libscipy_openblas64_-\w+\.so", done.stdout)
    (passed,) = re.findall(r"numpy\.linalg: (\d+) passed", done.stdout)
    assert int(passed) > 400
