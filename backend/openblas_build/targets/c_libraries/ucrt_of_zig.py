"""The universal C run-time for machines that Debian has no MinGW for: by that of the PyPI package ziglang.

Its headers are taken as they are. Its libraries zig compiles whenever it links, and what it gives its own linker then
is given to the system's LLVM, which knows definition files and import libraries as GNU's linker does.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from pathlib import Path

from ...errors import ToolError
from ...run import run
from .. import here
from ..linkage import NATIVE, Linkage
from .ucrt import Ucrt
from .zig import copy_headers

_SYSTEM = "Windows"
# Debugging information of zig's code has paths of this machine in it.
_LLVM = ("-nostdlib", "-fuse-ld=lld", "-Wl,--strip-debug")
# Links what wants a C library where there is none, to try compilers and linker out.
_WITHOUT = ("-Wl,-Xlink=-force:unresolved", "-Wl,-Xlink=-noentry")
_HEADERS = "any-windows-any"
_STARTS_LIBRARIES = "dllcrt2.obj"
# The last line of this kind has what zig gives its linker: options, and files in the folder of its cache.
_LINK = re.compile(r"^lld-link (.*-DLL .*)$", re.MULTILINE)


class UcrtOfZig(Ucrt):
    """The C library's strategy."""

    requirements = ("ziglang>=0.17",)

    def header_options(self, folder: Path) -> tuple[str, ...]:
        """Return the options that put MinGW's headers before those of the system, and make them of this run-time."""
        return (f"-isystem{folder}", *super().header_options(folder))

    def write_headers(self, zig_target: str, folder: Path) -> None:  # noqa: ARG002 - for all machines
        """Copy MinGW's headers.

        Raises:
            ToolError: ziglang is not installed, or has none.
        """
        copy_headers(_SYSTEM, _HEADERS, folder, self.requirements[0])

    def linkage(self, version: str, zig_target: str, objcopy: str, work: Path) -> Linkage:  # noqa: ARG002
        """Return how to link with zig's MinGW, whose files are made in the folder `work`, and on Windows itself.

        Raises:
            ToolError: ziglang is not installed, or fails.
        """
        if here.system() == _SYSTEM:
            return Linkage(NATIVE, ())
        if version == NATIVE:
            return Linkage(NATIVE, (*_LLVM, *_WITHOUT))
        finished = work / f"mingw-{zig_target}"
        listed = finished / "files"
        if not listed.is_file():
            shutil.rmtree(finished, ignore_errors=True)
            work.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix="scipy-openblas-") as cache:
                made = _made(zig_target, Path(cache))
                with tempfile.TemporaryDirectory(prefix="mingw-", dir=work) as folder:
                    shutil.copytree(made, Path(folder) / "made").rename(finished)
        files = listed.read_text(encoding="utf-8").split()
        return Linkage(version, (*_LLVM, *(str(finished / name) for name in files)))


def _made(zig_target: str, cache: Path) -> Path:
    """Return a folder below `cache` with the object that starts a library, static libraries, and a list of them."""
    source = cache / "empty.c"
    source.write_text("int empty(void) { return 0; }\n", encoding="utf-8")
    command = [sys.executable, "-m", "ziglang", "cc", "-target", zig_target, "-O2", "-fno-sanitize=all", "-shared"]
    told = run(
        [*command, source, "-o", cache / "empty.dll"],
        cwd=cache,
        env={"ZIG_VERBOSE_LINK": "1", "ZIG_GLOBAL_CACHE_DIR": str(cache), "ZIG_LOCAL_CACHE_DIR": str(cache)},
        with_errors=True,
    )
    (line, *_) = _LINK.findall(told)[-1:] or [""]
    words = [word for word in line.split() if not word.startswith("-")]
    given = [cache / word for word in words if word.endswith((".lib", f"/{_STARTS_LIBRARIES}"))]
    if not given or given[0].name != _STARTS_LIBRARIES or not all(path.is_file() for path in given):
        msg = f"zig does not tell what it links for {zig_target} with\n{told[-2000:]}"
        raise ToolError(msg)
    made = cache / "made"
    made.mkdir()
    for path in given:
        shutil.copyfile(path, made / path.name)
    (made / "files").write_text("\n".join(path.name for path in given), encoding="utf-8")
    return made
