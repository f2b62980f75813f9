"""What a shared library says of itself, as plain values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from elftools.common.exceptions import ELFError
from elftools.elf.constants import P_FLAGS
from elftools.elf.dynamic import DynamicSegment
from elftools.elf.elffile import ELFFile
from elftools.elf.enums import ENUM_DT_FLAGS, ENUM_DT_FLAGS_1
from elftools.elf.gnuversions import GNUVerNeedSection
from elftools.elf.sections import SymbolTableSection

from ..errors import AuditError

_EXPORTED = ("STB_GLOBAL", "STB_WEAK", "STB_LOOS")
_VISIBLE = ("STV_DEFAULT", "STV_PROTECTED")


def version_of(text: str) -> tuple[int, ...]:
    """Return a version such as ``2.17`` as numbers that compare."""
    return tuple(int(part) for part in text.split("."))


@dataclass(frozen=True)
class SharedLibrary:
    """The facts of one ELF shared library.

    `symbols` are the names in .symtab, None if the library was stripped. `executable_stack`
    is also true for a library that does not say, because the kernel then assumes so.
    `glibc_symbols` are the versions of glibc whose symbols it needs, e.g. ``(2, 17)``.
    """

    path: Path
    machine: str
    exports: frozenset[str]
    symbols: frozenset[str] | None
    needed: tuple[str, ...]
    glibc_symbols: frozenset[tuple[int, ...]]
    soname: str | None
    run_paths: tuple[str, ...]
    executable_stack: bool
    text_relocations: bool
    full_relro: bool
    content: bytes

    @classmethod
    def read(cls, path: Path) -> SharedLibrary:
        """Read the library at `path`.

        Raises:
            AuditError: it cannot be read or is no ELF shared library.
        """
        try:
            content = path.read_bytes()
            with path.open("rb") as file:
                elf = ELFFile(file)
                if elf["e_type"] != "ET_DYN":
                    msg = f"{path} is not a shared library but of the ELF type {elf['e_type']}"
                    raise AuditError(msg)
                return cls._of(path, elf, content)
        except OSError as error:
            msg = f"cannot read {path}: {error.strerror}"
            raise AuditError(msg) from error
        except ELFError as error:
            msg = f"{path} is not an ELF file, or a damaged one: {error}"
            raise AuditError(msg) from error

    @classmethod
    def _of(cls, path: Path, elf: ELFFile, content: bytes) -> SharedLibrary:
        tags = list(_dynamic_tags(elf))
        flags = _number(tags, "DT_FLAGS")
        flags_1 = _number(tags, "DT_FLAGS_1")
        bind_now = bool(
            flags & ENUM_DT_FLAGS["DF_BIND_NOW"]
            or flags_1 & ENUM_DT_FLAGS_1["DF_1_NOW"]
            or any(tag.entry.d_tag == "DT_BIND_NOW" for tag in tags)
        )
        segments = {segment["p_type"]: segment for segment in elf.iter_segments()}
        stack = segments.get("PT_GNU_STACK")
        return cls(
            path=path,
            machine=str(elf["e_machine"]),
            exports=frozenset(_exports(elf)),
            symbols=_all_symbols(elf),
            needed=tuple(str(tag.needed) for tag in tags if tag.entry.d_tag == "DT_NEEDED"),
            glibc_symbols=frozenset(_glibc_symbols(elf)),
            soname=next((str(tag.soname) for tag in tags if tag.entry.d_tag == "DT_SONAME"), None),
            run_paths=tuple(_run_paths(tags)),
            executable_stack=stack is None or bool(stack["p_flags"] & P_FLAGS.PF_X),
            text_relocations=bool(flags & ENUM_DT_FLAGS["DF_TEXTREL"])
            or any(tag.entry.d_tag == "DT_TEXTREL" for tag in tags),
            full_relro="PT_GNU_RELRO" in segments and bind_now,
            content=content,
        )

    @property
    def openblas_version(self) -> str | None:
        """The release that the library reports, e.g. ``0.3.34``; None if it does not look like OpenBLAS."""
        match = re.search(rb"OpenBLAS (\d+\.\d+\.\d+)", self.content)
        return match[1].decode() if match else None

    @property
    def integer_bits(self) -> int:
        """How long the integers of the library's functions are, as the library itself says."""
        return 64 if b"USE64BITINT" in self.content else 32


def _dynamic_tags(elf: ELFFile) -> Iterator[Any]:
    for segment in elf.iter_segments("PT_DYNAMIC"):
        assert isinstance(segment, DynamicSegment)
        yield from segment.iter_tags()


def _number(tags: list[Any], name: str) -> int:
    return next((int(tag.entry.d_val) for tag in tags if tag.entry.d_tag == name), 0)


def _run_paths(tags: list[Any]) -> Iterator[str]:
    for tag in tags:
        if tag.entry.d_tag == "DT_RPATH":
            yield str(tag.rpath)
        elif tag.entry.d_tag == "DT_RUNPATH":
            yield str(tag.runpath)


def _glibc_symbols(elf: ELFFile) -> Iterator[tuple[int, ...]]:
    for section in elf.iter_sections("SHT_GNU_verneed"):
        assert isinstance(section, GNUVerNeedSection)
        for _, versions in section.iter_versions():
            for version in versions:
                match = re.fullmatch(r"GLIBC_(\d+(?:\.\d+)*)", version.name)
                if match:
                    yield version_of(match[1])


def _exports(elf: ELFFile) -> Iterator[str]:
    for section in elf.iter_sections("SHT_DYNSYM"):
        assert isinstance(section, SymbolTableSection)
        for symbol in section.iter_symbols():
            if (
                symbol["st_shndx"] != "SHN_UNDEF"
                and symbol["st_info"]["bind"] in _EXPORTED
                and symbol["st_other"]["visibility"] in _VISIBLE
            ):
                yield symbol.name


def _all_symbols(elf: ELFFile) -> frozenset[str] | None:
    names: frozenset[str] | None = None
    for section in elf.iter_sections("SHT_SYMTAB"):
        assert isinstance(section, SymbolTableSection)
        names = frozenset(symbol.name for symbol in section.iter_symbols())
    return names
