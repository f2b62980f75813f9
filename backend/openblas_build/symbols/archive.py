"""The symbols of a static library, as sets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Callable

from ..errors import SymbolError
from .ar import Archive


def defined_symbols(path: Path, prefix: str = "") -> frozenset[str]:
    """Return the names that the objects of the archive define for each other and the world, as they are in C.

    `prefix` is what is before these names in object files; a name without it is no C function's.

    Raises:
        SymbolError: the file is no archive, or has no symbol index.
    """
    return frozenset(_plain_names(Archive(path), prefix))


def _plain_names(archive: Archive, prefix: str) -> Iterator[str]:
    return (name[len(prefix) :] for name, _ in archive.index() if name.startswith(prefix))


def wanted_symbols(
    path: Path, undefined: Callable[[memoryview], Iterator[str]], prefix: str = ""
) -> dict[str, list[str]]:
    """Return what the archive uses and does not define: each name, and the members that want it.

    `undefined` reads an object file, see `ObjectFormat`, and `prefix` is as for `defined_symbols`. Slow on a large
    archive, for it reads every object: made for explaining a failed link.

    Raises:
        SymbolError: the file is no archive of such objects.
    """
    archive = Archive(path)
    defined = set(_plain_names(archive, prefix))
    wanted: dict[str, list[str]] = {}
    for member in archive.members():
        try:
            for name in undefined(member.data):
                if name not in defined:
                    wanted.setdefault(name, []).append(member.name)
        except ValueError as error:
            msg = f"{path}: the member {member.name} is {error}"
            raise SymbolError(msg) from error
    return wanted
