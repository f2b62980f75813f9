"""Programs that consume the Windows wheel, built here by its headers and run in wine."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from openblas_build.run import run
from openblas_build.targets.formats import FORMATS, LinkNames

from .wine import Wine, WineElsewhere


def consumers(system: Wine, library: Path, *, ilp64: bool) -> Iterator[tuple[str, str]]:
    """Build consumers of MinGW's and of Microsoft's ABI with the headers, run them, and yield what came of each.

    Raises:
        ToolError: a program cannot be built, or a result is wrong.
    """
    names = FORMATS[system.row.object_format].link_names(library.stem.removeprefix("lib"))
    headers = f"-I{library.parent.with_name('include')}"
    yield "consumers of MinGW", _mingw_consumers(system, library, names, [headers], ilp64=ilp64)
    yield "consumer of clang-cl's ABI", _msvc_consumer(system, library, names, [headers], ilp64=ilp64)


def program(system: WineElsewhere, library: Path, *, ilp64: bool) -> str:
    """Build a program with the headers and the import library by zig, run it, and return what came of it.

    Raises:
        ToolError: it cannot be built, or a result is wrong.
    """
    made = library.with_name("program.exe")  # beside the library, where it is found
    zig = [sys.executable, "-m", "ziglang", "cc", "-target", system.row.zig_target, "-O1", "-fno-sanitize=all"]
    source = system.project / "checks" / "platforms" / "calls_on_windows.c"
    headers = f"-I{library.parent.with_name('include')}"
    run([*zig, headers, "-o", made, source, library.with_suffix(".lib")])
    printed = system.run([str(made), "8" if ilp64 else "4"])
    integers = "64-bit integers, " if ilp64 else ""
    return f"{integers}DGEMM and DGESV from 4 threads at once: {printed.strip()}"


def _mingw_consumers(system: Wine, library: Path, names: LinkNames, options: Sequence[str], *, ilp64: bool) -> str:
    assert system.row.cross is not None
    ways = {
        "import library": [flag.replace("{}", str(library.parent)) for flag in names.flags],
        "DLL": [str(library)],
    }
    for title, flags in ways.items():
        program = library.parent / f"{title.replace(' ', '-').lower()}.exe"  # beside the library, where it is found
        source = system.project / "checks" / "platforms" / "calls_on_windows.c"
        run([*system.row.cross.c, "-O1", *options, "-o", program, source, *flags])
        system.run([str(program), "8" if ilp64 else "4"])
    return f"DGEMM and DGESV from 4 threads at once, linked with the {' and with the '.join(ways)}"


def _msvc_consumer(system: Wine, library: Path, names: LinkNames, options: Sequence[str], *, ilp64: bool) -> str:
    """Compile and link with zig's Clang and lld; a program without a C library needs nothing of Microsoft's."""
    assert system.row.cross is not None
    zig, program = [sys.executable, "-m", "ziglang"], library.parent / "msvc.exe"
    compiled, source = program.with_suffix(".obj"), system.project / "checks" / "platforms" / "calls_of_msvc.c"
    integer = f"-DINTEGER={'long long' if ilp64 else 'int'}"
    target = ["-target", f"{system.row.machine}-windows-msvc", "-ffreestanding"]
    run([*zig, "cc", *target, integer, "-O1", *options, "-c", "-o", compiled, source])
    kernel32 = run([*system.row.cross.c, "-print-file-name=libkernel32.a"]).strip()
    link = ["/nologo", "/entry:start", "/subsystem:console", f"/out:{program}"]
    run([*zig, "lld-link", *link, compiled, library.with_name(names.link_file), kernel32])
    system.run([str(program)])
    return "DGEMM and DDOT, linked with the import library by lld"
