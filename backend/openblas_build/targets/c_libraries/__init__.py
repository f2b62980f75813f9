"""C libraries: how to link against an old one, what of it a library may need, what wheels are called.

`linkage` is what the link is told; `glibc` the one C library so far.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from .glibc import Glibc
from .linkage import Linkage

__all__ = ["C_LIBRARIES", "CLibrary", "Linkage", "c_library_of"]


class CLibrary(Protocol):
    """What differs from C library to C library."""

    @property
    def name(self) -> str:
        """How people call it."""

    @property
    def tag_prefix(self) -> str:
        """How platform tags of wheels begin."""

    @property
    def requirements(self) -> tuple[str, ...]:
        """The Python packages that linking for an old version needs."""

    def linkage(self, version: str, zig_target: str, objcopy: str, work: Path) -> Linkage:
        """Return how to link for `version`, or ``native``; what that needs is made in the folder `work`."""

    def allows(self, needed: str) -> bool:
        """Tell whether a shared library of this name is a part of the C library."""

    def version_of_tag(self, file_name: str) -> str | None:
        """Return the oldest version that a wheel's platform tags promise, None if they promise none."""


C_LIBRARIES: dict[str, CLibrary] = {"glibc": Glibc()}


def c_library_of(file_name: str) -> CLibrary | None:
    """Return the C library that a wheel's platform tags speak of, None if they speak of none."""
    return next((each for each in C_LIBRARIES.values() if each.version_of_tag(file_name) is not None), None)
