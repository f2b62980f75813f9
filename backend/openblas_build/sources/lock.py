"""The lock: which archives the source is made of, and where each can be had."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import SourceError
from ..toml import tomllib

LOCK_FILE = "sources.toml"

OPENBLAS = "openblas"
LAPACK = "lapack"


@dataclass(frozen=True)
class Archive:
    """One archive: its part in the tree (`role`), its checksum, and its address of either kind."""

    role: str
    name: str
    sha256: str
    url: str | None = None
    package: str | None = None


@dataclass(frozen=True)
class Correction:
    """A line that an archive's file lacks: `insert` goes behind the line `after`.

    `archive` is the archive's name and `file` the path in it, below its top folder.
    """

    archive: str
    file: str
    after: str
    insert: str
    reason: str


@dataclass(frozen=True)
class LockedSource:
    """One way to a whole source: all of `archives`, which give OpenBLAS `version`.

    `corrections` are what is put right in them while they are unpacked.
    """

    kind: str
    version: str
    archives: tuple[Archive, ...]
    suite: str | None = None
    corrections: tuple[Correction, ...] = ()

    @property
    def title(self) -> str:
        """What to call it in a line to the user."""
        if self.kind == "release":
            return f"the upstream release {self.version}"
        return f"Debian's source packages of {self.suite} (OpenBLAS {self.version})"


@dataclass(frozen=True)
class Lock:
    """The whole lock: the sources in the order in which they are tried."""

    build_number: int
    sources: tuple[LockedSource, ...]

    @classmethod
    def read(cls, path: Path) -> Lock:
        """Read the lock file.

        Raises:
            SourceError: it is missing or not understood.
        """
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
            corrections = [each for entry in data.get("correction", []) for each in _corrections(entry)]
            return cls(int(data["build-number"]), tuple(_source(entry, corrections) for entry in data["source"]))
        except OSError as error:
            msg = f"cannot read the source lock {path}: {error.strerror}"
            raise SourceError(msg) from error
        except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
            msg = f"the source lock {path} is broken: {error!r}"
            raise SourceError(msg) from error


def _corrections(entry: dict[str, Any]) -> Iterator[Correction]:
    if len(entry["files"]) != len(entry["after"]):
        msg = f"a correction of {entry['archive']} names {len(entry['files'])} files and {len(entry['after'])} lines"
        raise ValueError(msg)
    for file, after in zip(entry["files"], entry["after"]):
        yield Correction(entry["archive"], file, after, entry["insert"], entry["reason"])


def _source(entry: dict[str, Any], corrections: Sequence[Correction]) -> LockedSource:
    if entry["kind"] not in ("release", "debian"):
        msg = f"kind = {entry['kind']!r}; it takes release or debian"
        raise ValueError(msg)
    archives = tuple(
        Archive(
            role=part["role"],
            name=part.get("file") or part["url"].rsplit("/", 1)[-1],
            sha256=part["sha256"],
            url=part.get("url"),
            package=part.get("package"),
        )
        for part in entry["archive"]
    )
    names = {archive.name for archive in archives}
    fitting = tuple(correction for correction in corrections if correction.archive in names)
    return LockedSource(entry["kind"], entry["version"], archives, entry.get("suite"), fitting)
