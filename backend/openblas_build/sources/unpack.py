"""Unpack an archive into a folder, and nowhere else: by the same code on every Python.

The standard library's own filter for this is missing in some Pythons that are still in use, and has had holes in
others. So all members are looked at before one is written. Links are made last: no file can be written through one.
"""

from __future__ import annotations

import os
import shutil
import zlib
from contextlib import suppress
from pathlib import Path
from struct import error as StructError  # noqa: N812 - its own name says nothing
from tarfile import TarError
from typing import IO
from zipfile import BadZipFile

from ..errors import SourceError
from ..files import open_file, opening, reason
from .layout import Layout, UnsafeError
from .members import Member, NoArchiveError, Packed, opened, recognised

try:
    from lzma import LZMAError
except ImportError:  # a Python that was built without it
    LZMAError = EOFError  # type: ignore[misc,assignment]

# What the standard library raises on archives that are cut, damaged, encrypted or packed in an unknown way.
_DAMAGED = (TarError, BadZipFile, EOFError, zlib.error, LZMAError, StructError, ValueError, RuntimeError, ImportError)

_NEW = opening("O_WRONLY", "O_CREAT", "O_EXCL", "O_NOFOLLOW")


def unpack(archive: Path, folder: Path) -> None:
    """Unpack a tar (of any compression) or zip archive into the new folder `folder`.

    Raises:
        SourceError: it is no archive, cut or damaged, or has a member that would land or lead outside
            of `folder`, or is neither a file, a folder nor a link; nothing is left behind.
    """
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        msg = f"cannot make the folder {folder}: {error.strerror}"
        raise SourceError(msg) from error
    try:
        with open_file(archive) as file, opened(file) as packed:
            _write(packed, Layout.of(packed.members()), folder)
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        why = _why(archive, error)
        if why is None:
            raise
        msg = f"cannot unpack {archive}: {why}"
        raise SourceError(msg) from error


def check_is_archive(path: Path) -> None:
    """Look at a file's first bytes only.

    Raises:
        SourceError: it cannot be read, or they are not an archive's.
    """
    try:
        with open_file(path) as file:
            recognised(file)
    except (NoArchiveError, OSError) as error:
        msg = f"cannot unpack {path}: {_why(path, error)}"
        raise SourceError(msg) from error


def _why(archive: Path, error: BaseException) -> str | None:
    if isinstance(error, (UnsafeError, NoArchiveError)):
        return str(error)
    # gzip and bz2 raise OSErrors without a number for what is damaged.
    damaged = isinstance(error, OSError) and error.errno is None and error.strerror is None
    if damaged or isinstance(error, _DAMAGED):
        return f"it is cut or damaged ({' '.join(str(error).split()) or type(error).__name__})"
    return reason(archive, error) if isinstance(error, OSError) else None


def _write(packed: Packed, layout: Layout, folder: Path) -> None:
    for place in layout.folders:
        (folder / place).mkdir(parents=True, exist_ok=True)
    for place, member in layout.files.items():
        with packed.content(member) as content:
            _write_file(folder / place, content, member)
    for place, file in layout.hard_links.items():
        with (folder / file).open("rb") as content:
            _write_file(folder / place, content, layout.files[file])
    for place, target in layout.links.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).symlink_to(target)


def _write_file(path: Path, content: IO[bytes], member: Member) -> None:
    # Who packed it, and with which rights, is nothing to us.
    mode = 0o755 if member.executable else 0o644
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, _NEW, mode), "wb") as file:
        shutil.copyfileobj(content, file, 1 << 20)
        if file.tell() != member.size:
            msg = f"{member.name!r} ends early"
            raise EOFError(msg)
        os.fchmod(file.fileno(), mode)
    if member.modified is not None:
        with suppress(OSError, OverflowError, ValueError):  # a time that no clock shows
            os.utime(path, (member.modified, member.modified))
