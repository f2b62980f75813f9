"""NumPy and SciPy built against the wheels, and their own tests run on what came of it."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
