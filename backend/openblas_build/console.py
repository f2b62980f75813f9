"""What the builder says while it works: short lines, flushed at once."""

from __future__ import annotations

import sys


def say(message: str) -> None:
    """Print one line of our own, told apart from the tools' output by its mark."""
    print(f"*** {message}", flush=True)


def complain(message: str) -> None:
    """Print an error, its further lines indented, to standard error."""
    first, *rest = message.splitlines() or [""]
    print("\n".join([f"error: {first}", *(f"  {line}" for line in rest)]), file=sys.stderr, flush=True)


def duration(seconds: float) -> str:
    """Return a length of time as people write it, e.g. ``3 min 20 s``."""
    whole = max(0, round(seconds))
    minutes, rest = divmod(whole, 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
