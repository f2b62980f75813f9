"""Make a tree of archives, which appears whole or not at all, with a record of what it was made of."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Callable

from ..errors import SourceError
from .checksum import copy_verified, sha256_of
from .digest import LIST_FILE, compare, listing, read_list
from .lock import LAPACK, OPENBLAS, PROJECTS, Archive, Lock
from .tree import COMPOSED, GIVEN, LAPACK_FOLDER, PROVENANCE_FILE, Tree, is_openblas
from .unpack import check_is_archive, unpack
from .workshop import work_folder

# What is left out of OpenBLAS's archive: its changed LAPACK, and a library that no build here uses.
# Debian's archive is without both.
_LEFT_OUT = (LAPACK_FOLDER, "relapack")


def compose(lock: Lock, archives: Mapping[Archive, Path], folder: Path) -> Tree:
    """Make the lock's tree in `folder` (``openblas_src``) of verified archives, one for each part.

    Raises:
        SourceError: an archive is not safe to unpack, does not hold what it should,
            or the tree is not the one that the lock names.
    """
    target = folder / lock.tree_name
    expected = read_list(folder / LIST_FILE, lock.digest)
    with _composed(archives, folder) as root:
        differences = compare(root, expected)
        if differences:
            names = " and ".join(archive.name for archive in archives)
            msg = (
                f"{names} do not make the tree that the lock names\n{differences}\n"
                "the lock and tree.sha256 do not fit these archives; after a change of the lock,\n"
                "run 'python backend source --lock'"
            )
            raise SourceError(msg)
        _record(root, {"kind": COMPOSED, "tree": lock.digest, "archives": [_entry(archive) for archive in archives]})
        _move(root, target)
    return checked(lock, folder)


def checked(lock: Lock, folder: Path) -> Tree:
    """Return the lock's tree that is in `folder`, after a look at each of its files that counts.

    Raises:
        SourceError: it is not the tree that the lock names.
    """
    path = folder / lock.tree_name
    differences = compare(path, read_list(folder / LIST_FILE, lock.digest))
    if differences:
        msg = (
            f"{path} is not the tree that the lock names\n{differences}\n"
            "remove that folder, and it is made anew; or move it elsewhere, if it is a tree of your own,\n"
            "and give it with -C openblas.source=FOLDER"
        )
        raise SourceError(msg)
    return Tree.open(path, lock)


def listing_of(archives: Mapping[Archive, Path], folder: Path) -> str:
    """Return the list of files of the tree that these archives make; `folder` is where to work, and stays as it is.

    Raises:
        SourceError: an archive is not safe to unpack, or does not hold what it should.
    """
    with _composed(archives, folder) as root:
        Tree.open(root)
        return listing(root)


def unpack_given(archive: Path, folder: Path) -> Tree:
    """Return the tree in the user's own `archive`, unpacked into `folder` if it is not there yet.

    Raises:
        SourceError: it is not safe to unpack, or holds no usable tree.
    """
    check_is_archive(archive)
    checksum = sha256_of(archive)
    target = folder / f"{GIVEN}-{checksum[:16]}"
    if not is_openblas(target):
        with work_folder(folder) as work:
            root = _unpacked(archive, work / OPENBLAS, is_openblas)
            entry = {"role": OPENBLAS, "name": archive.name, "sha256": checksum}
            _record(root, {"kind": GIVEN, "archives": [entry]})
            Tree.open(root, called=archive)
            if os.path.lexists(target):
                _remove(target)  # half a tree of an earlier build, under a name of ours
            _move(root, target)
    return Tree.open(target)


@contextmanager
def _composed(archives: Mapping[Archive, Path], folder: Path) -> Iterator[Path]:
    """Give the tree that these archives make, in a folder that goes away."""
    with work_folder(folder) as work:
        # Copies of our own: nobody can change a file between the look at its checksum and the unpacking.
        files = {each.role: copy_verified(path, work / each.name, each) for each, path in archives.items()}
        root = _unpacked(files[OPENBLAS], work / OPENBLAS, is_openblas)
        for name in _LEFT_OUT:
            _remove(root / name)
        lapack = _unpacked(files[LAPACK], work / LAPACK, lambda path: (path / "SRC").is_dir())
        lapack.rename(root / LAPACK_FOLDER)
        yield root


def _unpacked(archive: Path, folder: Path, wanted: Callable[[Path], bool]) -> Path:
    unpack(archive, folder)
    inside = [folder, *sorted(path for path in folder.iterdir() if path.is_dir())]
    found = [path for path in inside if wanted(path)]
    if not found:
        msg = f"{archive} does not hold the sources of {PROJECTS[folder.name]}"
        raise SourceError(msg)
    _check_links(archive, found[0])
    return found[0]


def _check_links(archive: Path, root: Path) -> None:
    """Links stayed inside the archive; they have to stay inside the tree in it too, which is moved elsewhere."""
    top = os.path.realpath(root)
    for place, folders, names in os.walk(root):
        for link in (Path(place, name) for name in [*folders, *names]):
            if link.is_symlink() and os.path.commonpath([top, os.path.realpath(link)]) != top:
                inside, target = link.relative_to(root), os.readlink(link)  # noqa: PTH115 - as it is written
                msg = f"cannot unpack {archive}: it has a link that leads outside of the tree: {inside} -> {target}"
                raise SourceError(msg)


def _remove(path: Path) -> None:
    """Remove a folder, or whatever has its name."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _entry(archive: Archive) -> dict[str, str]:
    return {"role": archive.role, "name": archive.name, "sha256": archive.sha256}


def _record(root: Path, record: Mapping[str, object]) -> None:
    (root / PROVENANCE_FILE).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


def _move(root: Path, target: Path) -> None:
    try:
        root.replace(target)
    except OSError as error:
        # Another build was faster; its tree is as good as ours.
        if not is_openblas(target):
            msg = f"cannot put the tree at {target}: {error.strerror}; remove what is there"
            raise SourceError(msg) from error
