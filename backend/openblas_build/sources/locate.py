"""Find the source: the user's own tree or archive, or the tree that the lock names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ..console import say
from ..errors import SourceError
from ..settings import Settings
from .archives import Places, find_archives
from .assemble import checked, compose, listing_of, unpack_given
from .cache import Cache
from .digest import LIST_FILE, digest_of, read_list, same_folder
from .lock import LOCK_FILE, Lock
from .tree import GIVEN, LAPACK_FOLDER, Tree, is_openblas, provenance


def locate(settings: Settings, folder: Path, environ: Mapping[str, str]) -> Tree:
    """Return the source tree to build, bringing and unpacking it if need be.

    `folder` is ``openblas_src``: it has the lock, and the trees go there.

    Raises:
        SourceError: there is no way to the source from here, one led to a wrong file,
            or the tree that is there is not the lock's.
    """
    lock = Lock.read(folder / LOCK_FILE)
    if settings.source is not None:
        given = Tree.open(settings.source) if settings.source.is_dir() else unpack_given(settings.source, folder)
        return _with_known_lapack(given, lock, folder)
    if (folder / lock.tree_name).exists():
        return checked(lock, folder)
    own = _own_tree(lock, folder)
    if own is not None:
        return own
    return compose(lock, find_archives(lock, _places(settings, folder, environ)), folder)


def archives_of(tree: Tree, settings: Settings, folder: Path, environ: Mapping[str, str]) -> dict[str, Path]:
    """Return verified archives that `tree` can be made of, by their names.

    Raises:
        SourceError: it is not the lock's tree, or they can't be had any more.
    """
    if tree.lock is None:
        msg = (
            f"{tree.path} is not the tree that the lock names, so a source distribution cannot carry its archives\n"
            "leave openblas.source out, and no tree of your own in openblas_src"
        )
        raise SourceError(msg)
    found = find_archives(tree.lock, _places(settings, folder, environ))
    return {archive.name: path for archive, path in found.items()}


@dataclass(frozen=True)
class Relocked:
    """What the lock has to say of the archives that were found: the tree's digest, and sizes by names of archives."""

    digest: str
    sizes: dict[str, int]

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines for the lock, each of a way with its name behind it."""
        return (f'tree = "{self.digest}"', *(f"size = {size}  # {name}" for name, size in self.sizes.items()))


def relock(settings: Settings, folder: Path, environ: Mapping[str, str]) -> Relocked:
    """Write the list of files of the tree that the lock's archives make, and return what the lock has to say.

    The tree is made anew for this and not kept, so that nobody's changes get into the list.

    Raises:
        SourceError: there is no way to the archives, or one led to a wrong file.
    """
    lock = Lock.read(folder / LOCK_FILE, draft=True)
    found = find_archives(lock, _places(settings, folder, environ))
    text = listing_of(found, folder)
    part = folder / f".{LIST_FILE}.part"
    part.write_bytes(text.encode())
    part.replace(folder / LIST_FILE)
    by_checksum = {archive.sha256: path.stat().st_size for archive, path in found.items()}
    archives = [archive for part in lock.parts for archive in part.archives]
    # The same file can have other names too.
    sizes = {each.name: by_checksum[each.sha256] for each in archives if each.sha256 in by_checksum}
    return Relocked(digest_of(text), sizes)


def carried_folder(folder: Path) -> Path:
    """Return where a source distribution carries its archives."""
    return folder / "archives"


def _places(settings: Settings, folder: Path, environ: Mapping[str, str]) -> Places:
    return Places(settings.archives, carried_folder(folder), Cache.of_user(environ))


def _own_tree(lock: Lock, folder: Path) -> Tree | None:
    """Return the only other tree in `folder`, which somebody put there."""
    own = []
    for path in sorted(folder.iterdir()):
        if path.name == lock.tree_name or path.name.startswith((".", f"{GIVEN}-")) or not is_openblas(path):
            continue
        if provenance(path).get("kind", GIVEN) == GIVEN:
            own.append(path)
        else:
            say(f"{path} was made for another lock and is not used; it can be removed")
    if len(own) > 1:
        msg = (
            f"there is more than one OpenBLAS tree in {folder}: {', '.join(path.name for path in own)}\n"
            "say which with -C openblas.source=PATH, or leave one there"
        )
        raise SourceError(msg)
    if not own:
        return None
    say(f"the source is {own[0]}, a tree of your own, and not the lock's")
    return _with_known_lapack(Tree.open(own[0]), lock, folder)


def _with_known_lapack(tree: Tree, lock: Lock, folder: Path) -> Tree:
    """Return the user's own `tree`, with the lock's word for LAPACK's version if that is the LAPACK in it."""
    if same_folder(tree.path, read_list(folder / LIST_FILE, lock.digest), LAPACK_FOLDER):
        return replace(tree, known_lapack=lock.lapack.version)
    return tree
