"""How a check ends: with 0, or with 1 and a word about what was wrong."""

from __future__ import annotations

from typing import Callable

from openblas_build.console import complain
from openblas_build.errors import BuildError, told


def status_of(check: Callable[[], None]) -> int:
    """Run a check and return the exit status; an error is told without a traceback."""
    try:
        check()
    except (BuildError, OSError) as error:
        complain(told(error))
        return 1
    return 0
