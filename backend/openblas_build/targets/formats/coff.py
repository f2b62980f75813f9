"""COFF, and PE libraries of it: Windows."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pefile

from ...errors import AuditError
from .facts import SharedLibrary
from .naming import LinkNames

# The table's names of machines by COFF's numbers.
_MACHINES = {0x8664: "x86_64", 0xAA64: "aarch64", 0x14C: "i686"}

# The header of an object file: machine, sections, time, place and number of the symbols, and so on.
_HEADER = struct.Struct("<HHIIIHH")
# A symbol: name, value, section, type, storage class, how many entries of another kind come after it.
_SYMBOL = struct.Struct("<8sIhHBB")
_EXTERNAL, _WEAK = 2, 105
_UNDEFINED = 0

_DLL = 0x2000
# Their numbers have 16 bits. The reader stops at 8,192 unless it is told, and says nothing.
_MOST_EXPORTS = 1 << 16
# Bits of the DLL's characteristics, with what it lacks without them and the linker's option.
_HARDENING = {
    0x0040: "cannot be loaded at any address; link with --dynamicbase",
    0x0100: "has an executable stack; link with --nxcompat",
    0x0020: "is loaded at low addresses only; link with --high-entropy-va",
}
_EXECUTABLE, _WRITABLE = 0x20000000, 0x80000000


class Coff:
    """The format's strategy."""

    suffix = ".dll"
    prefix = ""
    shared = "-shared"

    def read(self, path: Path) -> SharedLibrary:
        """Return the facts of the library at `path`.

        Raises:
            AuditError: it cannot be read or is no DLL.
        """
        try:
            content = path.read_bytes()
            image = pefile.PE(data=content, fast_load=True, max_symbol_exports=_MOST_EXPORTS)
            image.parse_data_directories([_DIRECTORY["EXPORT"], _DIRECTORY["IMPORT"]])
        except OSError as error:
            msg = f"cannot read {path}: {error.strerror}"
            raise AuditError(msg) from error
        except pefile.PEFormatError as error:
            msg = f"{path} is not a PE file, or a damaged one: {error.value}"
            raise AuditError(msg) from error
        if not image.FILE_HEADER.Characteristics & _DLL:
            msg = f"{path} is not a shared library but a program"
            raise AuditError(msg)
        try:
            return _facts(path, image, content)
        except (IndexError, ValueError, struct.error) as error:
            msg = f"{path} is damaged: {error}"
            raise AuditError(msg) from error

    def undefined(self, data: memoryview) -> Iterator[str]:
        """Yield the symbols that an object file wants from others.

        Raises:
            ValueError: it is no COFF object.
        """
        try:
            machine, _, _, place, count, _, _ = _HEADER.unpack_from(data)
            if machine not in _MACHINES:
                msg = f"not a COFF object (of machine {machine:#x})"
                raise ValueError(msg)
            for name, section, storage in _symbols(bytes(data), place, count):
                if section == _UNDEFINED and storage in {_EXTERNAL, _WEAK}:
                    yield name
        except struct.error as error:
            msg = f"not a COFF object ({error})"
            raise ValueError(msg) from error

    def link_options(self, file_name: str, exports: Sequence[str], replaceable: Sequence[str], work: Path) -> list[str]:  # noqa: ARG002
        """Return the options of GNU ld; the import library is written to `work` too.

        A DLL's calls to itself never go elsewhere, so nothing is replaceable.
        """
        definitions = work / "exports.def"
        definitions.write_text(f"LIBRARY {file_name}\nEXPORTS\n" + "".join(f"  {name}\n" for name in exports))
        return [
            str(definitions),
            f"--out-implib={work / _import_library(file_name)}",
            # The address that the linker would choose depends on the build folder's path.
            "--disable-auto-image-base",
            "--no-insert-timestamp",
            "--dynamicbase",
            "--nxcompat",
            "--high-entropy-va",
        ]

    def whole(self, archive: Path) -> list[str]:
        """Return a compiler's arguments that link all of a static library."""
        return ["-Wl,--whole-archive", str(archive), "-Wl,--no-whole-archive"]

    def link_names(self, library: str) -> LinkNames:
        """Return what consumers link with: the import library, by a name as in the published wheel."""
        stem = self.stem(library)
        flags = ("-L{}", f"-l{stem}")
        return LinkNames(f"{stem}{self.suffix}", _import_library(f"{stem}{self.suffix}"), stem, flags, flags)

    def stem(self, library: str) -> str:
        """Return the files' name without its end."""
        return f"lib{library}"


class CoffOnArm(Coff):
    """COFF whose files have the published wheel's names on ARM: no lib before them, and _64 at the end of ILP64's."""

    def stem(self, library: str) -> str:
        """Return the files' name without its end."""
        return re.sub(r"64_$", "_64", library)


_DIRECTORY = {
    name.removeprefix("IMAGE_DIRECTORY_ENTRY_"): number
    for name, number in pefile.DIRECTORY_ENTRY.items()
    if isinstance(name, str)
}


def _import_library(file_name: str) -> str:
    return f"{file_name.removesuffix(Coff.suffix)}.lib"


def _facts(path: Path, image: Any, content: bytes) -> SharedLibrary:
    header = image.FILE_HEADER
    exported = getattr(image, "DIRECTORY_ENTRY_EXPORT", None)
    imported = getattr(image, "DIRECTORY_ENTRY_IMPORT", [])
    symbols = [name for name, _, _ in _symbols(content, header.PointerToSymbolTable, header.NumberOfSymbols)]
    return SharedLibrary(
        path=path,
        machine=_MACHINES.get(header.Machine, f"{header.Machine:#x}"),
        exports=frozenset(each.name.decode() for each in exported.symbols if each.name) if exported else frozenset(),
        imports=frozenset(each.name.decode() for entry in imported for each in entry.imports if each.name),
        symbols=frozenset(symbols) if symbols else None,
        needed=tuple(entry.dll.decode() for entry in imported),
        glibc_symbols=frozenset(),
        soname=exported.name.decode() if exported and exported.name else None,
        run_paths=(),
        weaknesses=tuple(_weaknesses(image)),
        content=content,
    )


def _weaknesses(image: Any) -> Iterator[str]:
    bits = image.OPTIONAL_HEADER.DllCharacteristics
    yield from (weakness for bit, weakness in _HARDENING.items() if not bits & bit)
    if image.OPTIONAL_HEADER.DATA_DIRECTORY[_DIRECTORY["BASERELOC"]].Size == 0:
        yield "has no relocations, so that it is loaded at one address only"
    for section in image.sections:
        if section.Characteristics & _EXECUTABLE and section.Characteristics & _WRITABLE:
            yield f"has a section that can be written and executed: {section.Name.rstrip(bytes(1)).decode()}"


def _symbols(content: bytes, place: int, count: int) -> Iterator[tuple[str, int, int]]:
    """Yield name, section and storage class of each symbol of an object file or a library."""
    strings = place + count * _SYMBOL.size
    index = 0
    while index < count:
        raw, _, section, _, storage, more = _SYMBOL.unpack_from(content, place + index * _SYMBOL.size)
        index += 1 + more
        if raw[:4] == bytes(4):  # a long name is in a table behind the symbols
            start = strings + int.from_bytes(raw[4:], "little")
            end = content.find(0, start)
            if end < 0:
                msg = "the names of its symbols are cut off"
                raise struct.error(msg)
            raw = content[start:end]
        yield raw.rstrip(bytes(1)).decode("utf-8", "replace"), section, storage
