"""Downloads over HTTP: resumed where the server can, restarted where it can't."""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO

from ..console import say
from ..errors import UnreachableError
from .lock import Archive

_TIMEOUT = 30  # seconds without a byte
_TRIES = 4
_BLOCK = 1 << 16
_REPORT_EVERY = 3.0  # seconds


class _InterruptedError(Exception):
    """The connection broke in the middle; the rest can be asked for."""


def download(archive: Archive, path: Path) -> None:
    """Download `archive` to `path`, going on from what is there.

    Raises:
        UnreachableError: the server cannot be reached or does not have the file.
    """
    if archive.url is None:
        msg = f"the lock has no address for {archive.name}"
        raise UnreachableError(msg)
    for attempt in range(1, _TRIES + 1):
        try:
            _fetch(archive.url, path)
        except _InterruptedError as error:
            if attempt == _TRIES:
                msg = f"{archive.name}: the connection broke {_TRIES} times ({error})"
                raise UnreachableError(msg) from error
            say(f"{archive.name}: {error}; going on from there")
            time.sleep(attempt - 1)
        else:
            return


def _fetch(url: str, path: Path) -> None:
    have = path.stat().st_size if path.exists() else 0
    request = urllib.request.Request(url, headers={"Range": f"bytes={have}-"} if have else {})
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:
            # 200 to a range request: the server sends the whole file again.
            resumed = answer.status == http.HTTPStatus.PARTIAL_CONTENT
            start = have if resumed else 0
            length = answer.headers.get("Content-Length")
            total = start + int(length) if length else None
            with path.open("ab" if resumed else "wb") as file:
                _copy(answer, file, start, total, path.name)
    except urllib.error.HTTPError as error:
        if error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and have:
            # Nothing is left to send, or the file is another one: the checksum tells, or start again.
            path.unlink()
            msg = "the server does not go on where it stopped"
            raise _InterruptedError(msg) from error
        msg = f"{url} answers {error.code} {error.reason}"
        raise UnreachableError(msg) from error
    except urllib.error.URLError as error:
        msg = f"{url} cannot be reached ({error.reason})"
        raise UnreachableError(msg) from error
    except (OSError, http.client.HTTPException) as error:
        raise _InterruptedError(str(error) or type(error).__name__) from error


def _copy(answer: IO[bytes], file: IO[bytes], done: int, total: int | None, name: str) -> None:
    reported = time.monotonic()
    while block := answer.read(_BLOCK):
        file.write(block)
        done += len(block)
        if time.monotonic() - reported > _REPORT_EVERY:
            reported = time.monotonic()
            of = f" of {total / 1e6:.1f}" if total else ""
            say(f"{name}: {done / 1e6:.1f}{of} MB")
    if total is not None and done < total:
        msg = f"the connection ended after {done} of {total} bytes"
        raise _InterruptedError(msg)
