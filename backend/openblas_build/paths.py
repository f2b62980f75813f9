"""Paths that the user gives: looked at when they are read, so that a wrong one costs no time."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import NoReturn

from .files import kind, reason

_SOURCE = "a folder or an archive that exists and can be read"
_FOLDER = "a folder that exists and can be read"


def source(text: str) -> Path:
    """Return the path of a tree or of an archive.

    Raises:
        ValueError: it is neither; the text says what is accepted and what it is.
    """
    path, status = _looked_at(text, _SOURCE)
    if stat.S_ISREG(status.st_mode):
        if not status.st_size:
            _refuse(_SOURCE, "this file is empty")
        if not os.access(path, os.R_OK):
            _refuse(_SOURCE, "this file may not be read")
        return path
    return _readable_folder(path, status, _SOURCE)


def folder(text: str) -> Path:
    """Return the path of a folder.

    Raises:
        ValueError: it is none; the text says what is accepted and what it is.
    """
    return _readable_folder(*_looked_at(text, _FOLDER), _FOLDER)


def _looked_at(text: str, accepted: str) -> tuple[Path, os.stat_result]:
    if not text.strip():
        _refuse(accepted, "this is empty; leave it out to do without")
    try:
        path = Path(text).expanduser().absolute()
    except RuntimeError:
        _refuse(accepted, f"there is no home folder of {text.split('/', 1)[0]}")
    try:
        return path, path.stat()
    except OSError as error:
        _refuse(accepted, f"this one: {reason(path, error)}")
    except ValueError:
        _refuse(accepted, "no path has the byte 0 in it")


def _readable_folder(path: Path, status: os.stat_result, accepted: str) -> Path:
    if not stat.S_ISDIR(status.st_mode):
        _refuse(accepted, f"this is {kind(status.st_mode)}")
    if not os.access(path, os.R_OK | os.X_OK):
        _refuse(accepted, "this folder may not be read")
    return path


def _refuse(accepted: str, found: str) -> NoReturn:
    msg = f"{accepted}; {found}"
    raise ValueError(msg)
