"""Downloads over HTTP: resumed where the server can, restarted where it can't, and never more than the lock says."""

from __future__ import annotations

import http.client
import re
import socket
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..console import say
from ..errors import ChecksumError, UnreachableError
from .lock import Archive
from .pace import PATIENCE, Patience, TooSlowError
from .partial import PartialFile
from .wire import SCHEMES, opener, short

_TRIES = 4
_BLOCK = 1 << 16
_REPORT_EVERY = 3.0  # seconds


class _InterruptedError(Exception):
    """The connection broke in the middle; the rest can be asked for."""


def download(archive: Archive, path: Path, patience: Patience = PATIENCE) -> None:
    """Download `archive` to `path`, going on from what is there.

    Raises:
        UnreachableError: the server cannot be reached, does not have the file, or is too slow.
        ChecksumError: it has a file of another size.
        SourceError: the file cannot be written.
    """
    url = archive.url
    if url is None or urlsplit(url).scheme not in SCHEMES:
        msg = f"the lock has no address of the web for {archive.name}: {url}"
        raise UnreachableError(msg)
    with PartialFile(path, archive) as part:
        for attempt in range(1, _TRIES + 1):
            before = part.count
            try:
                if part.left:
                    _fetch(archive, url, part, patience)
            except _InterruptedError as error:
                # Where nothing came, or had to be thrown away, once more is enough.
                if attempt == _TRIES or (attempt > 1 and part.count <= before):
                    times = "once" if attempt == 1 else f"{attempt} times"
                    msg = f"{url} was tried {times}, and the connection broke: {error}"
                    raise UnreachableError(msg) from error
                say(f"{archive.name}: {error}; going on from there")
                time.sleep(attempt - 1)
            except ChecksumError:
                part.restart()
                raise
            else:
                return


def _fetch(archive: Archive, url: str, part: PartialFile, patience: Patience) -> None:
    request = urllib.request.Request(url, headers={"Range": f"bytes={part.count}-"} if part.count else {})
    try:
        with opener(patience).open(request, timeout=patience.connect) as answer:
            _continue_or_restart(answer, part)
            announced = _announced(answer)
            _check_announced(archive, url, part, announced)
            _copy(archive, url, answer, part, announced)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and part.count:
            # The file there is another one, or ends here: the checksum tells, or start again.
            part.restart()
            msg = "the server does not go on where it stopped"
            raise _InterruptedError(msg) from error
        msg = f"{url} answers {error.code} {short(error.reason)}"
        raise UnreachableError(msg) from error
    except TooSlowError as error:
        msg = f"{url} is too slow: {error}"
        raise UnreachableError(msg) from error
    except urllib.error.URLError as error:
        msg = f"{url} cannot be reached ({short(error.reason)})"
        raise UnreachableError(msg) from error
    except socket.timeout as error:
        msg = f"nothing came for {patience.silence:g} seconds, after {part.count:,} bytes of {archive.size}"
        raise _InterruptedError(msg) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise _InterruptedError(short(error) or type(error).__name__) from error


def _continue_or_restart(answer: Any, part: PartialFile) -> None:
    if answer.status == http.HTTPStatus.PARTIAL_CONTENT:
        place = re.match(r"bytes (\d+)-", answer.headers.get("Content-Range", ""))
        if place is None or int(place[1]) == part.count:
            return
        part.restart()
        msg = f"the server goes on at byte {place[1]}, which nobody asked for"
        raise _InterruptedError(msg)
    # 200 to a range request: the server sends the whole file again.
    part.restart()


def _announced(answer: Any) -> int | None:
    """Return how many bytes the server says it sends; None if it says nothing that can be understood."""
    length: str = answer.headers.get("Content-Length", "")
    return int(length) if re.fullmatch(r"[0-9]{1,18}", length) and answer.length is not None else None


def _check_announced(archive: Archive, url: str, part: PartialFile, announced: int | None) -> None:
    total = part.count + (announced or 0)
    if announced is not None and not archive.size.fits(total):
        msg = f"wrong size of {archive.name}: {url} has {total:,} bytes, and the lock says {archive.size}"
        raise ChecksumError(msg)


def _copy(archive: Archive, url: str, answer: Any, part: PartialFile, announced: int | None) -> None:
    end = part.count + announced if announced is not None else None
    reported = time.monotonic()
    while part.left and (block := answer.read1(min(_BLOCK, part.left))):
        part.write(block)
        if time.monotonic() - reported > _REPORT_EVERY:
            reported = time.monotonic()
            say(f"{archive.name}: {part.count / 1e6:.1f} of {(end or archive.size.most) / 1e6:.1f} MB")
    if not part.left and _sends_more(answer):
        msg = (
            f"wrong size of {archive.name}: {url} sends more than the lock's {archive.size} bytes; it was stopped there"
        )
        raise ChecksumError(msg)
    if not archive.size.fits(part.count) or (end is not None and part.count < end):
        msg = f"the connection ended after {part.count:,} bytes of {archive.size if end is None else f'{end:,}'}"
        raise _InterruptedError(msg)


def _sends_more(answer: Any) -> bool:
    try:
        return bool(answer.read(1))
    except (OSError, http.client.HTTPException, TooSlowError):
        return False  # all is here; how the connection ends is nothing to us
