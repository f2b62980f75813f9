"""The ways of the lock that need a network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from .apt import DebianArchive, debian_archive
from .cache import Transport
from .http import download
from .lock import Archive


@contextmanager
def network() -> Iterator[Transport]:
    """Give what brings an archive by its own way; a Debian suite's index is read when it is first needed, and once."""
    suites: dict[str, DebianArchive] = {}
    with ExitStack() as stack:

        def bring(archive: Archive, path: Path) -> None:
            if archive.suite is None:
                download(archive, path)
                return
            if archive.suite not in suites:
                suites[archive.suite] = stack.enter_context(debian_archive(archive.suite))
            suites[archive.suite].download(archive, path)

        yield bring
