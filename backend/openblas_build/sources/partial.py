"""The first part of a download, on disk under a name that others may have got to first."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

from ..errors import SourceError
from ..files import opening, reason
from .lock import Archive, Size

_FLAGS = opening("O_RDWR", "O_CREAT", "O_NOFOLLOW", "O_NONBLOCK")


class PartialFile:
    """What has come of an archive so far: never more bytes than the lock says.

    What is at its path is gone on with if it is a file of ours and not too long. Anything else, a link
    above all, gives way to a new file: it would have something else written.
    """

    def __init__(self, path: Path, archive: Archive) -> None:
        """Open it.

        Raises:
            SourceError: the folder cannot be written, or a folder has the name.
        """
        self._path, self._archive = path, archive
        try:
            self._file = _open(path, archive.size)
        except OSError as error:
            raise self._failed(error) from error
        self.count = self._file.seek(0, os.SEEK_END)

    def __enter__(self) -> PartialFile:  # noqa: PYI034 - Self is of Python 3.11
        """Return it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it; it stays for the next try, unless it is empty."""
        self._file.close()
        if not self.count:
            self._path.unlink(missing_ok=True)

    @property
    def left(self) -> int:
        """How many bytes may still come."""
        return self._archive.size.most - self.count

    def write(self, block: bytes) -> None:
        """Add what came.

        Raises:
            SourceError: the disk is full, for example.
        """
        try:
            self._file.write(block)
        except OSError as error:
            raise self._failed(error) from error
        self.count += len(block)

    def restart(self) -> None:
        """Forget all that came."""
        self._file.seek(0)
        self._file.truncate()
        self.count = 0

    def _failed(self, error: OSError) -> SourceError:
        return SourceError(f"cannot write {self._path}: {reason(self._path, error)}")


def _open(path: Path, size: Size) -> BinaryIO:
    try:
        usable = _is_ours(os.lstat(path), size)
    except FileNotFoundError:
        usable = True
    if usable:
        descriptor = os.open(path, _FLAGS, 0o644)
        # Looked at once more, now that nobody can change what it is.
        if _is_ours(os.fstat(descriptor), size):
            return os.fdopen(descriptor, "r+b", buffering=0)
        os.close(descriptor)
    path.unlink()
    return os.fdopen(os.open(path, _FLAGS | os.O_EXCL, 0o644), "r+b", buffering=0)


def _is_ours(status: os.stat_result, size: Size) -> bool:
    # A second name of it (a hard link) could be any file of ours.
    user = os.geteuid() if hasattr(os, "geteuid") else status.st_uid
    mine = status.st_uid == user and status.st_nlink == 1
    return stat.S_ISREG(status.st_mode) and mine and status.st_size <= size.most
