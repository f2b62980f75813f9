"""Locks between builds: the operating system's, which end with the process that holds them, however it ends."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from .console import say

QUIET = 3.0  # seconds of waiting without a word


@contextmanager
def held(path: Path, owner: str) -> Iterator[None]:
    """Hold the lock file `path`; after some seconds of waiting say that `owner` is waited for.

    Raises:
        OSError: the lock file cannot be written.
    """
    make_way(path)
    lock = FileLock(path)
    try:
        lock.acquire(timeout=QUIET)
    except Timeout:
        say(f"waiting for {owner}; it holds {path}")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


@contextmanager
def held_if_free(path: Path) -> Iterator[bool]:
    """Hold the lock file `path` if nobody else does, and tell whether."""
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except OSError:  # a timeout is one too
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


def make_way(path: Path) -> None:
    """Remove what is no file from the place of a file of ours: a link would have another file written.

    Raises:
        OSError: it cannot be removed; a folder is not.
    """
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISREG(mode):
        path.unlink()
