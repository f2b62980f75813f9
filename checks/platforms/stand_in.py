"""A stand-in for macOS: a Debian of the machine, and in it a loader of this project's own for Mach-O libraries.

No macOS: functions and code of the library are run, but with Linux' C library, threads and stacks. What only a Mac can
show is not shown: whether its dynamic linker takes the library, and how long calls take.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from zipfile import ZipFile

from openblas_build.run import run
from openblas_build.targets import ROWS, Row
from openblas_build.targets.formats import read_library

from .system import RECIPES, System

_SOURCES = Path(__file__).parent / "macho"
# By machine: the platform whose programs run there, its compiler, and a jump to a function in the loader's table.
_LINUX = {
    "x86_64": ("manylinux_2_17_x86_64", "cc"),
    "arm64": ("manylinux_2_17_aarch64", "aarch64-linux-gnu-gcc"),
}
_JUMPS = {
    "x86_64": "jmp *exported_functions+{at}(%rip)",
    "arm64": "adrp x16, exported_functions+{at}; add x16, x16, :lo12:exported_functions+{at}; ldr x16, [x16]; br x16",
}
# What the loader calls the library's file, beside its own.
_BEHIND = ".macho"


@dataclass(frozen=True)
class StandIn:
    """A system of another platform with the machine of `row`."""

    row: Row
    linux: System
    has_tests = True

    @property
    def folder(self) -> Path:
        """The system's folder."""
        return self.linux.folder

    @property
    def python(self) -> tuple[str, ...]:
        """The words that start Python."""
        return self.linux.python

    @property
    def starter(self) -> list[str]:
        """The words that start a program of the system from outside."""
        return self.linux.starter

    @property
    def before(self) -> list[str]:
        """The words before a command that is to run inside."""
        return self.linux.before

    @property
    def project(self) -> Path:
        """The project's folder."""
        return self.linux.project

    def make(self) -> None:
        """Make the system, unless it is there already."""
        self.linux.make()

    def start(
        self, command: Sequence[str], variables: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in the system; its output is kept."""
        return self.linux.start(command, variables)

    def run(self, command: Sequence[str], variables: Mapping[str, str] | None = None) -> str:
        """Run a command in the system and return what it prints.

        Raises:
            ToolError: it failed.
        """
        return self.linux.run(command, variables)


def stand_in(row: Row, systems: Path, project: Path) -> StandIn:
    """Return the stand-in for a platform; its system is that of Linux' platform, in a folder of `systems`."""
    linux = ROWS[_LINUX[row.machine][0]]
    return StandIn(row, System(linux, systems / linux.tag, project, RECIPES[linux.c_library]))


def put_loader_before(library: Path, row: Row, inside: Path) -> None:
    """Put a library of Linux in a Mach-O library's place that loads it, and lends its functions by their names.

    `inside` is the library's path in the system where it is loaded.

    Raises:
        AuditError: it is no Mach-O library.
        ToolError: the loader cannot be compiled.
    """
    behind = library.with_name(library.name + _BEHIND)
    names = sorted(read_library(library).exports)
    library.rename(behind)
    source = behind.with_name("names.s")
    path = inside.with_name(behind.name)
    source.write_text(_names(names, _JUMPS[row.machine], path), encoding="utf-8")
    sources = [_SOURCES / "loader.c", _SOURCES / "darwin.c", source]
    options = ["-shared", "-fPIC", "-O1", "-w", "-Wl,-z,noexecstack"]
    run([_LINUX[row.machine][1], *options, "-o", library, *sources, "-ldl", "-lpthread", "-lm"])
    source.unlink()


def wheel_with_loader(wheel: Path, library: Path, folder: Path) -> Path:
    """Write `wheel` anew in `folder`, with the loader that is at `library` now and for Linux; return its path."""
    made = folder / wheel.name
    with ZipFile(wheel) as source, ZipFile(made, "w") as target:
        names = source.namelist()
        (place,) = (name for name in names if PurePosixPath(name).name == library.name)
        for name in names:
            if name != place:
                target.writestr(name, source.read(name))
        target.write(library, str(PurePosixPath(place).with_suffix(".so")))
    return made


def _names(names: Sequence[str], jump: str, path: Path) -> str:
    """Return the assembly of a function for each name, of the table that they jump by, of the names and the path."""
    lines = [".text"]
    for number, name in enumerate(names):
        lines += [f".globl {name}", f".type {name}, %function", f"{name}: {jump.format(at=8 * number)}"]
    lines += [
        ".data",
        ".p2align 3",
        ".globl exported_functions, exported_names, exported_count",
        ".globl loaded_file",
        ".hidden exported_functions, exported_names, exported_count, loaded_file",
        f"exported_functions: .zero {8 * len(names)}",
        f"exported_count: .quad {len(names)}",
        "exported_names:",
        *(f".quad name_{number}" for number in range(len(names))),
        ".section .rodata",
        f'loaded_file: .asciz "{path}"',
        *(f'name_{number}: .asciz "{name}"' for number, name in enumerate(names)),
    ]
    return "\n".join(lines) + "\n"
