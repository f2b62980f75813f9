"""ELF: Linux and its like."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from elftools.common.exceptions import ELFError
from elftools.elf.constants import P_FLAGS
from elftools.elf.dynamic import DynamicSegment
from elftools.elf.elffile import ELFFile
from elftools.elf.enums import ENUM_DT_FLAGS, ENUM_DT_FLAGS_1
from elftools.elf.gnuversions import GNUVerNeedSection
from elftools.elf.sections import SymbolTableSection

from ...errors import AuditError
from ..versions import version_of
from .facts import SharedLibrary
from .naming import LinkNames

_EXPORTED = ("STB_GLOBAL", "STB_WEAK", "STB_LOOS")
_VISIBLE = ("STV_DEFAULT", "STV_PROTECTED")

# The table's names of ELF's machines, with the order of their bytes.
_MACHINES = {
    ("EM_X86_64", True): "x86_64",
    ("EM_386", True): "i686",
    ("EM_AARCH64", True): "aarch64",
    ("EM_ARM", True): "armv7l",
    ("EM_PPC64", True): "ppc64le",
    ("EM_PPC64", False): "ppc64",
    ("EM_S390", False): "s390x",
    ("EM_RISCV", True): "riscv64",
}


class Elf:
    """The format's strategy."""

    suffix = ".so"
    prefix = ""
    shared = "-shared"

    def read(self, path: Path) -> SharedLibrary:
        """Return the facts of the library at `path`.

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
                return _facts(path, elf, content)
        except OSError as error:
            msg = f"cannot read {path}: {error.strerror}"
            raise AuditError(msg) from error
        except ELFError as error:
            msg = f"{path} is not an ELF file, or a damaged one: {error}"
            raise AuditError(msg) from error

    def undefined(self, data: memoryview) -> Iterator[str]:
        """Yield the symbols that an object file wants from others.

        Raises:
            ValueError: it is no ELF object.
        """
        try:
            for section in ELFFile(io.BytesIO(data)).iter_sections("SHT_SYMTAB"):
                assert isinstance(section, SymbolTableSection)
                for symbol in section.iter_symbols():
                    if symbol.name and symbol["st_shndx"] == "SHN_UNDEF":
                        yield symbol.name
        except ELFError as error:
            msg = f"not an ELF object ({error})"
            raise ValueError(msg) from error

    def link_options(self, file_name: str, exports: Sequence[str], replaceable: Sequence[str], work: Path) -> list[str]:
        """Return the options of GNU ld and LLVM's lld, hardening among them."""
        version_script, dynamic_list = work / "exports.map", work / "interposable.txt"
        version_script.write_text(_version_script(exports), encoding="utf-8")
        dynamic_list.write_text(_dynamic_list(replaceable), encoding="utf-8")
        return [
            f"-soname,{file_name}",
            f"--version-script={version_script}",
            f"--dynamic-list={dynamic_list}",
            "--hash-style=gnu",
            "-z,defs",  # whatever is missing is told now, not when a program loads the library
            "-z,text",
            "-z,relro",
            "-z,now",
            # OpenBLAS's assembly does not say that it needs no executable stack, so linkers assume it does.
            "-z,noexecstack",
        ]

    def whole(self, archive: Path) -> list[str]:
        """Return a compiler's arguments that link all of a static library."""
        return ["-Wl,--whole-archive", str(archive), "-Wl,--no-whole-archive"]

    def link_names(self, library: str) -> LinkNames:
        """Return what consumers link with: the library itself, which programs find by a run path."""
        file_name = f"lib{library}{self.suffix}"
        odd = ("-L{}", f"-l{library}", "-Xlinker", "-rpath={}")
        return LinkNames(file_name, file_name, library, (f"{{}}/{file_name}", "-Wl,-rpath,{}"), odd)


def _version_script(names: Iterable[str]) -> str:
    """Return the linker's version script: these names and no others leave the library.

    It gives no version, as the published wheels give none.
    """
    return "{\n  global:\n" + "".join(f"    {name};\n" for name in names) + "  local: *;\n};\n"


def _dynamic_list(names: Iterable[str]) -> str:
    """Return the linker's dynamic list: calls inside the library bind to it, but for these names."""
    return "{\n" + "".join(f"  {name};\n" for name in names) + "};\n"


def _facts(path: Path, elf: ELFFile, content: bytes) -> SharedLibrary:
    tags = list(_dynamic_tags(elf))
    machine = str(elf["e_machine"])
    return SharedLibrary(
        path=path,
        machine=_MACHINES.get((machine, bool(elf.little_endian)), machine),
        exports=frozenset(_exports(elf)),
        imports=frozenset(_imports(elf)),
        symbols=_all_symbols(elf),
        needed=tuple(str(tag.needed) for tag in tags if tag.entry.d_tag == "DT_NEEDED"),
        glibc_symbols=frozenset(_glibc_symbols(elf)),
        soname=next((str(tag.soname) for tag in tags if tag.entry.d_tag == "DT_SONAME"), None),
        run_paths=tuple(_run_paths(tags)),
        weaknesses=tuple(_weaknesses(elf, tags)),
        content=content,
    )


def _weaknesses(elf: ELFFile, tags: list[Any]) -> Iterator[str]:
    flags, flags_1 = _number(tags, "DT_FLAGS"), _number(tags, "DT_FLAGS_1")
    names = {tag.entry.d_tag for tag in tags}
    segments = {segment["p_type"]: segment for segment in elf.iter_segments()}
    stack = segments.get("PT_GNU_STACK")
    # The kernel gives an executable stack to a library that does not say.
    if stack is None or stack["p_flags"] & P_FLAGS.PF_X:
        yield "asks for an executable stack; link with -z noexecstack"
    if flags & ENUM_DT_FLAGS["DF_TEXTREL"] or "DT_TEXTREL" in names:
        yield "has relocations in its code; compile with -fPIC"
    bind_now = flags & ENUM_DT_FLAGS["DF_BIND_NOW"] or flags_1 & ENUM_DT_FLAGS_1["DF_1_NOW"] or "DT_BIND_NOW" in names
    if "PT_GNU_RELRO" not in segments or not bind_now:
        yield "has no full RELRO; link with -z relro -z now"


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


def _imports(elf: ELFFile) -> Iterator[str]:
    for section in elf.iter_sections("SHT_DYNSYM"):
        assert isinstance(section, SymbolTableSection)
        for symbol in section.iter_symbols():
            if symbol.name and symbol["st_shndx"] == "SHN_UNDEF":
                yield symbol.name


def _all_symbols(elf: ELFFile) -> frozenset[str] | None:
    names: frozenset[str] | None = None
    for section in elf.iter_sections("SHT_SYMTAB"):
        assert isinstance(section, SymbolTableSection)
        names = frozenset(symbol.name for symbol in section.iter_symbols())
    return names
