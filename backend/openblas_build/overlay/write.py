"""Write a changed tree to the build folder, only where it differs from what is there."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection, Iterator
from pathlib import Path

from .draft import encoded
from .plan import Plan
from .report import record
from .tables import TABLES_FILE, tables

# What was changed, for whoever makes a wheel of what is built of the tree.
RECORD_FILE = "openblas-overlay.json"

# What is no source: histories, which are large.
_NOT_COPIED = frozenset({".git"})

# Of a folder, whatever its path: device and inode.
Identity = tuple[int, int]


def write(plan: Plan, target: Path) -> None:
    """Make `target` the tree that `plan` describes.

    Files that are the same keep their time, so that a build tool does again only what has changed. A file that is new
    or different gets the time of now: the original's would look older than what was compiled of another text.
    """
    changed = {path: encoded(text) for path, text in plan.draft.changed.items()}
    changed[TABLES_FILE] = encoded(tables(plan.applied, plan.draft))
    changed[RECORD_FILE] = encoded(json.dumps(record(plan), indent=2) + "\n")
    fresh = not target.exists()
    wanted = set(changed)
    # The build folder may be in the tree, and is no part of it.
    for path, entry in _files(plan.draft.base, "", {_identity(target.parent)} if target.parent.exists() else set()):
        if path in changed:
            continue
        wanted.add(path)
        if fresh:
            _copy_new(entry, target / path)
        else:
            _renew(entry, target / path)
    for path, data in changed.items():
        _put(target / path, data)
    _remove_others(target, wanted)


def _files(folder: Path, prefix: str, without: Collection[Identity] = ()) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield the files below a folder, with their paths in it: not those of some folders, or of links in a circle."""
    inside = {*without, _identity(folder)}
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                if entry.name not in _NOT_COPIED and _identity(entry) not in inside:
                    yield from _files(Path(entry.path), f"{prefix}{entry.name}/", inside)
            elif entry.is_file():
                yield prefix + entry.name, entry


def _identity(folder: os.PathLike[str]) -> Identity:
    status = os.stat(folder)  # noqa: PTH116 - an entry of a folder has no Path
    return status.st_dev, status.st_ino


def _copy_new(entry: os.DirEntry[str], target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(entry.path, target)


def _renew(entry: os.DirEntry[str], target: Path) -> None:
    there, here = entry.stat(), target.stat() if target.exists() else None
    if here is None or (here.st_size, here.st_mtime_ns) != (there.st_size, there.st_mtime_ns):
        _put(target, Path(entry.path).read_bytes())


def _put(target: Path, data: bytes) -> None:
    if target.is_file() and target.read_bytes() == data:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        part.write_bytes(data)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _remove_others(target: Path, wanted: set[str]) -> None:
    for path, entry in list(_files(target, "")):
        if path not in wanted:
            Path(entry.path).unlink()
