"""SHA-256 of files, and the check against the lock."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ..errors import ChecksumError, SourceError


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal.

    Raises:
        SourceError: it is a folder, or cannot be read.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    except IsADirectoryError as error:
        msg = f"{path} is a folder, where a file should be; remove it"
        raise SourceError(msg) from error
    except OSError as error:
        msg = f"cannot read {path}: {error.strerror}"
        raise SourceError(msg) from error
    return digest.hexdigest()


def verify(path: Path, name: str, expected: str, advice: str = "") -> None:
    """Check a file against the lock; `name` is what the error calls it, `advice` what to do.

    Raises:
        ChecksumError: it is another file.
        SourceError: it is a folder, or cannot be read.
    """
    found = sha256_of(path)
    if found != expected:
        lines = [
            f"wrong checksum of {name}",
            f"expected sha256 {expected}",
            f"found    sha256 {found}",
            "it is cut, or somebody changed it on its way or at its origin; nothing was unpacked",
            advice,
        ]
        raise ChecksumError("\n".join(filter(None, lines)))
