"""The symbols of a static library, as sets."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

from ..errors import SymbolError
from .ar import Archive


def defined_symbols(path: Path) -> frozenset[str]:
    """Return the names that the objects of the archive define for each other and the world.

    Raises:
        SymbolError: the file is no archive, or has no symbol index.
    """
    return frozenset(name for name, _ in Archive(path).index())


def wanted_symbols(path: Path) -> dict[str, list[str]]:
    """Return what the archive uses and does not define: each name, and the members that want it.

    Slow on a large archive, for it reads every object: made for explaining a failed link.

    Raises:
        SymbolError: the file is no archive of ELF objects.
    """
    archive = Archive(path)
    defined = {name for name, _ in archive.index()}
    wanted: dict[str, list[str]] = {}
    for member in archive.members():
        try:
            for name in _undefined(member.data):
                if name not in defined:
                    wanted.setdefault(name, []).append(member.name)
        except ELFError as error:
            msg = f"{path}: the member {member.name} is not an ELF object ({error})"
            raise SymbolError(msg) from error
    return wanted


def _undefined(data: memoryview) -> Iterator[str]:
    for section in ELFFile(io.BytesIO(data)).iter_sections("SHT_SYMTAB"):
        assert isinstance(section, SymbolTableSection)
        for symbol in section.iter_symbols():
            if symbol.name and symbol["st_shndx"] == "SHN_UNDEF":
                yield symbol.name
