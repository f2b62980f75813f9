"""What is run of a wheel in a system of its machine."""

from __future__ import annotations

import json
import re
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from openblas_build.audit import Contract, audit_file, render
from openblas_build.console import duration, say
from openblas_build.errors import AuditError, ToolError
from openblas_build.naming import ILP64, INTERFACES
from openblas_build.run import run
from openblas_build.targets import Cross, Emulator, Row, here
from openblas_build.targets.formats import FORMATS

from . import on_windows, programs
from .cpu_parameters import compare
from .emulation import enable
from .stand_in import StandIn, put_loader_before, stand_in, wheel_with_loader
from .system import RECIPES, System
from .wine import Wine, WineElsewhere, wine_elsewhere

ROOT = Path(__file__).resolve().parents[2]
# Numerical tests of the wheel, of which an emulator runs a sample: minutes, where all would take hours.
TESTS = tuple(f"tests/wheel/test_{name}.py" for name in ("results", "vectors", "products", "factorizations"))
_EVERY = 37
_LONGEST = 420  # seconds, after which no test begins
_SITE = "/wheel"


@dataclass(frozen=True)
class Result:
    """What came of a trial, in a line."""

    trial: str
    outcome: str


@dataclass(frozen=True)
class Trial:
    """A wheel in a system of its platform, the build folder that it came from, if it is there, and its kernels."""

    wheel: Path
    row: Row
    system: System | StandIn | Wine | WineElsewhere
    build: Path
    kernels: tuple[str, ...]
    seconds: float = _LONGEST

    @property
    def package(self) -> str:
        """The name of its package."""
        return self.wheel.name.partition("-")[0]

    @property
    def interface(self) -> str:
        """The name of its interface."""
        return next(name for name, each in INTERFACES.items() if each.package == self.package)

    @property
    def is_ilp64(self) -> bool:
        """Whether it has the names and integers that the tests call it by."""
        return self.interface == ILP64.name

    @property
    def inside(self) -> Path:
        """Its library's path in the system."""
        return Path("/", self.library.relative_to(self.system.folder))

    @property
    def tested(self) -> Path:
        """The wheel that numerical tests take."""
        if isinstance(self.system, StandIn):
            return wheel_with_loader(self.wheel, self.library, self.system.folder / "tmp")
        return self.wheel

    @property
    def library(self) -> Path:
        """Its library, where it is installed."""
        suffix = FORMATS[self.row.object_format].suffix
        (library,) = (self.system.folder / _SITE.lstrip("/") / self.package / "lib").glob(f"*{suffix}")
        return library


def tried(
    wheel: Path,
    row: Row,
    *,
    build: Path | None = None,
    kernels: tuple[str, ...] | None = None,
    seconds: float = _LONGEST,
    everything: bool = False,
) -> Iterator[Result]:
    """Run a wheel in a system of its platform, and yield what came of each trial.

    `build` is the build folder that it came from, by default the platform's; `kernels` are the CPU families that it
    has, by default those of the table. Numerical tests are run for so many `seconds`. With `everything`, OpenBLAS's and
    LAPACK's own programs too, which take up to an hour in an emulator.

    Raises:
        AuditError: the wheel breaks its contract.
        ToolError: the platform's programs cannot be run here, or a trial failed.
    """
    kernels = kernels or row.kernels
    yield Result("oldest C library", _oldest(wheel, kernels))
    folder = row.tag if wheel.name.startswith(ILP64.package) else f"{row.tag}-lp64"
    system = _system(row)
    enable(system.linux.row if isinstance(system, StandIn) else row)
    trial = Trial(wheel, row, system, build or ROOT / "build" / folder, kernels, seconds)
    trial.system.make()
    yield Result("installed", install(trial))
    if isinstance(trial.system, StandIn):
        put_loader_before(trial.library, row, trial.inside)
    if trial.system.python:
        yield from _with_python(trial)
    if isinstance(trial.system, StandIn):
        yield Result("CPU time", programs.cpu_time(trial.system, trial.library, ilp64=trial.is_ilp64))
        linux, stack = trial.system.linux, programs.STACK_ON_MACOS
        yield Result("threads", programs.threads(linux, trial.library, ilp64=trial.is_ilp64, stack=stack))
        return
    if isinstance(trial.system, WineElsewhere):
        yield Result("program", on_windows.program(trial.system, trial.library, ilp64=trial.is_ilp64))
        return
    if row.cross and row.emulator:
        yield Result("CPU parameters", _parameters(trial, row.cross, trial.system.starter))
    if isinstance(trial.system, Wine):
        for title, outcome in on_windows.consumers(trial.system, trial.library, ilp64=trial.is_ilp64):
            yield Result(title, outcome)
    else:
        yield Result("threads", programs.threads(trial.system, trial.library, ilp64=trial.is_ilp64))
    # Once for each platform: the interfaces differ by their integers.
    if everything and trial.interface == row.interfaces[0] and (trial.build / "openblas").is_dir():
        for title, outcome in programs.own(trial.system, trial.library, trial.build, ilp64=trial.is_ilp64):
            yield Result(title, outcome)


def spoken(results: Iterator[Result]) -> list[Result]:
    """Say what came of each trial as soon as it has ended, and return all of it."""
    said = []
    for result in results:
        say(f"{result.trial}: {result.outcome}")
        said.append(result)
    return said


def _system(row: Row) -> System | StandIn | Wine | WineElsewhere:
    systems = ROOT / "build" / "systems"
    others: dict[str, Callable[[], StandIn | Wine | WineElsewhere]] = {
        "ucrt": lambda: Wine(row, systems / row.tag, ROOT),
        "ucrt-of-zig": lambda: wine_elsewhere(row, systems, ROOT),
        "libsystem": lambda: stand_in(row, systems, ROOT),
    }
    if row.c_library in others:
        return others[row.c_library]()
    return System(row, systems / row.tag, ROOT, RECIPES[row.c_library])


def _parameters(trial: Trial, cross: Cross, starter: list[str]) -> str:
    if not (trial.build / "openblas").is_dir():
        return "not compared: there is no build folder"
    compare(trial.build, trial.kernels, cross, starter)
    return f"as getarch says on {trial.row.machine}: {', '.join(trial.kernels)}"


def _oldest(wheel: Path, kernels: tuple[str, ...]) -> str:
    """Audit the wheel: its symbols prove that it loads with the oldest C library that its tag names."""
    report = audit_file(wheel, Contract(kernels=kernels))
    if not report.ok:
        raise AuditError(render(report))
    return f"needs {report.facts['C library']}; {report.facts['exports']} functions, contract kept"


def install(trial: Trial) -> str:
    """Install the wheel as pip of that platform would: it takes only what the platform's tags allow."""
    site = trial.system.folder / _SITE.lstrip("/")
    shutil.rmtree(site, ignore_errors=True)
    command: list[str | Path] = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    run([*command, "--target", site, "--only-binary", ":all:", "--platform", trial.row.tag, trial.wheel])
    return f"as pip of {trial.row.tag} would"


def _with_python(trial: Trial) -> Iterator[Result]:
    code = "import platform as p; print(p.platform(), 'Python', p.python_version())"
    yield Result("system", trial.system.run([*trial.system.python, "-c", code]).strip())
    yield Result("self-test", _self_test(trial))
    if trial.row.emulator:
        for cpu, family in _cpus(trial, trial.row.emulator).items():
            yield Result(f"kernels on {cpu}", _kernels(trial, cpu, family))
    if trial.system.has_tests:
        yield Result("numerical tests", _numerical(trial))


def _self_test(trial: Trial) -> str:
    printed = trial.system.run([*trial.system.python, "-m", trial.package], {"PYTHONPATH": _SITE})
    return printed.strip().splitlines()[-1]


def _cpus(trial: Trial, emulator: Emulator) -> dict[str, str]:
    """Return the emulator's CPUs whose kernels the library has, or those that this machine can run."""
    built = {family.lower() for family in trial.kernels}
    cpus = {cpu: family for cpu, family in emulator.cpus.items() if family.lower() in built}
    if emulator.tells_cpu or trial.row.machine != here.machine():
        return cpus
    names = [family.lower() for family in cpus.values()]
    own = _corename(trial, {"PYTHONPATH": _SITE}).lower()
    return dict(list(cpus.items())[: names.index(own) + 1]) if own in names else cpus


def _kernels(trial: Trial, cpu: str, family: str) -> str:
    """The library takes the kernels that are meant for a CPU, and calculates right with them."""
    emulator = trial.row.emulator
    asked = {} if emulator is None or emulator.tells_cpu else {"OPENBLAS_CORETYPE": family}
    variables = {"PYTHONPATH": _SITE, "QEMU_CPU": cpu, **asked}
    trial.system.run([*trial.system.python, "-m", trial.package], variables)
    chosen = _corename(trial, variables)
    if chosen.lower() != family.lower():
        msg = f"on {cpu} the library takes the kernels for {chosen}, not {family}"
        raise ToolError(msg)
    return f"{chosen}, {'asked for by name, ' if asked else ''}self-test passed"


def _corename(trial: Trial, variables: Mapping[str, str]) -> str:
    told = json.loads(trial.system.run([*trial.system.python, "-m", trial.package, "--json"], variables))
    return str(told["corename"])


def _numerical(trial: Trial) -> str:
    started = time.monotonic()
    say(f"numerical tests of the wheel on {trial.row.machine}, some {duration(trial.seconds)}")
    command = [*trial.system.python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=short"]
    command += ["-p", "checks.sampled", "--every", str(_EVERY), "--seconds", str(trial.seconds)]
    variables = {"PYTHONPATH": f"{_SITE}:{ROOT}", "PYTHONDONTWRITEBYTECODE": "1", "TESTED_WHEEL": str(trial.tested)}
    if trial.row.emulator:
        variables["QEMU_CPU"] = list(trial.row.emulator.cpus)[-1]
    printed = trial.system.run([*command, *(str(ROOT / each) for each in TESTS)], variables)
    summary = re.findall(r"\d+ passed.*", printed)
    return f"{summary[-1] if summary else 'none'} ({duration(time.monotonic() - started)})"
