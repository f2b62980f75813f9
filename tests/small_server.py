"""A server of a few files, with the faults of real ones."""

from __future__ import annotations

import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from openblas_build.sources.lock import Archive


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
        return Archive("openblas", "file.tar.gz", sha256, url=f"{self.url}/file.tar.gz")
