"""C libraries: how to compile and link for one, what of it a library may need, what wheels are called.

`glibc`, `musl`, `ucrt` and `libsystem` are the four, `ucrt_of_zig` is one of them by other files, and `zig` has headers
of theirs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from ..formats import SharedLibrary
from ..linkage import Linkage
from .glibc import Glibc
from .libsystem import LibSystem
from .musl import Musl
from .ucrt import Ucrt
from .ucrt_of_zig import UcrtOfZig

__all__ = ["C_LIBRARIES", "CLibrary", "Linkage", "c_library_of"]


class CLibrary(Protocol):
    """What differs from C library to C library."""

    @property
    def name(self) -> str:
        """How people call it."""

    @property
    def found_by_auditwheel(self) -> bool:
        """Whether auditwheel finds the platform tag of a wheel; otherwise it has it when it is built."""

    @property
    def static_needs(self) -> tuple[str, ...]:
        """The libraries, by their names for linkers, that a program with the static library needs besides."""

    @property
    def requirements(self) -> tuple[str, ...]:
        """The Python packages that building for it on another system needs."""

    def tag_pattern(self, machine: str) -> str:
        """Return the pattern of platform tags of wheels for a machine."""

    def header_options(self, folder: Path) -> tuple[str, ...]:
        """Return the options by which compilers of another system find the headers that `write_headers` writes."""

    def write_headers(self, zig_target: str, folder: Path) -> None:
        """Write the headers that compilers of another system do not have into `folder`."""

    def linkage(self, version: str, zig_target: str, objcopy: str, work: Path) -> Linkage:
        """Return how to link for `version`, or ``native``; what that needs is made in the folder `work`."""

    def allows(self, needed: str) -> bool:
        """Tell whether a shared library of this name is a part of the C library."""

    def needs(self, library: SharedLibrary) -> str:
        """Return the oldest version that has what a library needs, or what is known of it."""

    def newer(self, library: SharedLibrary, version: str) -> tuple[str, ...]:
        """Return what a library needs that `version` does not have."""

    def version_of_tag(self, file_name: str) -> str | None:
        """Return the oldest version that a wheel's platform tags promise, None if they promise none."""


C_LIBRARIES: dict[str, CLibrary] = {
    "glibc": Glibc(),
    "musl": Musl(),
    "ucrt": Ucrt(),
    "ucrt-of-zig": UcrtOfZig(),
    "libsystem": LibSystem(),
}


def c_library_of(file_name: str) -> CLibrary | None:
    """Return the C library that a wheel's platform tags speak of, None if they speak of none."""
    return next((each for each in C_LIBRARIES.values() if each.version_of_tag(file_name) is not None), None)
