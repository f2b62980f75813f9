"""``make workflows``: write the lists of what is built and the digests of what is used into .github/workflows."""

from __future__ import annotations

import sys
from pathlib import Path

from checks.status import status_of
from openblas_build.console import say
from openblas_build.targets import ROWS

from .files import lists_of, outdated, pins_of

ROOT = Path(__file__).resolve().parents[2]


def _write() -> None:
    pins = pins_of(ROOT)
    changed = list(outdated(ROOT, lists_of(ROWS.values(), pins), pins))
    for path, text in changed:
        path.write_text(text, encoding="utf-8")
        say(f"written: {path.relative_to(ROOT)}")
    if not changed:
        say("the workflows are as the tables want them")


if __name__ == "__main__":
    sys.exit(status_of(_write))
