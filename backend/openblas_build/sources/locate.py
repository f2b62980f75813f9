"""Find the source: the user's own, a tree that is there already, or the ways of the lock in order."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from ..console import say
from ..errors import SourceError, UnreachableError
from ..settings import Settings
from .apt import debian_archive
from .assemble import assemble, build_tree, made_with
from .cache import Cache, Transport, sha256_of, verify
from .http import download
from .lock import LOCK_FILE, Archive, Lock, LockedSource
from .tree import Tree, is_openblas


def locate(settings: Settings, folder: Path, environ: Mapping[str, str]) -> Tree:
    """Return the source tree to build, bringing and unpacking it if need be.

    `folder` is ``openblas_src``: it has the lock, and the trees go there.

    Raises:
        SourceError: there is no way to the source from here, or one led to a wrong file.
    """
    lock = Lock.read(folder / LOCK_FILE)
    if settings.source is not None:
        return _given(settings.source, folder)
    present = _present(lock, folder)
    if present is not None:
        return present
    return _brought(lock, folder, Cache.of_user(environ))


def archives_of(tree: Tree, folder: Path, environ: Mapping[str, str]) -> dict[str, Path]:
    """Return the verified archives that `tree` was made of, by their names.

    Raises:
        SourceError: it was made of something else than the lock names, or they can't be had any more.
    """
    for source in Lock.read(folder / LOCK_FILE).sources:
        if _checksums(tree) == [archive.sha256 for archive in source.archives]:
            archives = _carried(source, folder) or _archives(source, Cache.of_user(environ))
            return {archive.name: path for archive, path in archives.items()}
    msg = (
        f"{tree.path} was not made of archives that the lock names, so a source distribution cannot carry them\n"
        "leave openblas.source out, and no tree of your own in openblas_src"
    )
    raise SourceError(msg)


def carried_folder(folder: Path) -> Path:
    """Return where a source distribution carries its archives."""
    return folder / "archives"


def _given(path: Path, folder: Path) -> Tree:
    if path.is_dir():
        return Tree.open(path)
    checksum = sha256_of(path)
    target = folder / f"given-{checksum[:16]}"
    if is_openblas(target):
        return Tree.open(target)
    say(f"unpacking {path}")
    record: dict[str, object] = {
        "kind": "given",
        "archives": [{"role": "openblas", "name": path.name, "sha256": checksum}],
    }
    return build_tree(path, None, record, target)


def _present(lock: Lock, folder: Path) -> Tree | None:
    """Return the tree in `folder`: one of the lock's, or the only one that somebody put there."""
    for source in lock.sources:
        path = folder / _tree_name(source)
        if is_openblas(path):
            tree = Tree.open(path)
            if _checksums(tree) == [archive.sha256 for archive in source.archives]:
                if made_with(tree, source.corrections):
                    return tree
                say(f"{path.name} was made with other corrections than the lock has, and is made anew")
                shutil.rmtree(path)
                continue
            msg = f"{path} was made from other archives than the lock names; remove it, and it will be made anew"
            raise SourceError(msg)
    own = {_tree_name(source) for source in lock.sources}
    others = [
        path
        for path in sorted(folder.iterdir())
        if path.name not in own and not path.name.startswith((".", "given-")) and is_openblas(path)
    ]
    if len(others) > 1:
        msg = (
            f"there is more than one OpenBLAS tree in {folder}: {', '.join(path.name for path in others)}\n"
            "say which with -C openblas.source=PATH, or leave one there"
        )
        raise SourceError(msg)
    return Tree.open(others[0]) if others else None


def _brought(lock: Lock, folder: Path, cache: Cache) -> Tree:
    tried: list[str] = []
    for source in lock.sources:
        carried = _carried(source, folder)
        if carried:
            say(f"the source is {source.title}, carried along")
            return assemble(source, carried, folder / _tree_name(source))
    for source in lock.sources:
        target = folder / _tree_name(source)
        try:
            archives = _archives(source, cache)
        except UnreachableError as error:
            tried.append(f"{source.title}: {error}")
            say(f"passing over {tried[-1]}")
            continue
        say(f"the source is {source.title}")
        return assemble(source, archives, target)
    release = lock.sources[0].archives[0]
    msg = "\n".join(
        [
            "no way to the OpenBLAS source from here",
            *tried,
            f"bring {release.url or release.name} here by other means,",
            "and give it with -C openblas.source=FILE",
        ]
    )
    raise SourceError(msg)


def _carried(source: LockedSource, folder: Path) -> dict[Archive, Path]:
    """Return the archives of `source` that came with this source distribution, verified; none if one is missing."""
    paths = {archive: carried_folder(folder) / archive.name for archive in source.archives}
    if not all(path.exists() for path in paths.values()):
        return {}
    for archive, path in paths.items():
        verify(path, archive.name, archive.sha256)
    return paths


def _archives(source: LockedSource, cache: Cache) -> dict[Archive, Path]:
    with ExitStack() as stack:
        transport: Transport = download
        if source.kind == "debian" and not all(cache.has(archive) for archive in source.archives):
            transport = stack.enter_context(debian_archive(source)).download
        return {archive: cache.get(archive, transport) for archive in source.archives}


def _tree_name(source: LockedSource) -> str:
    return f"OpenBLAS-{source.version}" + (f"-{source.suite}" if source.suite else "")


def _checksums(tree: Tree) -> list[str]:
    return [str(archive.get("sha256")) for archive in tree.provenance.get("archives", [])]
