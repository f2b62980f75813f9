"""Folders to work in, beside the place of the result: they go away, if not by their build, then by the next one."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import SourceError, advice
from ..held import held_if_free

PREFIX = ".assembling-"
_LOCK = "lock"
_TRIES = 20


@contextmanager
def work_folder(folder: Path) -> Iterator[Path]:
    """Give a new folder in `folder`, which goes away; those that killed builds left there go away first.

    Each has a lock in it, which its build holds. Where nobody holds it, the build is dead.

    Raises:
        SourceError: `folder` cannot be written.
    """
    remove_stale(folder)
    for _ in range(_TRIES):
        try:
            path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=folder))
        except OSError as error:
            msg = f"cannot make a folder for the source in {folder}: {error.strerror}"
            raise SourceError("\n".join(filter(None, [msg, advice(error)]))) from error
        try:
            with held_if_free(path / _LOCK) as ours:
                # Another build may take it for a dead one's in the moment before; then a new one is made.
                if ours and path.exists():
                    work = path / "work"
                    work.mkdir()
                    yield work
                    return
        finally:
            shutil.rmtree(path, ignore_errors=True)
    msg = f"cannot lock a folder for the source in {folder}; does its file system have locks?"
    raise SourceError(msg)


def remove_stale(folder: Path) -> None:
    """Remove the work folders of builds that are dead."""
    for path in folder.glob(f"{PREFIX}*"):
        with held_if_free(path / _LOCK) as ours:
            if ours:
                shutil.rmtree(path, ignore_errors=True)
