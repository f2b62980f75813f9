"""From OpenBLAS's archive to the shared library: rename in the archive, then link it whole."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .errors import SymbolError, ToolError
from .naming import Naming
from .run import run
from .symbols import Plan, defined_symbols, wanted_symbols
from .targets.formats import FORMATS, ObjectFormat
from .targets.linkage import NATIVE, Linkage, native


@dataclass(frozen=True)
class Toolset:
    """The programs of the link, and what the link needs besides the archive."""

    compiler: str
    objcopy: str
    c_library: Linkage
    objects: Sequence[Path] = ()
    link_flags: Sequence[str] = ()
    object_format: ObjectFormat = FORMATS["elf"]
    c_library_name: str = "glibc"


def relink(archive: Path, library: Path, naming: Naming, tools: Toolset, work: Path) -> Plan:
    """Make the shared library `library` of `archive`; `work` holds what is made on the way.

    The library appears whole or not at all.

    Raises:
        SymbolError: the archive lacks an interface, or wants what nobody gives.
        ToolError: objcopy or the linker failed.
    """
    work.mkdir(parents=True, exist_ok=True)
    library.parent.mkdir(parents=True, exist_ok=True)
    plan = Plan.make(defined_symbols(archive, tools.object_format.prefix), naming)
    renamed = rename(archive, plan, tools, work)
    linked = work / library.name
    link(renamed, linked, plan, tools, work)
    # Moved, not copied: whoever has the old library open keeps it as it was.
    for name in tools.object_format.link_names(naming.library).files:
        (work / name).replace(library.parent / name)
    return plan


def rename(archive: Path, plan: Plan, tools: Toolset, work: Path) -> Path:
    """Return a copy of `archive` in `work` whose public symbols have the names of `plan`."""
    table = work / "redefine-syms.txt"
    table.write_text(plan.redefinitions(tools.object_format.prefix), encoding="utf-8")
    renamed = work / f"lib{plan.naming.library}.a"
    run([tools.objcopy, f"--redefine-syms={table}", archive, renamed])
    return renamed


def link(archive: Path, library: Path, plan: Plan, tools: Toolset, work: Path) -> None:
    """Link the whole of `archive`, whose symbols have the names of `plan`.

    Raises:
        SymbolError: the archive wants what nobody gives.
        ToolError: the linker failed.
    """
    file_name = tools.object_format.link_names(plan.naming.library).file_name
    linker_options = tools.object_format.link_options(file_name, plan.exports, plan.replaceable, work)
    command: list[str | Path] = [
        tools.compiler,
        tools.object_format.shared,
        "-o",
        library,
        *(f"-Wl,{option}" for option in linker_options),
        *tools.object_format.whole(archive),
        *tools.objects,
        *tools.link_flags,
        "-fno-lto",  # nothing is left to do for it, and Clang would ask the linker for a plugin
        *tools.c_library.arguments,
    ]
    try:
        run(command)
    except ToolError as error:
        raise _explained(error, archive, tools) from error


def _explained(error: ToolError, archive: Path, tools: Toolset) -> ToolError | SymbolError:
    """Name the symbols that the linker did not find, and the objects that want them."""
    prefix = tools.object_format.prefix
    told = (name for names in re.findall(_TOLD, error.output) for name in names)
    missing = {name.removeprefix(prefix) for name in told}
    every = wanted_symbols(archive, tools.object_format.undefined, prefix)
    wanted = {name: objects for name, objects in every.items() if name in missing}
    if not wanted:
        return error
    listed = [f"{name}, wanted by {', '.join(objects[:3])}" for name, objects in sorted(wanted.items())]
    if any(name.startswith(_RUN_TIME_LIBRARIES) for name in wanted):
        why = "the archive calls the Fortran or OpenMP run-time library, which the wheel does without:"
        advice = "cmake/fortran_runtime.c (or flang_runtime.c) is the place for a small function that is missing"
    elif tools.c_library.version == NATIVE:
        why, advice = "the archive wants functions that are neither in it nor in the C library:", ""
    else:
        why = f"the archive wants functions that {tools.c_library_name} {tools.c_library.version} does not have:"
        advice = tools.c_library.advice
    return SymbolError("\n".join(filter(None, [why, *listed, advice])))


# How linkers tell what they do not find: GNU ld, LLVM's lld, Apple's ld.
_TOLD = r"undefined reference to [`']([^'@]+)|undefined symbol: (\S+)|\"(\S+)\", referenced from"
# How the names of their functions begin: GNU Fortran's, flang's, OpenMP's.
_RUN_TIME_LIBRARIES = ("_gfortran_", "_Fortran", "GOMP_")


def default_tools() -> Toolset:
    """Return the system's compiler and objcopy, for use outside of CMake.

    Raises:
        ToolError: one of them is missing.
    """
    compiler, objcopy = shutil.which("cc"), shutil.which("objcopy")
    if compiler is None or objcopy is None:
        msg = "a C compiler (cc) and objcopy of GNU binutils are needed"
        raise ToolError(msg)
    return Toolset(compiler, objcopy, native())
