"""Whether a file can be a shared library of this machine, told before the dynamic linker maps it.

The linker trusts a file: of one that was cut off it maps pages that are not there, and the process dies.
"""

import os
import stat
import struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO, List, Tuple

# Of each ELF class: the fields of the file's header after the first 16 bytes, those of a segment and of a
# section as far as they are read, and which of a segment's are its offset and size.
_CLASSES = {
    1: ("HHI3I I6H", "5I", "6I", 1, 4),
    2: ("HHI3Q I6H", "2I4Q", "2I4Q", 2, 5),
}
_BITS = {1: 32, 2: 64}
_BIG_ENDIAN = 2
_SHARED_LIBRARY = 3
_WITHOUT_CONTENT = 8
_HEADER_SIZE = 64
_MACHINES = {3: "32-bit x86", 8: "MIPS", 21: "POWER", 22: "s390", 40: "32-bit ARM", 62: "x86-64", 183: "AArch64"}
_MACHINES.update({243: "RISC-V", 258: "LoongArch"})


def fault(path: str) -> str:
    """Return what is wrong with the library `path`, as the rest of a sentence about it; nothing if all is well."""
    try:
        mode = os.stat(path).st_mode
        if not stat.S_ISREG(mode):
            return "is a folder and no file" if stat.S_ISDIR(mode) else "is no regular file"
        with open(path, "rb") as file:
            return _fault(file, os.fstat(file.fileno()).st_size)
    except OSError as error:
        return f"cannot be read: {error.strerror}"


def _fault(file: "BinaryIO", size: int) -> str:
    start = file.read(_HEADER_SIZE)
    if not start:
        return "is empty"
    if start[:4] != b"\x7fELF"[: len(start)]:
        return "is no library"
    if len(start) < _HEADER_SIZE:
        return f"was cut off after {size} bytes"
    if start[4] not in _CLASSES:
        return "is no library"
    return _other_machine(start) or _other_kind(start) or _too_short(file, start, size)


def _other_machine(start: bytes) -> str:
    """Return what is wrong with a library that begins so if it is not for the machine of the running program."""
    try:
        with open("/proc/self/exe", "rb") as program:
            ours = _machine(program.read(_HEADER_SIZE))
    except OSError:
        return ""  # the dynamic linker looks at it too
    theirs = _machine(start)
    return "" if theirs == ours else f"is for {theirs}, and this Python is for {ours}"


def _machine(start: bytes) -> str:
    order = _order(start)
    (number,) = struct.unpack_from(order + "H", start, 18)
    endian = "little" if order == "<" else "big"
    return f"{_MACHINES.get(number, f'machines of ELF number {number}')} ({_BITS[start[4]]} bits, {endian}-endian)"


def _other_kind(start: bytes) -> str:
    (kind,) = struct.unpack_from(_order(start) + "H", start, 16)
    return "" if kind == _SHARED_LIBRARY else "is an ELF file, but no shared library"


def _order(start: bytes) -> str:
    return ">" if start[5] == _BIG_ENDIAN else "<"


def _too_short(file: "BinaryIO", start: bytes, size: int) -> str:
    """Return what is wrong with the file if a part of it, as its headers say, is not all there."""
    order = _order(start)
    header, segment, section, offset, length = _CLASSES[start[4]]
    fields = struct.unpack_from(order + header, start, 16)
    tables = [(fields[4], fields[8], fields[9]), (fields[5], fields[10], fields[11])]
    needed = max(place + entry_size * count for place, entry_size, count in tables)
    if needed <= size:
        try:
            segments, sections = (
                _entries(file, order + form, *table) for form, table in zip((segment, section), tables)
            )
        except struct.error:
            return "is damaged: its header makes no sense"
        ends = [entry[offset] + entry[length] for entry in segments]
        ends += [entry[4] + entry[5] for entry in sections if entry[1] != _WITHOUT_CONTENT]
        needed = max([needed, *ends])
    return f"was cut off: it has {size} bytes, of {needed}" if needed > size else ""


def _entries(file: "BinaryIO", form: str, place: int, size: int, count: int) -> "List[Tuple[int, ...]]":
    file.seek(place)
    return [struct.unpack_from(form, file.read(size)) for _ in range(count)]
