"""Run the self-test of whichever of the two packages is installed: the test command of cibuildwheel."""

import importlib.util
import subprocess
import sys

FOUND = [name for name in ("scipy_openblas64", "scipy_openblas32") if importlib.util.find_spec(name)]
if not FOUND:
    sys.exit("neither scipy_openblas64 nor scipy_openblas32 is installed")
for package in FOUND:
    subprocess.run([sys.executable, "-m", package], check=True)
