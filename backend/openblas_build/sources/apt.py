"""Debian's source packages, through the system's own apt and without touching the system.

A private configuration gives apt lists and caches of its own, so nothing needs root. Mirror,
proxy and credentials stay the system's: they are read at run time and written nowhere.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from ..console import say
from ..errors import ChecksumError, ToolError, UnreachableError
from ..run import run
from .lock import Archive
from .pace import PATIENCE, Pace, Patience, TooSlowError
from .partial import PartialFile

_APT_HELPER = Path("/usr/lib/apt/apt-helper")
_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
_URI_LINE = re.compile(r"'(?P<uri>[^']+)' (?P<name>\S+) \d+ SHA256:(?P<sha256>[0-9a-f]{64})")


@dataclass(frozen=True)
class DebianArchive:
    """One suite of the Debian mirror that this system uses, with its source packages indexed."""

    suite: str
    config: Path
    patience: Patience = PATIENCE

    def download(self, archive: Archive, path: Path) -> None:
        """Bring `archive` to `path`.

        Raises:
            UnreachableError: the suite has moved on to another version, or the mirror fails or is too slow.
            ChecksumError: the mirror sends more than the archive's size.
        """
        uri = self._uri(archive)
        # Into a folder of ours first: apt would follow a link in the place of `path`.
        here = self.config.with_name(archive.name)
        try:
            run(
                [_APT_HELPER, "-c", self.config, "download-file", uri, here],
                watch=_watch(here, archive, Pace(self.patience)),
            )
        except ToolError as error:
            _checked_size(here, archive)  # what fails after too much has come does so because of that
            msg = f"apt cannot download {archive.name} from {uri}: {_last_line(error)}"
            raise UnreachableError(msg) from error
        except TooSlowError as error:
            msg = f"{uri} is too slow: {error}"
            raise UnreachableError(msg) from error
        _take(here, archive, path)

    def _uri(self, archive: Archive) -> str:
        # `apt-get source` itself would ask for the .dsc too, which some mirrors have lost;
        # the checksum says which of the printed addresses is the one wanted.
        for version in self._versions(archive.package or ""):
            wanted = f"{archive.package}={version}"
            printed = run(["apt-get", "-c", self.config, "--print-uris", "--download-only", "source", wanted])
            for match in _URI_LINE.finditer(printed):
                if match["sha256"] == archive.sha256:
                    return match["uri"]
        msg = f"{self.suite} does not have {archive.name} any more"
        raise UnreachableError(msg)

    def _versions(self, package: str) -> list[str]:
        try:
            shown = run(["apt-cache", "-c", self.config, "showsrc", "--only-source", package])
        except ToolError:
            return []
        return re.findall(r"^Version: (\S+)$", shown, re.MULTILINE)


@contextmanager
def debian_archive(suite: str, patience: Patience = PATIENCE) -> Iterator[DebianArchive]:
    """Open a suite: ask the system for its mirrors and fetch the suite's index, in a folder that goes away.

    Raises:
        UnreachableError: no apt here, no Debian mirror configured, or none that answers.
    """
    if not (shutil.which("apt-get") and _APT_HELPER.exists()):
        msg = "this system has no apt"
        raise UnreachableError(msg)
    mirrors = debian_mirrors()
    say(f"reading the index of Debian's {suite}")
    with tempfile.TemporaryDirectory(prefix="openblas-apt-") as folder:
        config = _private_config(Path(folder), mirrors, suite, patience)
        try:
            run(["apt-get", "-c", config, "-q", "--error-on=any", "update"], watch=_deadline(patience.index))
        except TooSlowError as error:
            msg = f"apt cannot read the suite {suite} of {' or '.join(mirrors)}: {error}"
            raise UnreachableError(msg) from error
        except ToolError as error:
            msg = f"apt cannot read the suite {suite}: {_last_line(error)}"
            raise UnreachableError(msg) from error
        yield DebianArchive(suite, config, patience)


def debian_mirrors() -> list[str]:
    """Return the Debian mirrors of the system's configuration, without those of security updates.

    Raises:
        UnreachableError: there is none.
    """
    template = "$(REPO_URI)|$(RELEASE)|$(ORIGIN)"
    try:
        listed = run(["apt-get", "indextargets", "--format", template, "Created-By: Packages"])
    except ToolError:
        listed = ""
    mirrors: dict[str, None] = {}
    for line in listed.splitlines():
        uri, release, origin = line.split("|")
        # The origin is known only once the system's lists were fetched; until then the folder tells.
        debian = origin == "Debian" or (origin in ("", "$(ORIGIN)") and uri.rstrip("/").endswith("/debian"))
        if debian and "security" not in release and "security" not in uri:
            mirrors[uri] = None
    if not mirrors:
        msg = "apt knows no Debian mirror here"
        raise UnreachableError(msg)
    return list(mirrors)


def _private_config(folder: Path, mirrors: list[str], suite: str, patience: Patience) -> Path:
    sources = folder / "sources"
    for each in (sources, folder / "lists" / "partial", folder / "cache" / "archives" / "partial"):
        each.mkdir(parents=True)
    keyring = f"Signed-By: {_KEYRING}\n" if _KEYRING.exists() else ""
    (sources / "debian.sources").write_text(
        f"Types: deb-src\nURIs: {' '.join(mirrors)}\nSuites: {suite}\nComponents: main\n{keyring}",
        encoding="utf-8",
    )
    config = folder / "apt.conf"
    # The system's hooks clean its own caches; they have no business in a private update.
    config.write_text(
        "#clear APT::Update::Pre-Invoke;\n"
        "#clear APT::Update::Post-Invoke;\n"
        "#clear APT::Update::Post-Invoke-Success;\n"
        f'APT::Sandbox::User "{_user()}";\n'
        f'Acquire::http::Timeout "{patience.silence:.0f}";\n'
        f'Acquire::https::Timeout "{patience.silence:.0f}";\n'
        'Acquire::Retries "1";\n'
        'Dir::Etc::sourcelist "/dev/null";\n'
        f'Dir::Etc::sourceparts "{sources}";\n'
        f'Dir::State::lists "{folder / "lists"}";\n'
        f'Dir::Cache "{folder / "cache"}";\n',
        encoding="utf-8",
    )
    return config


def _watch(path: Path, archive: Archive, pace: Pace) -> Callable[[], None]:
    """Return what looks at a file that grows: at its size, and whether it still comes."""
    seen = 0

    def look() -> None:
        nonlocal seen
        size = _checked_size(path, archive)
        came, seen = max(0, size - seen), size
        pace.came(came)

    return look


def _checked_size(path: Path, archive: Archive) -> int:
    """Return how much of an archive has come, in bytes.

    Raises:
        ChecksumError: more than it has.
    """
    size = path.stat().st_size if path.exists() else 0
    if size > archive.size.most:
        msg = f"wrong size of {archive.name}: the mirror sends more than the lock's {archive.size} bytes"
        raise ChecksumError(msg)
    return size


def _deadline(seconds: float) -> Callable[[], None]:
    end = time.monotonic() + seconds

    def look() -> None:
        if time.monotonic() > end:
            msg = f"it took more than {seconds:.0f} seconds"
            raise TooSlowError(msg)

    return look


def _take(here: Path, archive: Archive, path: Path) -> None:
    """Put what apt brought to `path`; one byte too many is as bad as a thousand."""
    with here.open("rb") as file, PartialFile(path, archive) as part:
        part.restart()
        while part.left and (block := file.read(min(1 << 20, part.left))):
            part.write(block)
        if file.read(1):
            msg = f"wrong size of {archive.name}: the mirror sent more than the lock's {archive.size} bytes"
            raise ChecksumError(msg)
    here.unlink()


def _user() -> str:
    # As root apt would step down to a user of its own, who may not enter a private folder.
    return "root" if os.geteuid() == 0 else ""


def _last_line(error: ToolError) -> str:
    lines = [line for line in str(error).splitlines() if line.startswith(("E:", "W:"))]
    return lines[-1] if lines else str(error).splitlines()[0]
