"""What is run of a wheel in a system of its machine."""

from __future__ import annotations

import json
import re
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from openblas_build.audit import audit_file, render
from openblas_build.console import duration, say
from openblas_build.errors import AuditError, ToolError
from openblas_build.naming import ILP64
from openblas_build.run import run
from openblas_build.targets import Row

from .cpu_parameters import compare
from .emulation import enable
from .system import System

ROOT = Path(__file__).resolve().parents[2]
# What the tests read of the project.
_READ = ("backend", "checks", "conformance", "tests", "pyproject.toml")
# Numerical tests of the wheel, of which an emulator runs each 37th: minutes, where all would take hours.
TESTS = tuple(f"tests/wheel/test_{name}.py" for name in ("results", "vectors", "products", "factorizations"))
_EVERY = 37
_LONGEST = 1800  # seconds, on a machine that does other things too
_SITE, _PROJECT = "/wheel", "/project"


@dataclass(frozen=True)
class Result:
    """What came of a trial, in a line."""

    trial: str
    outcome: str


def tried(wheel: Path, row: Row) -> Iterator[Result]:
    """Run a wheel in a system of its machine, and yield what came of each trial.

    Raises:
        AuditError: the wheel breaks its contract.
        ToolError: the machine's programs cannot be run here, or a trial failed.
    """
    yield Result("oldest C library", _oldest(wheel))
    enable(row)
    system = System(row, ROOT / "build" / "systems" / row.tag)
    system.make()
    installed = install(wheel, row, system)
    yield Result("installed", installed)
    yield Result("self-test", _self_test(system, wheel))
    if row.emulator:
        for cpu, family in row.emulator.cpus.items():
            yield Result(f"kernels on {cpu}", _kernels(system, wheel, cpu, family))
    if row.cross and row.emulator:
        folder = ROOT / "build" / (row.tag if _package(wheel) == ILP64.package else f"{row.tag}-lp64")
        families = compare(folder, row, row.cross, row.emulator) if (folder / "openblas").is_dir() else []
        yield Result("CPU parameters", f"as getarch says on {row.machine}: {', '.join(families) or 'no build folder'}")
    if _package(wheel) == ILP64.package:  # whose names the tests call
        yield Result("numerical tests", _numerical(system))


def _oldest(wheel: Path) -> str:
    """Audit the wheel: its symbols prove that it loads with the oldest C library that its tag names."""
    report = audit_file(wheel)
    if not report.ok:
        raise AuditError(render(report))
    return f"needs {report.facts['C library']}; {report.facts['exports']} functions, contract kept"


def install(wheel: Path, row: Row, system: System) -> str:
    """Install the wheel as pip of that machine would: it takes only what the machine's tags allow."""
    site = system.folder / _SITE.lstrip("/")
    shutil.rmtree(site, ignore_errors=True)
    command: list[str | Path] = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    run([*command, "--target", site, "--only-binary", ":all:", "--platform", row.tag, wheel])
    project = system.folder / _PROJECT.lstrip("/")
    shutil.rmtree(project, ignore_errors=True)
    for name in _READ:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        project.mkdir(exist_ok=True)
        copy(ROOT / name, project / name)
    (project / "dist").mkdir()
    shutil.copy(wheel, project / "dist")
    version = system.run(["python3", "-c", "import platform as p; print(*p.libc_ver(), 'Python', p.python_version())"])
    return f"{row.machine}, {version.strip()}"


def _package(wheel: Path) -> str:
    return wheel.name.partition("-")[0]


def _self_test(system: System, wheel: Path) -> str:
    printed = system.run(["python3", "-m", _package(wheel)], {"PYTHONPATH": _SITE})
    return printed.strip().splitlines()[-1]


def _kernels(system: System, wheel: Path, cpu: str, family: str) -> str:
    """The library takes the kernels that are meant for a CPU, and calculates right with them."""
    variables = {"PYTHONPATH": _SITE, "QEMU_CPU": cpu}
    system.run(["python3", "-m", _package(wheel)], variables)
    chosen = json.loads(system.run(["python3", "-m", _package(wheel), "--json"], variables))["corename"]
    if chosen != family:
        msg = f"on {cpu} the library takes the kernels for {chosen}, not {family}"
        raise ToolError(msg)
    return f"{chosen}, self-test passed"


def _numerical(system: System) -> str:
    started = time.monotonic()
    say(f"numerical tests of the wheel on {system.row.machine}, at most {duration(_LONGEST)}")
    tests = [f"{_PROJECT}/{each}" for each in TESTS]
    command = ["timeout", str(_LONGEST), "python3", "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=short"]
    command += ["-p", "checks.sampled", "--every", str(_EVERY)]
    code = f"import os, sys; os.chdir({_PROJECT!r}); os.execvp(sys.argv[1], sys.argv[1:])"
    printed = system.run(["python3", "-c", code, *command, *tests], {"PYTHONPATH": f"{_SITE}:{_PROJECT}"})
    summary = re.findall(r"\d+ passed.*", printed)
    return f"{summary[-1] if summary else 'none'} ({duration(time.monotonic() - started)})"
