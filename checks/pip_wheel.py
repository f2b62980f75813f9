"""The wheel as ``pip wheel`` makes it, for whatever builds another one than ``make wheel``."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def options(settings: Mapping[str, str]) -> list[str]:
    """Return pip's words for config settings."""
    return [f"--config-settings={key}={value}" for key, value in settings.items()]


def command(wheels: Path, settings: Mapping[str, str] | None = None) -> list[str]:
    """Return the command that builds the wheel with config settings and leaves it in the folder `wheels`."""
    words = [sys.executable, "-m", "pip", "wheel", str(ROOT), "--no-deps", "--no-build-isolation"]
    return [*words, *options(settings or {}), "--wheel-dir", str(wheels)]
