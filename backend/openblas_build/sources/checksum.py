"""Size and SHA-256 of files, and the check of both against the lock."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import BinaryIO

from ..errors import ChecksumError, SourceError
from ..files import NotAFileError, open_file, reason
from .lock import Archive

_BLOCK = 1 << 20


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal.

    Raises:
        SourceError: it is no file, or cannot be read.
    """
    with _opened(path) as file:
        return _sha256(file)


def verify(path: Path, name: str, archive: Archive, advice: str = "") -> None:
    """Check a file against the lock; `name` is what the error calls it, `advice` what to do.

    A file of another size is not read at all, and nothing beyond that size is.

    Raises:
        ChecksumError: it is another file.
        SourceError: it is no file, or cannot be read.
    """
    with _opened(path) as file:
        _verify(file, name, archive, advice, None)


def copy_verified(path: Path, target: Path, archive: Archive) -> Path:
    """Copy an archive to the new file `target`, and check what was copied: nobody can change that between.

    Raises:
        ChecksumError: it is another file.
        SourceError: it is no file, or cannot be read or written.
    """
    with _opened(path) as file:
        try:
            with target.open("xb") as copy:
                _verify(file, str(path), archive, "", copy)
        except OSError as error:
            msg = f"cannot copy {path} to {target}: {error.strerror}"
            raise SourceError(msg) from error
    return target


def _opened(path: Path) -> BinaryIO:
    try:
        return open_file(path)
    except NotAFileError as error:
        msg = f"{error}; remove it"
        raise SourceError(msg) from error
    except OSError as error:
        msg = f"cannot read {path}: {reason(path, error)}"
        raise SourceError(msg) from error


def _verify(file: BinaryIO, name: str, archive: Archive, advice: str, copy: BinaryIO | None) -> None:
    size = os.fstat(file.fileno()).st_size
    if not archive.size.fits(size):
        lines = [f"wrong size of {name}: {archive.size.compared(size)}", _REASON, advice]
        raise ChecksumError("\n".join(filter(None, lines)))
    found = _sha256(file, archive.size.most, copy)
    if found != archive.sha256:
        lines = [
            f"wrong checksum of {name}",
            f"expected sha256 {archive.sha256}",
            f"found    sha256 {found}",
            _REASON,
            advice,
        ]
        raise ChecksumError("\n".join(filter(None, lines)))


_REASON = "it is cut, or somebody changed it on its way or at its origin; nothing was unpacked"


def _sha256(file: BinaryIO, most: int | None = None, copy: BinaryIO | None = None) -> str:
    digest = hashlib.sha256()
    left = most
    while block := file.read(_BLOCK if left is None else min(_BLOCK, left)):
        digest.update(block)
        if copy is not None:
            copy.write(block)
        if left is not None:
            left -= len(block)
    return digest.hexdigest()
