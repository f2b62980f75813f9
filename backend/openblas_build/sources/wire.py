"""HTTP connections that are given up in time: limits on connecting and on silence, a least rate from the first byte."""

from __future__ import annotations

import functools
import http.client
import io
import socket
import urllib.request
from typing import Any, cast
from urllib.parse import urlsplit

from ..errors import UnreachableError
from .pace import Pace, Patience

SCHEMES = ("http", "https")


def opener(patience: Patience) -> urllib.request.OpenerDirector:
    """Return what opens addresses of the web and no others, through the proxy that the environment names."""
    made = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        _Plain(patience),
        _Secure(patience),
        _Redirects(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
    ):
        made.add_handler(handler)
    return made


class _PacedSocket(io.RawIOBase):
    """What a server sends, head and body, held against the least rate."""

    def __init__(self, raw: socket.SocketIO, pace: Pace) -> None:
        super().__init__()
        self._raw, self._pace = raw, pace

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count = self._raw.readinto(buffer) or 0
        self._pace.came(count)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _PacedResponse(http.client.HTTPResponse):
    def __init__(self, patience: Patience, sock: socket.socket, *arguments: Any, **options: Any) -> None:
        super().__init__(sock, *arguments, **options)
        raw = cast("socket.SocketIO", self.fp.detach())
        self.fp = io.BufferedReader(_PacedSocket(raw, Pace(patience)))


class _Connection(http.client.HTTPConnection):
    def __init__(self, patience: Patience, host: str, **options: Any) -> None:
        super().__init__(host, **{**options, "timeout": patience.connect})
        self._patience = patience
        self.response_class = functools.partial(_PacedResponse, patience)  # type: ignore[assignment]

    def connect(self) -> None:
        super().connect()
        self.sock.settimeout(self._patience.silence)


class _SecureConnection(_Connection, http.client.HTTPSConnection):
    """The same with TLS: the handshake is part of connecting."""


class _Plain(urllib.request.HTTPHandler):
    def __init__(self, patience: Patience) -> None:
        super().__init__()
        self._patience = patience

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(functools.partial(_Connection, self._patience), req)


class _Secure(urllib.request.HTTPSHandler):
    def __init__(self, patience: Patience) -> None:
        super().__init__()
        self._patience = patience

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(functools.partial(_SecureConnection, self._patience), req)


class _Redirects(urllib.request.HTTPRedirectHandler):
    def http_error_302(self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any) -> Any:
        target = str(headers.get("Location", headers.get("URI", "")))
        scheme = urlsplit(target).scheme
        if scheme and scheme not in SCHEMES:
            fp.close()
            refused = f"{req.full_url} leads on to {short(target)}; only http and https are followed"
            raise UnreachableError(refused)
        return super().http_error_302(req, fp, code, msg, headers)

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302


def short(text: object) -> str:
    """Return what a server said fit for a line to the user: printable, and not long."""
    shown = "".join(each if each.isprintable() else "?" for each in str(text))
    return shown if len(shown) <= _SHOWN else shown[:_SHOWN] + " ..."


_SHOWN = 200
