"""The wheel as ``pip wheel`` makes it, for whatever builds another one than ``make wheel``."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def command(wheels: Path, settings: Mapping[str, str] | None = None) -> list[str]:
    """Return the command that builds the wheel with config settings and leaves it in the folder `wheels`."""
    words = [sys.executable, "-m", "pip", "wheel", str(ROOT), "--no-deps", "--no-build-isolation"]
    words += [f"--config-settings={key}={value}" for key, value in (settings or {}).items()]
    return [*words, "--wheel-dir", str(wheels)]
