"""A server of a few files, with the faults of real ones."""

from __future__ import annotations

import hashlib
import socket
import threading
from collections.abc import Iterable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Callable

from openblas_build.sources.lock import Archive, Size


class Server:
    """Serves `content` as file.tar.gz, and `files` by their names; `requests` are the ranges asked for."""

    def __init__(self) -> None:
        self.content = b""
        self.files: dict[str, bytes] = {}
        self.break_after: int | None = None
        self.ranges = True
        self.requests: list[str | None] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                wanted = self.headers.get("Range")
                outer.requests.append(wanted)
                content = {"file.tar.gz": outer.content, **outer.files}.get(self.path[1:])
                if content is None:
                    self.send_error(404)
                    return
                start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and outer.ranges else 0
                if start >= len(content) > 0:
                    self.send_error(416)
                    return
                rest = content[start:]
                self.send_response(206 if start else 200)
                self.send_header("Content-Length", str(len(rest)))
                self.end_headers()
                if outer.break_after is not None:
                    rest, outer.break_after = rest[: outer.break_after], None
                self.wfile.write(rest)

            def log_message(self, *_: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,))
        self._thread.start()

    def close(self) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def archive(self) -> Archive:
        sha256 = hashlib.sha256(self.content).hexdigest()
        return Archive("openblas", "file.tar.gz", sha256, Size(len(self.content)), url=f"{self.url}/file.tar.gz")


class Script:
    """Answers every request with these pieces, until the client has enough; `sent` counts bytes."""

    def __init__(self, pieces: Callable[[], Iterable[bytes]], pause: float = 0) -> None:
        self.sent = 0
        self.requests = 0
        self._pieces, self._pause, self._ended = pieces, pause, threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}/file.tar.gz"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            client, _ = self._listening.accept()
            with client:
                if self._ended.is_set():
                    return
                self.requests += 1
                with suppress(OSError):
                    client.recv(1 << 16)
                    for piece in self._pieces():
                        client.sendall(piece)
                        self.sent += len(piece)
                        if self._ended.wait(self._pause):
                            return

    def close(self) -> None:
        self._ended.set()
        with suppress(OSError), socket.create_connection(self._listening.getsockname()[:2]):
            pass
        self._thread.join()
        self._listening.close()
