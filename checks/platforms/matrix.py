"""``python -m checks.platforms.matrix [--run] [--only TAG ...]``: every platform in every interface, as a table.

Builds what is missing in dist/ and audits it; with --run it runs it too and writes docs/platforms.md. With --only the
other platforms are taken as they are. What came of a wheel is kept in build/matrix.json, and not tried again while its
library is the same. A platform that cannot be built or run has its reason in its row, and the exit status is 1.

In docs/platforms.md the published wheel of the same platform is beside each, which is downloaded.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path, PurePosixPath

from checks.tables import markdown
from openblas_build.audit import audit_file
from openblas_build.console import complain, say
from openblas_build.errors import BuildError, ToolError, told
from openblas_build.naming import INTERFACES, Interface
from openblas_build.project import NEWEST_PUBLISHED, newest_wheel
from openblas_build.run import run
from openblas_build.targets import ROWS, Row, own_row
from openblas_build.targets.c_libraries import C_LIBRARIES

from .published import Published, published
from .trials import ROOT, Result, spoken, tried

_HEAD = (
    "platform", "interface", "MB", "functions", "names without prefix", "oldest system", "integers", "kernels",
    "how it was tested",
)  # fmt: skip
# What tests the wheels of this machine's own platform.
_TESTED_BY = {"ilp64": "`make test`", "lp64": "`make test-lp64`"}
_KEPT = ROOT / "build" / "matrix.json"
_PUBLISHED = ROOT / "build" / "published"
_DOCUMENT = ROOT / "docs" / "platforms.md"
_TITLE = f"""\
# Platforms

Every wheel was made on x86-64 by Debian 12's tools and audited: functions by the names of the convention and no others,
nothing needed but the C library, hardened, no path of the machine that built it. `make check-matrix` wrote this file.

In brackets is the platform's published wheel, {NEWEST_PUBLISHED} of scipy-openblas64 or scipy-openblas32: its size; how
many names it exports without its prefix; the oldest system that its tags allow; how long its integers are; the CPU
families that it has kernels for.

"""
# Where trials are not in a system of the platform: by its own name.
_INSTEAD = {
    "Windows": "in wine: ",
    "Darwin": "built and checked, not run on macOS; on Linux, by a loader of this project's own: ",
}
# Trials that are one for each CPU.
_BY_CPU = "kernels on "


@dataclass(frozen=True)
class Line:
    """One wheel of the table, and what was tried; `failed` says that there is none, or that it does not work."""

    cells: tuple[str, ...]
    failed: bool = False
    results: tuple[Result, ...] = ()


def line(row: Row, interface: Interface, *, build: bool, run_it: bool, compare: bool = False) -> Line:
    """Return the line of a platform in an interface; the wheel is built if it is not there and `build` says so.

    With `compare` the published wheel is beside it.
    """
    named = (row.tag, interface.name)
    try:
        wheel = _wheel(row, interface, build=build)
        if wheel is None:
            return _without_facts(named, "not built")
        facts = audit_file(wheel).facts
        results = () if row == own_row() else _results(wheel, row, run_it=run_it)
        other = published(row, interface, _PUBLISHED) if compare else None
    except BuildError as error:
        complain(told(error))
        return dataclasses.replace(_without_facts(named, str(error).splitlines()[0]), failed=True)
    return Line((*named, *_cells(wheel, row, facts, other), _tested(row, interface, results)), results=results)


def _without_facts(named: tuple[str, str], reason: str) -> Line:
    return Line((*named, *("" for _ in _HEAD[len(named) + 1 :]), reason))


def _cells(wheel: Path, row: Row, facts: Mapping[str, str], other: Published | None) -> tuple[str, ...]:
    needs = facts["C library"]
    ours = (
        f"{wheel.stat().st_size / 1e6:.1f}",
        facts["exports"],
        "0",  # the audit takes no wheel that has one
        needs if row.oldest in needs else f"{C_LIBRARIES[row.c_library].name} {row.oldest}, needs {needs}",
        facts["integers"],
        " ".join(row.kernels),
    )
    if other is None:
        return ours
    theirs = (
        f"{other.size / 1e6:.1f}",
        "",
        str(other.others),
        other.tags.partition(".")[0],
        f"{other.bits} bits",
        "the same" if other.kernels == set(row.kernels) else " ".join(sorted(other.kernels)),
    )
    return tuple(f"{one} ({two})" if two else one for one, two in zip(ours, theirs))


def _tested(row: Row, interface: Interface, results: Sequence[Result]) -> str:
    if row == own_row():
        return _TESTED_BY[interface.name]
    cpus = sum(each.trial.startswith(_BY_CPU) for each in results)
    trials = dict.fromkeys(
        f"{_BY_CPU}{cpus} CPUs" if each.trial.startswith(_BY_CPU) else each.trial for each in results
    )
    return f"{_INSTEAD.get(row.system, '')}{', '.join(trials)}" if trials else "audited, not run"


def _wheel(row: Row, interface: Interface, *, build: bool) -> Path | None:
    try:
        return newest_wheel(ROOT, interface.package, row)
    except ToolError:
        if not build:
            return None
        say(f"building {row.tag}, {interface.name}")
        # As a user does: it installs cross tools, says how far it is, and leaves no half a wheel.
        platform = [] if row == own_row() else [f"PLATFORM={row.tag}"]
        done = subprocess.run(
            ["make", "--no-print-directory", "wheel", *platform],
            cwd=ROOT, env={**os.environ, "SCIPY_OPENBLAS_INTERFACE": interface.name}, check=False,
        )  # fmt: skip
        if done.returncode:
            msg = "make wheel failed"
            raise ToolError(msg) from None
        return newest_wheel(ROOT, interface.package, row)


def _results(wheel: Path, row: Row, *, run_it: bool) -> tuple[Result, ...]:
    digest = _digest(wheel)
    if digest not in _kept() and run_it:
        run([ROOT / "tools" / "system-packages", "emulator"], env={"PLATFORM": row.tag, "PYTHON": sys.executable})
        say(wheel.name)
        results = [astuple(result) for result in spoken(tried(wheel, row, everything=True))]
        # Read once more: another platform may have been tried at the same time.
        _KEPT.write_text(json.dumps({**_kept(), digest: results}, indent=1), encoding="utf-8")
    return tuple(Result(*each) for each in _kept().get(digest, ()))


def _kept() -> dict[str, list[list[str]]]:
    kept: dict[str, list[list[str]]] = json.loads(_KEPT.read_text(encoding="utf-8")) if _KEPT.exists() else {}
    return kept


def _digest(wheel: Path) -> str:
    """Return what only the same library has."""
    with zipfile.ZipFile(wheel) as archive:
        libraries = sorted(name for name in archive.namelist() if PurePosixPath(name).parent.name == "lib")
        return hashlib.sha256(b"".join(archive.read(name) for name in libraries)).hexdigest()


def table(lines: Iterable[Line]) -> str:
    """Return the table in Markdown."""
    return markdown(_HEAD, (each.cells for each in lines))


def document(lines: Sequence[Line]) -> str:
    """Return the table, and below it what came of each trial."""
    sections = [
        f"\n## {each.cells[0]}, {each.cells[1]}\n\n"
        + "".join(f"- {result.trial}: {result.outcome}\n" for result in each.results)
        for each in lines
        if each.results
    ]
    return _TITLE + table(lines) + "".join(sections)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m checks.platforms.matrix", description=__doc__)
    parser.add_argument("--run", action="store_true", help="run every wheel, and write docs/platforms.md")
    parser.add_argument("--only", nargs="+", default=list(ROWS), choices=list(ROWS), help="build and run these alone")
    options = parser.parse_args(arguments)
    lines = []
    for tag, row in ROWS.items():
        wanted = tag in options.only
        for name in row.interfaces:
            run_it = wanted and options.run
            lines.append(line(row, INTERFACES[name], build=wanted, run_it=run_it, compare=options.run))
            say(" | ".join(lines[-1].cells))
    print(table(lines), end="")
    if options.run:
        _DOCUMENT.write_text(document(lines), encoding="utf-8")
    failed = [each.cells[:2] for each in lines if each.failed]
    if failed:
        complain("\n".join(["not all platforms work:", *(" ".join(each) for each in failed)]))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
