"""Debian's packages that a platform wants here and that are missing: ``python -m openblas_build.targets.packages TAG``.

For tools/system-packages, which runs it before there is an environment: with the standard library alone.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence

from ..console import complain
from ..errors import BuildError
from ..settings import Settings
from .choice import Target, chosen
from .table import row_of


def missing(target: Target, *, tests: bool = False) -> list[str]:
    """Return the packages of cross tools that are not on PATH, and with `tests` that of the emulator."""
    row = target.row
    if not target.cross:
        return []
    wanted = dict(row.cross.packages) if target.foreign and row.cross else {}
    if tests and row.emulator:
        wanted.update({row.emulator.program: row.emulator.package, **row.emulator.others})
    return list(dict.fromkeys(package for program, package in wanted.items() if shutil.which(program) is None))


def main(arguments: Sequence[str]) -> int:
    """Print the packages in a line; return the exit status."""
    tag, *options = arguments
    try:
        interface = row_of(tag).interfaces[0]
        settings = Settings.load({"openblas.platform": tag, "openblas.interface": interface}, {})
        print(*missing(chosen(settings), tests="--emulator" in options))  # noqa: T201
    except BuildError as error:
        complain(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
