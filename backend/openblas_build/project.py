"""The project's own folders: where its lock is, where trees, licences and wheels go."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from . import overlay
from .console import say
from .errors import ToolError
from .naming import ILP64
from .settings import Settings
from .sources import Relocked, Tree, archives_of, carried_folder, locate, relock
from .sources.lock import LOCK_FILE, Lock
from .targets import Row, own_row
from .targets.c_libraries import C_LIBRARIES

# The published wheels, scipy-openblas64 and scipy-openblas32 on PyPI. Names and results are held against that of the
# lock's OpenBLAS release, speed and size against the newest, which is some commits ahead of a release.
PUBLISHED = "0.3.34.0.0"
NEWEST_PUBLISHED = "0.3.34.481.3"


def source_folder(root: Path) -> Path:
    """Return the folder of the lock and of the unpacked trees."""
    return root / "openblas_src"


def locate_tree(root: Path, settings: Settings) -> Tree:
    """Return the OpenBLAS tree that these settings mean, brought here if need be."""
    return locate(settings, source_folder(root), os.environ)


def write_tree_list(root: Path, settings: Settings) -> Relocked:
    """Write the list of files that the lock's tree has to have, and return what the lock has to say."""
    return relock(settings, source_folder(root), os.environ)


def wheel_version(root: Path, tree: Tree) -> str:
    """Return the version of a wheel of `tree`."""
    return tree.wheel_version(Lock.read(source_folder(root) / LOCK_FILE).build_number)


def plan_changes(root: Path, tree: Tree, row: Row, compiler: str, mode: str) -> overlay.Plan:
    """Return what this project changes in `tree`, built for a platform by `compiler`; `mode` is openblas.kernels'.

    Raises:
        OverlayError: a change that has to be made does not fit the tree.
    """
    return overlay.plan(read_overlay(root), tree.path, situation(tree, row, compiler), mode)


def write_tree(changes: overlay.Plan, target: Path) -> None:
    """Make `target` the tree with these changes, and say what they are."""
    for line in overlay.news(changes):
        say(line)
    overlay.write(changes, target)


def read_overlay(root: Path) -> overlay.Manifest:
    """Return this project's changes to OpenBLAS and LAPACK."""
    return overlay.Manifest.read(root / "overlay")


def situation(tree: Tree, row: Row, compiler: str) -> overlay.Situation:
    """Return what decides which changes are made, besides the tree's text."""
    return overlay.Situation(tree.version, row.machine, compiler, locked=tree.locked, system=row.system)


def newest_wheel(root: Path, package: str = "scipy_openblas64", row: Row | None = None) -> Path:
    """Return the newest wheel of `package` in dist/ for a platform, this machine's if it is not given.

    Raises:
        ToolError: there is none.
    """
    row = row or own_row()
    tags = C_LIBRARIES[row.c_library].tag_pattern(row.machine)
    found = (root / "dist").glob(f"{package}-*-{tags}.whl")
    wheels = sorted(found, key=lambda path: path.stat().st_mtime)
    if not wheels and row != own_row():
        interface = "" if package == ILP64.package else " SCIPY_OPENBLAS_INTERFACE=lp64"
        msg = f"there is no wheel of {package} for {row.tag}; make one with 'make wheel PLATFORM={row.tag}{interface}'"
        raise ToolError(msg)
    if not wheels:
        msg = f"there is no wheel of {package} in {root / 'dist'}; make one with 'make wheel' or 'make wheel-lp64'"
        raise ToolError(msg)
    return wheels[-1]


def collect_archives(root: Path, tree: Tree, settings: Settings) -> None:
    """Put archives that `tree` can be made of where the source distribution takes them from.

    Raises:
        SourceError: it is not the lock's tree, or they can't be had any more.
    """
    folder = carried_folder(source_folder(root))
    # They may be there already, where an earlier source distribution left them.
    archives = archives_of(tree, settings, source_folder(root), os.environ)
    folder.mkdir(exist_ok=True)
    for stale in folder.iterdir():
        if stale.name not in archives:
            stale.unlink()
    for name, path in archives.items():
        if path != folder / name:
            part = folder / f"{name}.{os.getpid()}"
            shutil.copyfile(path, part)
            part.replace(folder / name)


@contextmanager
def licenses(root: Path, tree: Tree, *, keep: bool = True) -> Iterator[None]:
    """Put the licences of the sources where ``project.license-files`` takes them from.

    They stay if nothing fails and they are to be kept; else the former ones come back.
    """
    folder = source_folder(root) / "licenses"
    before = {path.name: path.read_bytes() for path in folder.glob("*.txt")} if folder.is_dir() else {}
    _write_files(folder, {f"{name}.txt": path.read_bytes() for name, path in tree.licenses.items()})
    done = False
    try:
        yield
        done = True
    finally:
        if not (done and keep):
            _write_files(folder, before)


def _write_files(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Make a folder have these files and no others of their kind."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.txt"):
        if path.name not in contents:
            path.unlink()
    for name, data in contents.items():
        target = folder / name
        if not target.exists() or target.read_bytes() != data:
            part = target.with_suffix(f".{os.getpid()}")
            part.write_bytes(data)
            part.replace(target)
