"""The parameters of CPU families in a cross build, beside what getarch says on the machine itself.

OpenBLAS's CMake has them from getarch, and writes some to a family's ``config_kernel.h``. In a cross build getarch is
compiled for the machine that builds. Here it is compiled both ways, and the emulator runs the other one.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from openblas_build.errors import ToolError
from openblas_build.run import run
from openblas_build.targets import Cross
from openblas_build.targets.tools import host_compiler

# What CMake writes before it asks getarch.
_HEAD = re.compile(r"#define (OS_|ARCH_|C_|__\d+BIT__|FUNDERSCORE|F_|BUNDERSCORE|NEED)")
_FLAGS = ("-w", "-DGEMM_MULTITHREAD_THRESHOLD=4", "-DNO_PARALLEL_MAKE=0")
# The macros of a compiler that getarch asks for: the order of bytes, POWER's calling convention, whether it is Clang.
_TOLD = re.compile(r"^#define (__BYTE_ORDER__|_CALL_ELF|__clang__) (\S+)$", re.MULTILINE)
_ILP64 = re.compile(r"^INTERFACE64:BOOL=(?:1|ON|TRUE)$", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True)
class Way:
    """How a program is compiled and started."""

    compiler: Sequence[str]
    starter: Sequence[str]


def compare(build: Path, families: Sequence[str], cross: Cross, starter: Sequence[str]) -> None:
    """Check that the parameters of CPU families in a build folder are those that getarch gives on the machine.

    `starter` are the words that start a program of that machine.

    Raises:
        ToolError: a family has others, or getarch does not run.
    """
    cache = (build / "openblas" / "CMakeCache.txt").read_text(encoding="utf-8")
    interface = ["-DUSE64BITINT"] if _ILP64.search(cache) else []
    here = Way([host_compiler(os.environ), *_conventions(cross)], [])
    there = Way([*cross.c, "-static"], starter)
    for family in families:
        written = (build / "openblas" / "kernel_config" / family / "config_kernel.h").read_text(encoding="utf-8")
        flags = [*_FLAGS, f"-DFORCE_{family}", *interface]
        values = [_said(build / "tree", written, flags, way) for way in (here, there)]
        for name, left, right in (
            ("built for this machine", values[0], values[1]),
            ("in the build", _lines(written), _macros(values[1])),
        ):
            if left != right:
                differing = ", ".join(sorted(left ^ right))
                msg = f"parameters of {family}: {name} they differ from those in {starter[-1]}: {differing}"
                raise ToolError(msg)


def _conventions(cross: Cross) -> list[str]:
    """Return what getarch built for this machine is told of the other one, as the build tells it."""
    macros = run([*cross.c, "-dM", "-E", "-x", "c", os.devnull])
    return [word for name, value in _TOLD.findall(macros) for word in (f"-U{name}", f"-D{name}={value}")]


def _said(tree: Path, written: str, flags: list[str], way: Way) -> set[str]:
    """Return all that OpenBLAS's two programs say of a family: macros for C, and variables for CMake."""
    with tempfile.TemporaryDirectory(prefix="getarch-") as folder:
        work = Path(folder)
        config = work / "config_kernel.h"
        config.write_text("".join(f"{line}\n" for line in written.splitlines() if _HEAD.match(line)), encoding="utf-8")
        (work / "config.h").symlink_to(config)
        variables = ""
        for program, more in (("getarch", []), ("getarch_2nd", ["-DBUILD_KERNEL"])):
            made = work / f"{program}.exe"  # compilers for Windows would call it so anyway
            source: list[str | Path] = [tree / f"{program}.c", "-o", made]
            run([*way.compiler, *flags, *more, f"-I{work}", f"-I{tree}", *source])
            macros = run([*way.starter, str(made), "1"])
            with config.open("a", encoding="utf-8") as file:
                file.write(macros)
            variables += run([*way.starter, str(made), "0"])
        return _lines(config.read_text(encoding="utf-8")) | _lines(variables)


def _lines(text: str) -> set[str]:
    return {" ".join(line.split()) for line in text.splitlines() if line.strip()}


def _macros(lines: set[str]) -> set[str]:
    return {line for line in lines if line.startswith("#define")}
