"""Files that are read only if they are files: a FIFO would be waited for, and a device may never end."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

_KINDS = {
    stat.S_IFREG: "a file",
    stat.S_IFDIR: "a folder",
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFIFO: "a FIFO",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a character device",
    stat.S_IFBLK: "a block device",
}


def opening(*names: str) -> int:
    """Return the flags of ``os.open`` with these names that the system has; nothing is one of Windows' text files."""
    return sum(getattr(os, name, 0) for name in {*names, "O_CLOEXEC", "O_BINARY"})


_READING = opening("O_RDONLY", "O_NONBLOCK")


class NotAFileError(OSError):
    """Something else than a file has the name; `strerror` says what."""

    def __init__(self, path: Path, kind: str) -> None:
        """Say what `path` is."""
        super().__init__(f"{path} is {kind}, where a file should be")
        self.strerror = f"it is {kind}, where a file should be"


def kind(mode: int) -> str:
    """Return what people call something with this ``st_mode``, e.g. ``a FIFO``."""
    return _KINDS.get(stat.S_IFMT(mode), "a special file")


def kind_at(path: Path) -> str | None:
    """Return what is at `path`, at a link's end if it has one; None if nothing is there."""
    try:
        return kind(os.lstat(path).st_mode if is_dangling(path) else path.stat().st_mode)
    except OSError:
        return None


def is_dangling(path: Path) -> bool:
    """Tell whether `path` is a link that leads to nothing."""
    return os.path.islink(path) and not os.path.exists(path)  # noqa: PTH110, PTH114 - these never raise


def open_file(path: Path) -> BinaryIO:
    """Open a file for reading, at once or not at all.

    Raises:
        NotAFileError: it is something else.
        OSError: it is missing, or cannot be read.
    """
    _refuse_others(path, path.stat().st_mode)  # opening a device can move a tape
    descriptor = os.open(path, _READING)
    try:
        _refuse_others(path, os.fstat(descriptor).st_mode)  # it may have changed since
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def read_text(path: Path) -> str:
    """Return the text of a file; bytes that are no UTF-8 are replaced.

    Raises:
        OSError: as `open_file`.
    """
    with open_file(path) as file:
        return file.read().decode("utf-8", errors="replace")


def reason(path: Path, error: OSError) -> str:
    """Return in a few words why `path` could not be read or written."""
    if is_dangling(path):
        return f"it is a link to {path.readlink()}, which is not there"
    return error.strerror or str(error)


def _refuse_others(path: Path, mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise NotAFileError(path, kind(mode))
