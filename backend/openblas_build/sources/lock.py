"""The lock: which parts the source has, of which version, and every way to get each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import SourceError
from ..toml import tomllib

LOCK_FILE = "sources.toml"

OPENBLAS = "openblas"
LAPACK = "lapack"
# The roles of the parts, and what people call them.
PROJECTS = {OPENBLAS: "OpenBLAS", LAPACK: "LAPACK"}

RELEASE = "release"
DEBIAN = "debian"
# What a way of each kind has to say besides its checksum.
_NEEDED = {RELEASE: ("url",), DEBIAN: ("suite", "package", "file")}


@dataclass(frozen=True)
class Archive:
    """One way to a part (`role`): a file of this name and checksum, and where it can be had."""

    role: str
    name: str
    sha256: str
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
    def read(cls, path: Path) -> Lock:
        """Read the lock file.

        Raises:
            SourceError: it is missing or not understood.
        """
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
            parts = {part.role: part for part in map(_part, data["part"])}
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


def _part(entry: dict[str, Any]) -> Part:
    role, version = entry["role"], entry["version"]
    archives = tuple(_archive(role, way) for way in entry["way"])
    if not archives:
        _refuse(f"the part {role} has no way")
    return Part(role, version, archives)


def _archive(role: str, way: dict[str, Any]) -> Archive:
    kind = way["kind"]
    if kind not in _NEEDED:
        _refuse(f"kind = {kind!r}; it takes {' or '.join(_NEEDED)}")
    missing = [key for key in _NEEDED[kind] if key not in way]
    if missing:
        _refuse(f"a way of the kind {kind} to {role} lacks {', '.join(missing)}")
    return Archive(
        role=role,
        name=way.get("file") or way["url"].rsplit("/", 1)[-1],
        sha256=way["sha256"],
        url=way.get("url"),
        suite=way.get("suite"),
        package=way.get("package"),
    )


def _refuse(reason: str) -> None:
    raise ValueError(reason)
