"""Mach-O: macOS.

A C function's name begins with an underscore there; facts have it without.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from macholib import mach_o
from macholib.MachO import MachO as Image

from ...errors import AuditError
from .facts import SharedLibrary
from .naming import LinkNames

_PREFIX = "_"
# The table's names of machines by Mach-O's numbers.
_MACHINES = {0x01000007: "x86_64", 0x0100000C: "arm64"}
_MAGIC = 0xFEEDFACF
_HEADER = struct.Struct("<IiiIIIII")
_COMMAND = struct.Struct("<II")
# Where symbols and their names are: offset and number of the former, offset and size of the latter.
_SYMBOL_TABLE = struct.Struct("<IIII")
# A symbol: place of its name, type, section, description, value.
_SYMBOL = struct.Struct("<IBBHQ")
_DEBUGGING, _KIND, _EXTERNAL = 0xE0, 0x0E, 0x01
_UNDEFINED = 0

_LIBRARY = 6
_TWO_LEVEL, _EXECUTABLE_STACK = 0x80, 0x20000
_WRITE, _EXECUTE = 2, 4
# Programs find a library with such a name in the folders that they were linked with.
_INSTALL_FOLDER = "@rpath/"

# A code signature: a table of blobs, and the one that has the sums of the pages. The highest byte comes first.
_BLOBS, _BLOB_TABLE, _BLOB = 0xFADE0CC0, struct.Struct(">III"), struct.Struct(">II")
_DIRECTORY = struct.Struct(">IIIIIIIIIBBBB")
_DIRECTORY_MAGIC, _SHA_256 = 0xFADE0C02, 2


class MachO:
    """The format's strategy."""

    suffix = ".dylib"
    prefix = _PREFIX
    shared = "-dynamiclib"

    def read(self, path: Path) -> SharedLibrary:
        """Return the facts of the library at `path`.

        Raises:
            AuditError: it cannot be read or is no Mach-O library of 64 bits for one machine.
        """
        try:
            content = path.read_bytes()
        except OSError as error:
            msg = f"cannot read {path}: {error.strerror}"
            raise AuditError(msg) from error
        try:
            image = Image(str(path), allow_unknown_load_commands=True)
        except (OSError, ValueError, struct.error) as error:
            msg = f"{path} is not a Mach-O file, or a damaged one: {error}"
            raise AuditError(msg) from error
        if image.fat or content[:4] != _MAGIC.to_bytes(4, "little"):
            msg = f"{path} is not a Mach-O file of 64 bits for one machine"
            raise AuditError(msg)
        (header,) = image.headers
        if header.header.filetype != _LIBRARY:
            msg = f"{path} is not a shared library but a Mach-O file of the type {header.filetype}"
            raise AuditError(msg)
        try:
            return _facts(path, header, content)
        except (IndexError, ValueError, struct.error) as error:
            msg = f"{path} is damaged: {error}"
            raise AuditError(msg) from error

    def undefined(self, data: memoryview) -> Iterator[str]:
        """Yield the symbols that an object file wants from others.

        Raises:
            ValueError: it is no Mach-O object.
        """
        try:
            magic, _, _, _, commands, _, _, _ = _HEADER.unpack_from(data)
            if magic != _MAGIC:
                msg = f"not a Mach-O object (it begins with {magic:#x})"
                raise ValueError(msg)
            content, place = bytes(data), _HEADER.size
            for _ in range(commands):
                command, size = _COMMAND.unpack_from(content, place)
                if command == mach_o.LC_SYMTAB:
                    table = _SYMBOL_TABLE.unpack_from(content, place + _COMMAND.size)
                    yield from (name for name, kind, value in _symbols(content, *table) if _is_wanted(kind, value))
                place += size
        except (IndexError, struct.error) as error:
            msg = f"not a Mach-O object ({error})"
            raise ValueError(msg) from error

    def link_options(self, file_name: str, exports: Sequence[str], replaceable: Sequence[str], work: Path) -> list[str]:  # noqa: ARG002
        """Return the options of Apple's ld and LLVM's lld.

        By its two levels of names a library's calls to itself never go elsewhere, so nothing is replaceable.
        """
        listed = work / "exports.txt"
        listed.write_text("".join(f"{_PREFIX}{name}\n" for name in exports), encoding="utf-8")
        return [
            f"-install_name,{_INSTALL_FOLDER}{file_name}",
            f"-exported_symbols_list,{listed}",
            # Who takes the library into another wheel gives it another name there.
            "-headerpad_max_install_names",
            "-adhoc_codesign",
        ]

    def whole(self, archive: Path) -> list[str]:
        """Return a compiler's arguments that link all of a static library."""
        return ["-Xlinker", "-force_load", "-Xlinker", str(archive)]

    def link_names(self, library: str) -> LinkNames:
        """Return what consumers link with: the library itself, which programs find by a run path."""
        file_name = f"lib{library}{self.suffix}"
        odd = ("-L{}", f"-l{library}", "-Xlinker", "-rpath", "-Xlinker", "{}")
        return LinkNames(file_name, file_name, library, (f"{{}}/{file_name}", "-Wl,-rpath,{}"), odd, _INSTALL_FOLDER)


def _facts(path: Path, header: Any, content: bytes) -> SharedLibrary:
    commands = [(load.cmd, command, data) for load, command, data in header.commands]
    _check_whole(commands, content)
    found = {number: command for number, command, _ in commands}
    table = found.get(mach_o.LC_SYMTAB)
    symbols = list(_symbols(content, table.symoff, table.nsyms, table.stroff, table.strsize)) if table else []
    return SharedLibrary(
        path=path,
        machine=_MACHINES.get(header.header.cputype, f"{header.header.cputype:#x}"),
        exports=frozenset(_plain(name) for name in _exports(found, content)),
        imports=frozenset(name for name, kind, value in symbols if _is_wanted(kind, value)),
        symbols=frozenset(name for name, _, _ in symbols) if symbols else None,
        needed=tuple(_text(data) for number, _, data in commands if number in _LOADS),
        glibc_symbols=frozenset(),
        soname=next((_install_name(data) for number, _, data in commands if number == mach_o.LC_ID_DYLIB), None),
        run_paths=tuple(_text(data) for number, _, data in commands if number == mach_o.LC_RPATH),
        weaknesses=tuple(_weaknesses(header, commands, content)),
        content=content,
        oldest_system=_oldest_system(found),
    )


def _check_whole(commands: list[tuple[int, Any, Any]], content: bytes) -> None:
    for number, command, _ in commands:
        if number == mach_o.LC_SEGMENT_64 and command.fileoff + command.filesize > len(content):
            msg = f"its segment {_text(bytes(command.segname))} is cut off"
            raise ValueError(msg)


_LOADS = frozenset(
    {
        mach_o.LC_LOAD_DYLIB,
        mach_o.LC_LOAD_WEAK_DYLIB,
        mach_o.LC_REEXPORT_DYLIB,
        mach_o.LC_LOAD_UPWARD_DYLIB,
        mach_o.LC_LAZY_LOAD_DYLIB,
    }
)


def _text(data: bytes) -> str:
    return data.partition(b"\0")[0].decode("utf-8", "replace")


def _install_name(data: bytes) -> str:
    """Return the name that programs ask for, below their own folders."""
    return _text(data).removeprefix(_INSTALL_FOLDER)


def _plain(name: str) -> str:
    return name.removeprefix(_PREFIX)


def _oldest_system(found: dict[int, Any]) -> tuple[int, ...] | None:
    if mach_o.LC_BUILD_VERSION in found:
        packed = int(found[mach_o.LC_BUILD_VERSION].minos)
    elif mach_o.LC_VERSION_MIN_MACOSX in found:
        packed = int(found[mach_o.LC_VERSION_MIN_MACOSX].version)
    else:
        return None
    return packed >> 16, packed >> 8 & 0xFF


def _is_wanted(kind: int, value: int) -> bool:
    # With a value it is a variable without one, which the linker makes.
    return bool(kind & _EXTERNAL) and kind & _KIND == _UNDEFINED and value == 0


def _symbols(content: bytes, place: int, count: int, strings: int, size: int) -> Iterator[tuple[str, int, int]]:
    """Yield name, type and value of each symbol of an object file or a library, without those for debuggers."""
    if strings + size > len(content):
        msg = "the names of its symbols are cut off"
        raise struct.error(msg)
    for index in range(count):
        at, kind, _, _, value = _SYMBOL.unpack_from(content, place + index * _SYMBOL.size)
        if not kind & _DEBUGGING:
            start = strings + at
            yield _plain(content[start : content.index(0, start)].decode("utf-8", "replace")), kind, value


def _exports(found: dict[int, Any], content: bytes) -> Iterator[str]:
    """Yield the names that the dynamic linker gives to others, which are in a tree of their parts."""
    for number in (mach_o.LC_DYLD_INFO_ONLY, mach_o.LC_DYLD_INFO):
        if number in found and found[number].export_size:
            yield from _names(content, int(found[number].export_off))
    if mach_o.LC_DYLD_EXPORTS_TRIE in found:
        yield from _names(content, int(found[mach_o.LC_DYLD_EXPORTS_TRIE].dataoff))


def _names(content: bytes, tree: int) -> Iterator[str]:
    seen: set[int] = set()
    waiting = [(0, b"")]
    while waiting:
        node, name = waiting.pop()
        if node in seen:
            msg = "its exported names go in a circle"
            raise struct.error(msg)
        seen.add(node)
        size, place = _number(content, tree + node)
        if size:
            yield name.decode("utf-8", "replace")
        place += size
        children = content[place]
        place += 1
        for _ in range(children):
            end = content.index(0, place)
            child, after = _number(content, end + 1)
            waiting.append((child, name + content[place:end]))
            place = after


def _number(content: bytes, place: int) -> tuple[int, int]:
    """Return a number of variable length, seven bits a byte, and the place behind it."""
    value = shift = 0
    while True:
        byte = content[place]
        value |= (byte & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if not byte & 0x80:
            return value, place


def _weaknesses(header: Any, commands: list[tuple[int, Any, Any]], content: bytes) -> Iterator[str]:
    flags = header.header.flags
    if not flags & _TWO_LEVEL:
        yield "takes functions from whichever library has their names; link without -flat_namespace"
    if flags & _EXECUTABLE_STACK:
        yield "asks for an executable stack; link without -allow_stack_execute"
    for number, command, _ in commands:
        if number == mach_o.LC_SEGMENT_64 and command.initprot & _WRITE and command.initprot & _EXECUTE:
            yield f"has a segment that can be written and executed: {_text(bytes(command.segname))}"
    signatures = [command for number, command, _ in commands if number == mach_o.LC_CODE_SIGNATURE]
    if not signatures:
        yield "has no code signature, without which no Mac with an ARM CPU loads it; link with -adhoc_codesign"
    yield from (
        "has a code signature that is not its own: sign it anew"
        for each in signatures
        if not _is_signed(content, int(each.dataoff))
    )


def _is_signed(content: bytes, place: int) -> bool:
    """Tell whether the code signature at `place` has the sums of all pages before it."""
    magic, _, count = _BLOB_TABLE.unpack_from(content, place)
    if magic != _BLOBS:
        return False
    for index in range(count):
        _, offset = _BLOB.unpack_from(content, place + _BLOB_TABLE.size + index * _BLOB.size)
        start = place + offset
        if int.from_bytes(content[start : start + 4], "big") == _DIRECTORY_MAGIC:
            return _has_sums(content, start)
    return False


def _has_sums(content: bytes, start: int) -> bool:
    _, _, _, _, sums, _, _, pages, end, length, kind, _, page_bits = _DIRECTORY.unpack_from(content, start)
    page = 1 << page_bits
    if kind != _SHA_256 or length != hashlib.sha256().digest_size or pages * page < end:
        return False
    for index in range(pages):
        there = content[index * page : min((index + 1) * page, end)]
        at = start + sums + index * length
        if hashlib.sha256(there).digest() != content[at : at + length]:
            return False
    return True
