"""What an unpacked OpenBLAS tree is, and how it tells where it came from."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import SourceError
from ..files import read_text
from .lock import Lock

LAPACK_FOLDER = "lapack-netlib"
PROVENANCE_FILE = "openblas-provenance.json"
# How a tree came to be, in that file: made of the lock's archives, or out of one that the user gave.
COMPOSED = "composed"
GIVEN = "given"

# What a build needs of a tree besides OpenBLAS's own folders.
_NEEDED = (
    *("LICENSE", f"{LAPACK_FOLDER}/LICENSE"),
    *(f"{LAPACK_FOLDER}/{folder}" for folder in ("SRC", "INSTALL", "LAPACKE", "TESTING/MATGEN")),
)

# Where the licences are. Most of OpenBLAS's files have that of GotoBLAS, which they come from.
_LICENSES = {
    "OpenBLAS": "LICENSE",
    "GotoBLAS": "GotoBLAS_00License.txt",
    "LAPACK": f"{LAPACK_FOLDER}/LICENSE",
    "LAPACKE": f"{LAPACK_FOLDER}/LAPACKE/LICENSE",
}

_NUMBERS = ("MAJOR", "MINOR", "PATCH")
_VERSION = re.compile(r"set\(OpenBLAS_(MAJOR|MINOR|PATCH)_VERSION\s+([0-9]+)(\.dev)?\s*\)")
_LAPACK_VERSION = re.compile(r"set\(LAPACK_(MAJOR|MINOR|PATCH)_VERSION\s+([0-9]+)\s*\)")


@dataclass(frozen=True)
class Tree:
    """An OpenBLAS source tree with LAPACK in it.

    `version` is OpenBLAS's own, e.g. ``0.3.34``; `commits` counts those after that release,
    None where the tree is between releases and does not know. `provenance` is what the
    assembly recorded, empty for a tree that somebody else unpacked. `lock` is the lock whose
    tree this is, every file of it verified; None for a tree of the user's own. `known_lapack` is
    LAPACK's version where such a tree has the lock's LAPACK all the same.
    """

    path: Path
    version: str
    commits: int | None = 0
    provenance: dict[str, Any] = field(default_factory=dict)
    lock: Lock | None = None
    known_lapack: str | None = None

    @classmethod
    def open(cls, path: Path, lock: Lock | None = None, *, called: Path | None = None) -> Tree:
        """Look at the tree at `path`; `lock` is given by those who have verified it.

        `called` is what the user knows it by, where that is something else.

        Raises:
            SourceError: it is not OpenBLAS's, or LAPACK is missing in it.
        """
        name = called or path
        if not is_openblas(path):
            msg = f"{name} is not an OpenBLAS source tree: CMakeLists.txt with OpenBLAS_MAJOR_VERSION is missing"
            raise SourceError(msg)
        missing = [name for name in _NEEDED if not os.path.exists(path / name)]  # noqa: PTH110 - never raises
        if missing:
            msg = (
                f"{name} is not all that is built here; missing: {', '.join(missing)}\n"
                f"a tree of your own has to have LAPACK's sources in {LAPACK_FOLDER}, as upstream's releases have;\n"
                "Debian's archives have not: put LAPACK's own release there, or leave openblas.source out,\n"
                "and the tree is composed of both"
            )
            raise SourceError(msg)
        version, development = _version(path)
        commits = _commits_after_release(path, version) if development or (path / ".git").exists() else 0
        return cls(path, version, commits, provenance(path), lock)

    @property
    def locked(self) -> bool:
        """Whether it is the tree that the lock names, verified."""
        return self.lock is not None

    @property
    def lapack_version(self) -> str | None:
        """LAPACK's version: the lock's, or what a tree of the user's own says; None if it says nothing."""
        # LAPACK 3.12.1 calls itself 3.12.0, so its own word is the second choice.
        known = self.lock.lapack.version if self.lock else self.known_lapack
        return known or _lapack_version(self.path)

    def wheel_version(self, build_number: int) -> str:
        """Return the wheel's version: OpenBLAS's, the commits after it, the build number."""
        if self.commits is None:
            return f"{self.version}.0.{build_number}+dev"
        return f"{self.version}.{self.commits}.{build_number}"

    @property
    def licenses(self) -> dict[str, Path]:
        """The licence files of what is inside, by the name of the part."""
        found = {name: self.path / path for name, path in _LICENSES.items()}
        return {name: path for name, path in found.items() if path.is_file()}


def is_openblas(path: Path) -> bool:
    """Tell whether `path` is the top of an OpenBLAS source tree, with or without LAPACK."""
    try:
        return "OpenBLAS_MAJOR_VERSION" in read_text(path / "CMakeLists.txt")
    except OSError:
        return False


def _version(path: Path) -> tuple[str, bool]:
    text = read_text(path / "CMakeLists.txt")
    found = {part: (number, dev) for part, number, dev in _VERSION.findall(text)}
    if set(found) != set(_NUMBERS):
        msg = f"{path / 'CMakeLists.txt'} does not say OpenBLAS's version in a way that is understood"
        raise SourceError(msg)
    numbers = ".".join(found[part][0] for part in _NUMBERS)
    return numbers, bool(found["PATCH"][1])


def _lapack_version(path: Path) -> str | None:
    try:
        text = read_text(path / LAPACK_FOLDER / "CMakeLists.txt")
    except OSError:
        return None
    found = dict(_LAPACK_VERSION.findall(text))
    return ".".join(found[part] for part in _NUMBERS) if set(found) == set(_NUMBERS) else None


def _commits_after_release(path: Path, version: str) -> int | None:
    # In a clone git knows how far the release is away; elsewhere nobody does.
    git = shutil.which("git")
    if git is None or not (path / ".git").exists():
        return None
    described = subprocess.run(
        [git, "-C", path, "describe", "--tags", "--long", "--match", f"v{version}"],
        capture_output=True,
        text=True,
        check=False,
    )
    match = re.search(r"-([0-9]+)-g[0-9a-f]+$", described.stdout.strip())
    return int(match[1]) if described.returncode == 0 and match else None


def provenance(path: Path) -> dict[str, Any]:
    """Return what the assembly of the tree at `path` recorded; nothing if it was not made here.

    Raises:
        SourceError: the record is damaged.
    """
    try:
        record = json.loads(read_text(path / PROVENANCE_FILE))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        msg = f"{path / PROVENANCE_FILE} is damaged ({error}); remove the folder {path}"
        raise SourceError(msg) from error
    return record if isinstance(record, dict) else {}
