"""Programs in C and Fortran on a library of another platform: built here, run in a system of that platform."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from conformance import facade, openblas_own, runs
from conformance import programs as suites
from conformance.runs import Result
from conformance.table import CASES
from openblas_build.cmake import cross_variables
from openblas_build.console import duration, say
from openblas_build.errors import ToolError
from openblas_build.pipeline import headers_folder
from openblas_build.run import run
from openblas_build.settings import Settings
from openblas_build.targets import Row, Target, chosen
from openblas_build.targets.c_libraries import C_LIBRARIES
from openblas_build.targets.formats import FORMATS

from .stand_in import StandIn
from .system import System
from .wine import Wine

# Ways to call routines with threads: see the program.
_WAYS = (("plain",), ("callers", "2"), ("forks",))
# The least that a C library gives threads for their stack: musl's 128 KiB, if nothing else is said.
_SMALLEST_STACK = 128 * 1024
STACK_ON_MACOS = 512 * 1024
# The order of matrices in routines of level 3 and LAPACK: enough for threads, few enough for an emulator.
_SMALL = 300
# The type whose LAPACK programs are run, with OpenBLAS's own programs of all types.
_LETTER = "d"


@dataclass(frozen=True)
class Ways:
    """How programs that run in a system with a C library are built on this one.

    `compiler` returns the C compiler for a platform; `variables` CMake's, of the target, the library's build folder and
    a folder to write in. `fortran` says whether there is a run-time library of Fortran.
    """

    compiler: Callable[[Row], list[str]]
    variables: Callable[[Target, Path, Path], dict[str, str]]
    fortran: bool


def _gnu_compiler(row: Row) -> list[str]:
    return list(row.cross.c) if row.cross else ["cc"]


def _gnu_variables(target: Target, build: Path, work: Path) -> dict[str, str]:  # noqa: ARG001 - as all
    return {name: value for name, value in cross_variables(target, os.environ, build).items() if "CMAKE" in name}


def _zig_compiler(row: Row) -> list[str]:
    return [sys.executable, "-m", "ziglang", "cc", "-target", row.zig_target, "-dynamic", "-fno-sanitize=all"]


def _musl_variables(target: Target, build: Path, work: Path) -> dict[str, str]:
    """Programs are compiled as the library was, and linked by zig."""
    row = target.row
    headers = C_LIBRARIES[row.c_library].header_options(headers_folder(build))
    compiled = shlex.join([*target.tools.c.command(os.environ), *headers])
    script = work / "musl-cc"
    script.write_text(_MUSL_CC.format(compiled=compiled, linked=shlex.join(_zig_compiler(row))), encoding="utf-8")
    script.chmod(0o755)
    return {"CMAKE_SYSTEM_NAME": row.system, "CMAKE_SYSTEM_PROCESSOR": row.machine, "CMAKE_C_COMPILER": str(script)}


_MUSL_CC = """\
#!/bin/sh
case " $* " in
*" -c "* | *" -E "*) exec {compiled} "$@" ;;
*) exec {linked} "$@" ;;
esac
"""


def _mingw_variables(target: Target, build: Path, work: Path) -> dict[str, str]:
    """Programs bring their run-time libraries along, and export what the facade asks them for."""
    return {**_gnu_variables(target, build, work), "LINK_OPTIONS": "-static;-Wl,--export-all-symbols"}


_BUILT = {
    "glibc": Ways(_gnu_compiler, _gnu_variables, fortran=True),
    "musl": Ways(_zig_compiler, _musl_variables, fortran=False),
    "ucrt": Ways(_gnu_compiler, _mingw_variables, fortran=True),
}


def threads(system: System, library: Path, *, ilp64: bool, stack: int = _SMALLEST_STACK) -> str:
    """Call routines that use threads in several ways, beside each other and after forks.

    Raises:
        ToolError: a result is not that of one thread.
    """
    began = time.monotonic()
    source = system.project / "tests" / "threads" / "calls.c"
    program = system.folder / "calls"
    options = [
        "-O1",
        "-w",
        *([] if ilp64 else ["-DLP64"]),
        *([f"-DORDER_OF_LEVEL_3={_SMALL}"] if system.row.emulator else []),
    ]
    compiler = _BUILT[system.row.c_library].compiler(system.row)
    run([*compiler, *system.row.flags, *options, "-o", program, source, "-ldl", "-lpthread", "-lm"])
    inside = f"/{library.relative_to(system.folder)}"
    ways = (*_WAYS, ("stack", str(stack)))
    for way in ways:
        system.run(["/calls", inside, *way], {"OPENBLAS_NUM_THREADS": "2", **_cpu(system)})
    return f"{', '.join(way[0] for way in ways)}: as with one thread ({duration(time.monotonic() - began)})"


def cpu_time(system: System | StandIn, library: Path, *, ilp64: bool) -> str:
    """Ask LAPACK for the CPU time, which runs on while a program calculates.

    Raises:
        ToolError: it stands still.
    """
    names = FORMATS[system.row.object_format].link_names(library.stem.removeprefix("lib"))
    suffix = "_64_" if ilp64 else "_"
    inside = f"/{library.relative_to(system.folder)}"
    printed = system.run([*system.python, "-c", _CPU_TIME, inside, f"scipy_dsecnd{suffix}"])
    return f"DSECND of {names.file_name}: {printed.strip()} s while Python counted"


_CPU_TIME = """
import ctypes, sys
clock = ctypes.CDLL(sys.argv[1])[sys.argv[2]]
clock.restype = ctypes.c_double
began = clock()
for _ in range(3000000):
    pass
took = clock() - began
assert began > 0 and took > 0, (began, took)
print(round(took, 3))
"""


def _cpu(system: System | Wine) -> dict[str, str]:
    """Return the variable by which the emulator is the CPU for programs, where the row names one."""
    emulator = system.row.emulator
    return {"QEMU_CPU": emulator.programs_cpu} if emulator and emulator.programs_cpu else {}


def own(system: System | Wine, library: Path, build: Path, *, ilp64: bool) -> Iterator[tuple[str, str]]:
    """Run OpenBLAS's own programs and LAPACK's of one type, and yield what came of each lot.

    Of musl there is no run-time library of Fortran here, so these are OpenBLAS's programs in C.

    Raises:
        ToolError: they cannot be built, one of OpenBLAS's failed, or one of LAPACK's ended too early.
    """
    work = build / "programs"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    row, ways = system.row, _BUILT[system.row.c_library]
    variables = ways.variables(chosen(Settings(platform=row.tag, interface=row.interfaces[0])), build, work)
    wanted = CASES if ways.fortran else ()
    cases = [case for case in wanted if case.family in {"LIN", "EIG"} and case.name.startswith(_LETTER)]
    variables["MACHINE_FLAGS"] = shlex.join(row.flags)
    if not ilp64:
        variables["INTEGERS"] = ""
    plain = facade.make(
        "wheel", library, work / "facade", machine=row.machine, compiler=ways.compiler(row), finds_library=False
    )
    cpu = _cpu(system)
    inside = {**system.searched((plain.file.parent, library.parent)), **cpu}
    say(f"building OpenBLAS's and LAPACK's programs for {row.machine}")
    built = suites.build(build / "openblas", plain.file, work, cases, variables)
    on = f" on {cpu['QEMU_CPU']}" if cpu else ""
    yield f"OpenBLAS's own programs{on}", _outcome(openblas_own.start(built.folder, inside, system.before), strict=True)
    results = {}
    for case in cases:
        say(f"{row.machine}: {case.title}")
        results[case.title] = runs.start(built.program(case), built.input(case), work / "output", inside, system.before)
    if cases:
        yield f"LAPACK's programs of type {_LETTER}{on}", _outcome(results, strict=False)


def _outcome(results: dict[str, Result], *, strict: bool) -> str:
    wrong = {title: result for title, result in results.items() if not (result.ok if strict else _has_run(result))}
    if wrong:
        msg = "\n".join(f"{title}: {', '.join(result.errors) or 'failed'}" for title, result in wrong.items())
        raise ToolError(msg)
    tests = sum(result.run for result in results.values())
    beyond = {title: result.failed for title, result in results.items() if result.failed}
    which = f" ({', '.join(f'{title}: {failed}' for title, failed in beyond.items())})" if beyond else ""
    errors = _listed([error for result in results.values() for error in result.errors])
    return f"{tests:,} tests, {sum(beyond.values())} beyond their threshold{which}{errors}"


def _has_run(result: Result) -> bool:
    """Tell whether a program came to its end, whatever its tests found."""
    return not any(error.startswith(("exit status", "not run")) for error in result.errors)


def _listed(errors: Sequence[str]) -> str:
    return f"; {'; '.join(errors)}" if errors else ""
