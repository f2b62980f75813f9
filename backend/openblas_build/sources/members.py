"""What is in an archive, as data, before any of it is written: tar of any compression, and zip."""

from __future__ import annotations

import importlib
import stat
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from typing import IO, BinaryIO, Protocol, cast


class Kind(Enum):
    """What a member is; everything that has no place in a source tree is `OTHER`."""

    FILE = "a file"
    FOLDER = "a folder"
    LINK = "a symbolic link"
    HARD_LINK = "a hard link"
    OTHER = "a device or another special file"


@dataclass(frozen=True)
class Member:
    """One entry of an archive; nothing in it is checked yet.

    `target` is where a link leads. Of the rights only `executable` counts: no set-user-ID bit, no owner.
    """

    name: str
    kind: Kind
    size: int = 0
    executable: bool = False
    modified: float | None = None
    target: str = ""
    entry: tarfile.TarInfo | zipfile.ZipInfo | None = None


class Packed(Protocol):
    """An archive that is open."""

    def members(self) -> Iterator[Member]:
        """Yield the members in their order, to the archive's very end."""

    def content(self, member: Member) -> IO[bytes]:
        """Return the bytes of a member that is a file."""


class NoArchiveError(Exception):
    """It is neither a tar nor a zip archive."""


@contextmanager
def opened(file: BinaryIO) -> Iterator[Packed]:
    """Open an archive by its first bytes, whatever its name.

    Raises:
        NoArchiveError: they are not an archive's.
    """
    form = recognised(file)
    if form == _ZIP:
        with zipfile.ZipFile(file) as packed:
            yield _Zip(packed)
        return
    module = _MODULES.get(form)
    stream = file if module is None else cast("BinaryIO", importlib.import_module(module).open(file))
    with tarfile.open(fileobj=stream, mode="r:", tarinfo=_TarInfo) as tar:
        yield _Tar(tar, stream)


def recognised(file: BinaryIO) -> str:
    """Return the form of an archive: ``zip``, ``gzip`` and so on.

    Raises:
        NoArchiveError: it is none.
    """
    file.seek(0)
    head = file.read(tarfile.BLOCKSIZE)
    file.seek(0)
    if not head:
        msg = "it is empty"
        raise NoArchiveError(msg)
    for form, start in _STARTS:
        if head.startswith(start):
            return form
    try:
        tarfile.TarInfo.frombuf(head, tarfile.ENCODING, "surrogateescape")
    except tarfile.HeaderError as error:
        msg = "it is neither a tar archive, of any compression, nor a zip archive"
        raise NoArchiveError(msg) from error
    return "tar"


_ZIP = "zip"
_STARTS = (
    (_ZIP, b"PK\x03\x04"),
    (_ZIP, b"PK\x05\x06"),
    ("gzip", b"\x1f\x8b"),
    ("bzip2", b"BZh"),
    ("xz", b"\xfd7zXZ\x00"),
    ("lzma", b"\x5d\x00\x00"),
)
_MODULES = {"gzip": "gzip", "bzip2": "bz2", "xz": "lzma", "lzma": "lzma"}

# The headers that hold a long name are read whole; a name is not as long as this.
_LONG_HEADERS = (
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
    *(tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE),
)
_LONGEST_HEADER = 1 << 20
# What fills a tar up behind its end, in MiB.
_PADDING = 16


class _TarInfo(tarfile.TarInfo):
    """A header that has to be sound: tarfile takes a damaged one, or none, for the archive's end."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> _TarInfo:
        try:
            info = super().frombuf(buf, encoding, errors)
        except tarfile.HeaderError as error:
            if len(buf) == tarfile.BLOCKSIZE and not any(buf):
                raise  # this is how an archive ends
            msg = "it ends before its end" if len(buf) < tarfile.BLOCKSIZE else str(error)
            raise tarfile.ReadError(msg) from error
        if info.type in _LONG_HEADERS and info.size > _LONGEST_HEADER:
            msg = f"a header of {info.size:,} bytes"
            raise tarfile.ReadError(msg)
        return info


class _Tar:
    def __init__(self, tar: tarfile.TarFile, stream: BinaryIO) -> None:
        self._tar, self._stream = tar, stream

    def members(self) -> Iterator[Member]:
        for info in self._tar:
            yield Member(
                name=info.name,
                kind=_tar_kind(info),
                size=info.size if info.isfile() else 0,
                executable=bool(info.mode & stat.S_IXUSR),
                modified=float(info.mtime),
                target=info.linkname,
                entry=info,
            )
        # What compressed it has a checksum behind the last member.
        for _ in range(_PADDING):
            if not self._stream.read(1 << 20):
                return
        msg = f"more than {_PADDING} MiB after its end"
        raise tarfile.ReadError(msg)

    def content(self, member: Member) -> IO[bytes]:
        stream = self._tar.extractfile(cast("tarfile.TarInfo", member.entry))
        assert stream is not None
        return stream


def _tar_kind(info: tarfile.TarInfo) -> Kind:
    kinds = (
        (info.isfile(), Kind.FILE),
        (info.isdir(), Kind.FOLDER),
        (info.issym(), Kind.LINK),
        (info.islnk(), Kind.HARD_LINK),
    )
    return next((kind for applies, kind in kinds if applies), Kind.OTHER)


class _Zip:
    def __init__(self, packed: zipfile.ZipFile) -> None:
        self._packed = packed

    def members(self) -> Iterator[Member]:
        for info in self._packed.infolist():
            mode = info.external_attr >> 16
            yield Member(
                name=info.filename,
                kind=_zip_kind(info, stat.S_IFMT(mode)),
                size=info.file_size,
                executable=bool(mode & stat.S_IXUSR),
                entry=info,
            )

    def content(self, member: Member) -> IO[bytes]:
        return self._packed.open(cast("zipfile.ZipInfo", member.entry))


def _zip_kind(info: zipfile.ZipInfo, format_: int) -> Kind:
    # A link in a zip archive is a file with a mark; few programs make one, and no source archive has one.
    if format_ not in (0, stat.S_IFREG, stat.S_IFDIR):
        return Kind.OTHER
    return Kind.FOLDER if info.is_dir() else Kind.FILE
