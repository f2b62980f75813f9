"""Read an ``ar`` archive, of GNU's or of BSD's kind (Apple's too): its symbol index and its members."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import SymbolError

_MAGIC = b"!<arch>\n"
_HEADER_LENGTH = 60
_HEADER_END = b"`\n"
# The name of the symbol index, and the size of its numbers in bytes.
_INDEXES = {b"/": (4, "I"), b"/SYM64/": (8, "Q")}
_LONG_NAMES = b"//"
# BSD's: a long name is before the member's content; the index has pairs of numbers, with the lowest byte first.
_NAME_INSIDE = b"#1/"
_BSD_INDEXES = {b"__.SYMDEF": (4, "I"), b"__.SYMDEF_64": (8, "Q")}
_SORTED = b" SORTED"


@dataclass(frozen=True)
class Member:
    """One entry of an archive; `offset` is that of its header."""

    name: str
    offset: int
    data: memoryview


class Archive:
    """A static library that is open for reading.

    Raises:
        SymbolError: the file is no archive, or a damaged one.
    """

    def __init__(self, path: Path) -> None:
        """Read the archive at `path`."""
        self.path = path
        try:
            self._content = memoryview(path.read_bytes())
        except OSError as error:
            msg = f"cannot read the archive {path}: {error.strerror}"
            raise SymbolError(msg) from error
        if bytes(self._content[: len(_MAGIC)]) != _MAGIC:
            found = bytes(self._content[: len(_MAGIC)])
            msg = f"{path} is not a static library: it begins with {found!r}, not with {_MAGIC!r}"
            raise SymbolError(msg)

    def members(self) -> Iterator[Member]:
        """Yield the object files, in their order."""
        long_names = b""
        for raw_name, offset, data in self._entries():
            if raw_name == _LONG_NAMES:
                long_names = bytes(data)
            elif raw_name not in _INDEXES and raw_name.removesuffix(_SORTED) not in _BSD_INDEXES:
                yield Member(_name(raw_name, long_names), offset, data)

    def index(self) -> Iterator[tuple[str, int]]:
        """Yield each symbol that an object defines for others, and the offset of that object's header.

        The index is what linkers go by, and reading it costs nothing: the symbol tables of
        OpenBLAS's thousands of objects take Python ten seconds and more.
        """
        try:
            yield from self._index()
        except (ValueError, struct.error) as error:
            msg = f"the symbol index of {self.path} is damaged: {error}"
            raise SymbolError(msg) from error

    def _index(self) -> Iterator[tuple[str, int]]:
        raw_name, _, data = next(self._entries(), (b"", 0, memoryview(b"")))
        if raw_name.removesuffix(_SORTED) in _BSD_INDEXES:
            yield from _bsd_index(data, *_BSD_INDEXES[raw_name.removesuffix(_SORTED)])
            return
        if raw_name not in _INDEXES:
            msg = f"{self.path} has no symbol index; run ranlib on it"
            raise SymbolError(msg)
        width, code = _INDEXES[raw_name]
        count = int.from_bytes(data[:width], "big")
        numbers = struct.unpack_from(f">{count}{code}", data, width)
        names = bytes(data[width * (count + 1) :]).split(b"\0")
        for name, offset in zip(names, numbers):
            yield name.decode("utf-8", "replace"), offset

    def _entries(self) -> Iterator[tuple[bytes, int, memoryview]]:
        offset = len(_MAGIC)
        while offset < len(self._content):
            header = bytes(self._content[offset : offset + _HEADER_LENGTH])
            if len(header) < _HEADER_LENGTH or header[-2:] != _HEADER_END:
                msg = f"{self.path} is damaged at byte {offset}"
                raise SymbolError(msg)
            start = offset + _HEADER_LENGTH
            size = self._number(header[48:58], offset)
            data = self._content[start : start + size]
            if len(data) < size:
                msg = f"{self.path} is cut short in the member at byte {offset}"
                raise SymbolError(msg)
            raw_name = header[:16].rstrip(b" ")
            if raw_name.startswith(_NAME_INSIDE):
                length = self._number(raw_name.removeprefix(_NAME_INSIDE), offset)
                raw_name, data = bytes(data[:length]).rstrip(b"\0"), data[length:]
            yield raw_name, offset, data
            offset = start + size + size % 2

    def _number(self, digits: bytes, offset: int) -> int:
        if not digits.strip().isdigit():
            msg = f"{self.path} is damaged at byte {offset}: {digits!r} is no number"
            raise SymbolError(msg)
        return int(digits)


def _bsd_index(data: memoryview, width: int, code: str) -> Iterator[tuple[str, int]]:
    size = int.from_bytes(data[:width], "little")
    numbers = struct.unpack_from(f"<{size // width}{code}", data, width)
    names = bytes(data[width + size + width :])
    for start, offset in zip(numbers[::2], numbers[1::2]):
        yield names[start : names.index(0, start)].decode("utf-8", "replace"), offset


def _name(raw: bytes, long_names: bytes) -> str:
    if raw.startswith(b"/"):
        start = int(raw[1:])
        raw = long_names[start : long_names.index(b"\n", start)]
    return raw.removesuffix(b"/").decode("utf-8", "replace")
