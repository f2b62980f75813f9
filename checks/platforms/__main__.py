"""``python -m checks.platforms TAG [WHEEL]``: run the newest wheel of a platform in a system of its machine.

Of the interface that SCIPY_OPENBLAS_INTERFACE names, as for a build.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from checks.status import status_of
from openblas_build.console import say
from openblas_build.project import newest_wheel
from openblas_build.settings import Settings
from openblas_build.targets import row_of

from .trials import ROOT, spoken, tried


def main() -> int:
    """Try a wheel and print what came of it; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m checks.platforms", description=__doc__)
    parser.add_argument("tag", help="the platform")
    parser.add_argument("wheel", nargs="?", type=Path, help="by default the newest of the platform in dist/")
    parser.add_argument("--everything", action="store_true", help="OpenBLAS's and LAPACK's programs too (an hour)")
    options = parser.parse_args()
    return status_of(lambda: _check(options))


def _check(options: argparse.Namespace) -> None:
    row = row_of(options.tag)
    wheel = options.wheel or newest_wheel(ROOT, Settings.load(None, os.environ).interface_value.package, row)
    say(wheel.name)
    spoken(tried(wheel, row, everything=options.everything))


if __name__ == "__main__":
    sys.exit(main())
