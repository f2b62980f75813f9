"""Unpack an archive into a folder, and nowhere else."""

from __future__ import annotations

import posixpath
import shutil
import stat
import tarfile
import zipfile
from pathlib import Path, PurePosixPath

from ..errors import SourceError


def unpack(archive: Path, folder: Path) -> None:
    """Unpack a tar (of any compression) or zip archive into the new folder `folder`.

    Raises:
        SourceError: it is no archive, or has a member that would land or lead outside
            of `folder`, or is neither a file, a folder nor a link; nothing is left behind.
    """
    folder.mkdir(parents=True)
    try:
        if zipfile.is_zipfile(archive):
            _unpack_zip(archive, folder)
        else:
            _unpack_tar(archive, folder)
    except (tarfile.TarError, zipfile.BadZipFile, EOFError, OSError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        msg = f"cannot unpack {archive}: {error}"
        raise SourceError(msg) from error
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _unpack_tar(archive: Path, folder: Path) -> None:
    with tarfile.open(archive) as tar:
        members = tar.getmembers()
        links: set[str] = set()
        for member in members:
            _check_name(archive, member.name, links)
            if member.issym() or member.islnk():
                _check_link(archive, member)
                links.add(posixpath.normpath(member.name))
            elif not (member.isfile() or member.isdir()):
                msg = f"{archive} has a device or another special file: {member.name}"
                raise SourceError(msg)
            # Who packed it, and with which rights, is nothing to us.
            member.mode = 0o755 if member.isdir() or member.mode & stat.S_IXUSR else 0o644
            member.uid = member.gid = 0
            member.uname = member.gname = ""
        # The standard filter once more, on Pythons that have it (3.9.17, 3.10.12, 3.11.4).
        extra = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        tar.extractall(folder, members, **extra)  # type: ignore[arg-type]  # noqa: S202 - every member was checked


def _unpack_zip(archive: Path, folder: Path) -> None:
    with zipfile.ZipFile(archive) as packed:
        for info in packed.infolist():
            _check_name(archive, info.filename, set())
            kind = stat.S_IFMT(info.external_attr >> 16)
            if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
                msg = f"{archive} has a link or a special file: {info.filename}"
                raise SourceError(msg)
        packed.extractall(folder)  # noqa: S202 - every name was checked


def _check_name(archive: Path, name: str, links: set[str]) -> None:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or not name:
        msg = f"{archive} has a member that leads outside of its folder: {name!r}"
        raise SourceError(msg)
    # A file below a link would be written to wherever the link points.
    through = next((str(up) for up in path.parents if str(up) in links), None)
    if through is not None:
        msg = f"{archive} has a member below the link {through}: {name!r}"
        raise SourceError(msg)


def _check_link(archive: Path, member: tarfile.TarInfo) -> None:
    # A symbolic link counts from its own folder, a hard link from the archive's top.
    base = posixpath.dirname(member.name) if member.issym() else ""
    target = posixpath.normpath(posixpath.join(base, member.linkname))
    if posixpath.isabs(member.linkname) or target == ".." or target.startswith("../"):
        msg = f"{archive} has a link that leads outside of its folder: {member.name} -> {member.linkname}"
        raise SourceError(msg)
