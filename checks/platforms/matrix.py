"""``python -m checks.platforms.matrix [--run] [--only TAG ...]``: every platform in every interface, as a table.

Builds what is missing in dist/, audits it, and with --run runs it and writes the table into docs/platforms.md. A
platform that cannot be built or run has its reason in its row, and the exit status is 1.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from checks import pip_wheel
from openblas_build.audit import audit_file
from openblas_build.console import complain, say
from openblas_build.errors import BuildError, ToolError
from openblas_build.naming import INTERFACES, Interface
from openblas_build.project import newest_wheel
from openblas_build.run import run
from openblas_build.targets import ROWS, Row, own_row

from .trials import ROOT, tried

_HEAD = ("platform", "interface", "MB", "functions", "oldest C library", "kernels", "how it was tested")
_TITLE = "# Platforms\n\nWritten by `make check-matrix`; figures are those of the machine that ran it last.\n\n"


@dataclass(frozen=True)
class Line:
    """One wheel of the table; `failed` says that there is none, or that it does not work."""

    cells: tuple[str, ...]
    failed: bool = False


def line(row: Row, interface: Interface, *, run_it: bool) -> Line:
    """Return the line of a platform in an interface; the wheel is built if it is not there."""
    try:
        wheel = _wheel(row, interface)
        facts = audit_file(wheel).facts
        tested = _tested(wheel, row) if run_it else "audited"
    except BuildError as error:
        reason = str(error).splitlines()[0]
        return Line((row.tag, interface.name, "", "", "", "", reason), failed=True)
    size = f"{wheel.stat().st_size / 1e6:.1f}"
    oldest = f"{row.c_library} {row.oldest}, needs {facts['C library']}"
    return Line((row.tag, interface.name, size, facts["exports"], oldest, " ".join(row.kernels), tested))


def _wheel(row: Row, interface: Interface) -> Path:
    try:
        return newest_wheel(ROOT, interface.package, row)
    except ToolError:
        say(f"building {row.tag}, {interface.name}")
        settings = {"openblas.interface": interface.name}
        if row != own_row():
            settings["openblas.platform"] = row.tag
        run([*pip_wheel.command(ROOT / "dist", settings), "--quiet"])
        return newest_wheel(ROOT, interface.package, row)


def _tested(wheel: Path, row: Row) -> str:
    if row == own_row():
        return "make test"
    return "; ".join(f"{result.trial}: {result.outcome}" for result in tried(wheel, row, everything=True))


def table(lines: Iterable[Line]) -> str:
    """Return the table in Markdown."""
    rows = [_HEAD, tuple("---" for _ in _HEAD), *(each.cells for each in lines)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m checks.platforms.matrix", description=__doc__)
    parser.add_argument("--run", action="store_true", help="run every wheel, and write docs/platforms.md")
    parser.add_argument("--only", nargs="+", default=list(ROWS), choices=list(ROWS), help="these platforms")
    options = parser.parse_args(arguments)
    os.chdir(ROOT)
    lines = []
    for tag in options.only:
        for name in ROWS[tag].interfaces:
            lines.append(line(ROWS[tag], INTERFACES[name], run_it=options.run))
            say(" | ".join(lines[-1].cells))
    text = table(lines)
    print(text, end="")
    if options.run:
        (ROOT / "docs" / "platforms.md").write_text(_TITLE + text, encoding="utf-8")
    failed = [each.cells[:2] for each in lines if each.failed]
    if failed:
        complain("\n".join(["not all platforms work:", *(" ".join(each) for each in failed)]))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
