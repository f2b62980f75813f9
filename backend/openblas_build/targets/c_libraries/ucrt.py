"""The universal C run-time: a part of Windows since version 10, and Python's own there.

MinGW's headers and libraries are for it or for the older msvcrt.dll, as they are told; Debian's compilers link with the
older one unless the libraries are named.
"""

from __future__ import annotations

import re
from pathlib import Path

from ..formats import SharedLibrary
from ..linkage import NATIVE, Linkage, native

# The oldest version of Windows that has it.
_WINDOWS = "10"
_PARTS = r"kernel32\.dll|ucrtbase\.dll|api-ms-win-crt-[a-z]+-l1-1-0\.dll"
# The names that tags of wheels have for machines.
_TAGS = {"x86_64": "win_amd64", "aarch64": "win_arm64", "i686": "win32"}
# As GCC gives them, which names them twice for each other's sake, but for the C run-time and the libraries of programs.
# In gcc_eh are variables of threads.
_LIBRARIES = ("mingw32", "gcc", "gcc_eh", "mingwex", "ucrt", "kernel32")


class Ucrt:
    """The C library's strategy."""

    name = "UCRT"
    found_by_auditwheel = False
    static_needs = ()
    requirements: tuple[str, ...] = ()

    def tag_pattern(self, machine: str) -> str:
        """Return the platform tag of wheels for a machine."""
        return _TAGS[machine]

    def header_options(self, folder: Path) -> tuple[str, ...]:  # noqa: ARG002
        """Return the options that make MinGW's headers those of this C run-time.

        Every source has the system's headers, most of which are left out: compiling takes half as long.
        """
        return ("-D_UCRT", "-DWIN32_LEAN_AND_MEAN")

    def write_headers(self, zig_target: str, folder: Path) -> None:
        """Write none."""

    def linkage(self, version: str, zig_target: str, objcopy: str, work: Path) -> Linkage:  # noqa: ARG002
        """Return how to link for it; the run-time library of GCC goes into the library that is made."""
        if version == NATIVE:
            return native()
        libraries = [f"-l{name}" for name in _LIBRARIES]
        return Linkage(version, ("-nodefaultlibs", "-static-libgcc", *libraries, *libraries))

    def allows(self, needed: str) -> bool:
        """Tell whether a DLL of this name is a part of it, or of the system that it stands on."""
        return re.fullmatch(_PARTS, needed, re.IGNORECASE) is not None

    def needs(self, library: SharedLibrary) -> str:  # noqa: ARG002
        """Return the oldest version of Windows: functions came to it with new names of DLLs only."""
        return f"of Windows {_WINDOWS}"

    def newer(self, library: SharedLibrary, version: str) -> tuple[str, ...]:  # noqa: ARG002
        """Return nothing: what is not there already is in DLLs of other names."""
        return ()

    def version_of_tag(self, file_name: str) -> str | None:
        """Return the oldest version of Windows if a wheel's platform tag is for it, else None."""
        return _WINDOWS if re.search(rf"-({'|'.join(_TAGS.values())})\.whl$", file_name) else None
