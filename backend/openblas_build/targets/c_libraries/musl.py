"""musl: Alpine's C library.

musl's symbols have no versions: a library runs with an old one if it wants no function that came later. The PyPI
package ziglang carries musl's headers and the names of its functions, so GCC and Clang of a system with glibc build for
it. Of zig nothing else is taken, as for glibc.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from pathlib import Path

from ...run import run
from ..formats import SharedLibrary, read_library
from ..linkage import NATIVE, Linkage, native
from ..versions import version_of
from .zig import copy_headers

# Functions by the version that they came with. Those of 1.2.2 are from its release notes; those of later ones are what
# Debian's packages of musl 1.2.3 and 1.2.5 export and that of 1.2.2 does not.
_SINCE = {
    "1.2.2": frozenset({"_Fork", "gettid", "reallocarray", "tcgetwinsize", "tcsetwinsize"}),
    "1.2.3": frozenset({"pthread_getname_np", "qsort_r"}),
    "1.2.5": frozenset({"preadv2", "pwritev2", "statx"}),
}
_FIRST = "1.2"
# Programs of Alpine need the dynamic linker by this name; it answers to libc.so too.
_PARTS = r"libc\.musl-[a-z0-9_]+\.so\.1|libc\.so"
# The names of machines there, as auditwheel wants them, where they are not zig's.
_MACHINES = {"powerpc64le": "ppc64le"}


class Musl:
    """The C library's strategy."""

    name = "musl"
    found_by_auditwheel = True
    static_needs = ("m", "pthread")
    requirements = ("ziglang>=0.13",)

    def tag_pattern(self, machine: str) -> str:
        """Return the pattern of platform tags of wheels for a machine."""
        return f"musllinux*_{machine}"

    def header_options(self, folder: Path) -> tuple[str, ...]:
        """Return the options that put musl's headers before those of the system; its Linux headers stay in use."""
        return tuple(f"-isystem{folder / part}" for part in ("machine", "common"))

    def write_headers(self, zig_target: str, folder: Path) -> None:
        """Copy musl's headers.

        Raises:
            ToolError: ziglang is not installed, or has none for the machine.
        """
        machine = zig_target.partition("-")[0]
        for part, name in (("machine", f"{machine}-linux-musl"), ("common", "generic-musl")):
            copy_headers(self.name, name, folder / part, self.requirements[0])

    def linkage(self, version: str, zig_target: str, objcopy: str, work: Path) -> Linkage:  # noqa: ARG002
        """Return musl of a `version` such as ``1.2`` as a library to link with, made in the folder `work`.

        Raises:
            ToolError: ziglang is not installed, or fails.
        """
        if version == NATIVE:
            return native()
        machine = zig_target.partition("-")[0]
        finished = work / f"musl-{version}" / f"libc.musl-{_MACHINES.get(machine, machine)}.so.1"
        if not finished.is_file():
            finished.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix="scipy-openblas-") as folder:
                made = _stub(zig_target, version, finished.name, Path(folder))
                part = finished.with_suffix(".part")
                shutil.copyfile(made, part)
                part.rename(finished)
        return Linkage(version, ("-nodefaultlibs", "-Wl,--as-needed", str(finished), "-lgcc"))

    def allows(self, needed: str) -> bool:
        """Tell whether a shared library of this name is musl."""
        return re.fullmatch(_PARTS, needed) is not None

    def needs(self, library: SharedLibrary) -> str:
        """Return the oldest version that has every function that a library wants."""
        return max((version for version, names in _SINCE.items() if library.imports & names), default=_FIRST)

    def newer(self, library: SharedLibrary, version: str) -> tuple[str, ...]:
        """Return the functions that a library wants and `version` does not have."""
        return tuple(sorted(library.imports & _later_than(version)))

    def version_of_tag(self, file_name: str) -> str | None:
        """Return the oldest version that a wheel's platform tags promise, None if they promise none."""
        versions = re.findall(r"musllinux_(\d+_\d+)_", file_name)
        return min((version.replace("_", ".") for version in versions), key=version_of, default=None)


def _later_than(version: str) -> frozenset[str]:
    return frozenset().union(*(names for each, names in _SINCE.items() if version_of(each) > version_of(version)))


def _stub(zig_target: str, version: str, soname: str, folder: Path) -> Path:
    """Return a library without code that has the names of musl's functions and data and its soname."""
    source = folder / "empty.c"
    source.write_text("int empty(void) { return 0; }\n", encoding="utf-8")
    # Zig makes a library of musl's names whenever it links for it.
    _zig_cc(zig_target, folder, ["-dynamic", "-shared", source, "-o", folder / "empty.so"])
    (zigs,) = folder.glob("**/libc.so")
    names = sorted(read_library(zigs).exports - _later_than(version))
    listed = folder / "names.s"
    listed.write_text("".join(f".globl {name}\n.type {name}, %function\n{name}:\n" for name in names), encoding="utf-8")
    made = folder / soname
    _zig_cc(zig_target, folder, ["-nostdlib", "-shared", f"-Wl,-soname,{soname}", listed, "-o", made])
    return made


def _zig_cc(zig_target: str, folder: Path, arguments: list[str | Path]) -> None:
    command = [sys.executable, "-m", "ziglang", "cc", "-target", zig_target, "-fno-sanitize=all", "-rtlib=none"]
    run([*command, *arguments], env={"ZIG_GLOBAL_CACHE_DIR": str(folder), "ZIG_LOCAL_CACHE_DIR": str(folder)})
