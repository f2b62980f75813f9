"""The lock: which parts the source has, of which version, and every way to get each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from ..errors import SourceError
from ..toml import tomllib

LOCK_FILE = "sources.toml"

OPENBLAS = "openblas"
LAPACK = "lapack"
# The roles of the parts, and what people call them.
PROJECTS = {OPENBLAS: "OpenBLAS", LAPACK: "LAPACK"}

RELEASE = "release"
DEBIAN = "debian"
# What a way of each kind has to say besides its size and checksum.
_NEEDED = {RELEASE: ("url",), DEBIAN: ("suite", "package", "file")}

_SIZE, _LIMIT = "size", "size-limit"
# While a lock is written, the sizes in it are those of the release before, or not there yet.
_DRAFT_LIMIT = 200_000_000


@dataclass(frozen=True)
class Size:
    """How many bytes an archive has: just `most`, or no more than these where `exact` is False."""

    most: int
    exact: bool = True

    def fits(self, count: int) -> bool:
        """Tell whether a file of `count` bytes can be the archive."""
        return count == self.most if self.exact else 0 < count <= self.most

    def compared(self, count: int) -> str:
        """Return the words for a file of `count` bytes that is not of this size."""
        return f"it has {count:,} bytes, and the lock says {self}"

    def __str__(self) -> str:
        """Return it as people write it."""
        return f"{self.most:,}" if self.exact else f"{self.most:,} at most"


@dataclass(frozen=True)
class Archive:
    """One way to a part (`role`): a file of this name, checksum and size, and where it can be had."""

    role: str
    name: str
    sha256: str
    size: Size
    url: str | None = None
    suite: str | None = None
    package: str | None = None

    @property
    def title(self) -> str:
        """What to call it in a line to the user."""
        origin = f"from Debian's {self.suite}" if self.suite else "of the upstream release"
        return f"{self.name} {origin}"

    @property
    def address(self) -> str:
        """Where it can be had: a URL, or a package URL."""
        return self.url or f"pkg:deb/debian/{self.package}?arch=source&distro={self.suite}"


@dataclass(frozen=True)
class Part:
    """One part of the source: `archives` are the ways to it, all good for the same, best first."""

    role: str
    version: str
    archives: tuple[Archive, ...]

    @property
    def title(self) -> str:
        """What to call it in a line to the user."""
        return f"{PROJECTS[self.role]} {self.version}"


@dataclass(frozen=True)
class Lock:
    """The whole lock: its two parts, and the digest of the tree that is composed of them."""

    build_number: int
    digest: str
    openblas: Part
    lapack: Part

    @property
    def parts(self) -> tuple[Part, Part]:
        """Both parts, in the order in which they are looked for."""
        return self.openblas, self.lapack

    @property
    def tree_name(self) -> str:
        """The name of the composed tree's folder."""
        return f"OpenBLAS-{self.openblas.version}"

    @classmethod
    def read(cls, path: Path, *, draft: bool = False) -> Lock:
        """Read the lock file; in a draft the sizes do not count yet, and a high limit is in their place.

        Raises:
            SourceError: it is missing or not understood.
        """
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
            parts = {part.role: part for part in (_part(entry, draft) for entry in data["part"])}
            if len(data["part"]) != len(PROJECTS) or set(parts) != set(PROJECTS):
                _refuse(f"it takes one part of each role: {' and '.join(PROJECTS)}")
            return cls(int(data["build-number"]), str(data["tree"]), parts[OPENBLAS], parts[LAPACK])
        except OSError as error:
            msg = f"cannot read the source lock {path}: {error.strerror}"
            raise SourceError(msg) from error
        except KeyError as error:
            msg = f"the source lock {path} is broken: {error.args[0]!r} is missing"
            raise SourceError(msg) from error
        except (tomllib.TOMLDecodeError, TypeError, ValueError) as error:
            msg = f"the source lock {path} is broken: {error}"
            raise SourceError(msg) from error


def _part(entry: dict[str, Any], draft: bool) -> Part:
    role, version = entry["role"], entry["version"]
    archives = tuple(_archive(role, way, draft) for way in entry["way"])
    if not archives:
        _refuse(f"the part {role} has no way")
    return Part(role, version, archives)


def _archive(role: str, way: dict[str, Any], draft: bool) -> Archive:
    kind = way["kind"]
    if kind not in _NEEDED:
        _refuse(f"kind = {kind!r}; it takes {' or '.join(_NEEDED)}")
    missing = [key for key in _NEEDED[kind] if key not in way]
    if missing:
        _refuse(f"a way of the kind {kind} to {role} lacks {', '.join(missing)}")
    name, sha256 = way.get("file") or way["url"].rsplit("/", 1)[-1], way["sha256"]
    if not re.fullmatch(r"[^/\0]+", name) or name in {".", ".."}:
        _refuse(f"a way to {role} has the file name {name!r}; it takes a name without a folder")
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        _refuse(f"sha256 = {sha256!r} of {name}; it takes 64 hexadecimal digits, small letters")
    return Archive(
        role=role,
        name=name,
        sha256=sha256,
        size=Size(_DRAFT_LIMIT, exact=False) if draft else _size(name, way),
        url=way.get("url"),
        suite=way.get("suite"),
        package=way.get("package"),
    )


def _size(name: str, way: dict[str, Any]) -> Size:
    given = [key for key in (_SIZE, _LIMIT) if key in way]
    if len(given) != 1:
        _refuse(f"{name} takes either {_SIZE} or {_LIMIT}; 'python backend source --lock' prints sizes")
    count = way[given[0]]
    if type(count) is not int or count < 1:
        _refuse(f"{given[0]} = {count!r} of {name}; it takes a number of bytes")
    return Size(count, exact=given[0] == _SIZE)


def _refuse(reason: str) -> NoReturn:
    raise ValueError(reason)
