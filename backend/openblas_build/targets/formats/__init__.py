"""Formats of object files and libraries: how to read them, and what the linker is told.

`facts` is what the rest of the project knows of a library, whatever its format, and `naming` what its files are called;
`elf`, `coff` and `macho` are the formats.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from .coff import Coff, CoffOnArm
from .elf import Elf
from .facts import SharedLibrary
from .macho import MachO
from .naming import LinkNames

__all__ = ["FORMATS", "LinkNames", "ObjectFormat", "SharedLibrary", "read_library"]


class ObjectFormat(Protocol):
    """What differs from format to format."""

    @property
    def suffix(self) -> str:
        """How file names of shared libraries end."""

    @property
    def prefix(self) -> str:
        """What is before the name of a C function in object files."""

    @property
    def shared(self) -> str:
        """A compiler's option for a shared library."""

    def read(self, path: Path) -> SharedLibrary:
        """Return the facts of a shared library; AuditError if it is none."""

    def undefined(self, data: memoryview) -> Iterator[str]:
        """Yield the symbols that an object file wants from others; ValueError if it is none."""

    def link_options(self, file_name: str, exports: Sequence[str], replaceable: Sequence[str], work: Path) -> list[str]:
        """Return the linker's options for a library that exports these names and no others.

        `replaceable` are those that a program may replace by its own. Files that the linker reads, and those that it
        writes besides the library, go to `work`.
        """

    def whole(self, archive: Path) -> list[str]:
        """Return a compiler's arguments that link all of a static library."""

    def link_names(self, library: str) -> LinkNames:
        """Return what the files of the library with this name for linkers are called; see `relink`."""


FORMATS: dict[str, ObjectFormat] = {"elf": Elf(), "coff": Coff(), "coff-on-arm": CoffOnArm(), "macho": MachO()}


def read_library(path: Path) -> SharedLibrary:
    """Return the facts of a shared library of any format, which its file's name tells.

    Raises:
        AuditError: it cannot be read or is no shared library.
    """
    fitting = (each for each in FORMATS.values() if path.name.endswith(each.suffix))
    return next(fitting, FORMATS["elf"]).read(path)
