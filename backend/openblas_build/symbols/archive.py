"""The symbols of a static library, as sets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Callable

from ..errors import SymbolError
from .ar import Archive


def defined_symbols(path: Path) -> frozenset[str]:
    """Return the names that the objects of the archive define for each other and the world.

    Raises:
        SymbolError: the file is no archive, or has no symbol index.
    """
    return frozenset(name for name, _ in Archive(path).index())


def wanted_symbols(path: Path, undefined: Callable[[memoryview], Iterator[str]]) -> dict[str, list[str]]:
    """Return what the archive uses and does not define: each name, and the members that want it.

    `undefined` reads an object file, see `ObjectFormat`. Slow on a large archive, for it reads every object:
    made for explaining a failed link.

    Raises:
        SymbolError: the file is no archive of such objects.
    """
    archive = Archive(path)
    defined = {name for name, _ in archive.index()}
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
