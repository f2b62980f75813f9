"""The speed of this wheel beside that of others: ``python -m benchmarks``, or ``make bench``."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# The builder's package, whose errors, console and run() are used here, is on no path but the build's.
sys.path.insert(0, str(ROOT / "backend"))
