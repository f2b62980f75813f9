"""Formats of object files and libraries: how to read them, and what the linker is told.

`facts` is what the rest of the project knows of a library, whatever its format; `elf` is the one format so far.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from .elf import Elf
from .facts import SharedLibrary

__all__ = ["FORMATS", "ObjectFormat", "SharedLibrary", "read_library"]


class ObjectFormat(Protocol):
    """What differs from format to format."""

    def read(self, path: Path) -> SharedLibrary:
        """Return the facts of a shared library; AuditError if it is none."""

    def undefined(self, data: memoryview) -> Iterator[str]:
        """Yield the symbols that an object file wants from others; ValueError if it is none."""

    def link_options(self, file_name: str, exports: Sequence[str], replaceable: Sequence[str], work: Path) -> list[str]:
        """Return the linker's options for a library that exports these names and no others.

        `replaceable` are those that a program may replace by its own. Files that the linker reads go to `work`.
        """


FORMATS: dict[str, ObjectFormat] = {"elf": Elf()}


def read_library(path: Path) -> SharedLibrary:
    """Return the facts of a shared library of any format.

    Raises:
        AuditError: it cannot be read or is no shared library.
    """
    return FORMATS["elf"].read(path)
