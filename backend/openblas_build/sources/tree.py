"""What an unpacked OpenBLAS tree is, and how it tells where it came from."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import SourceError

PROVENANCE_FILE = "openblas-provenance.json"

_VERSION = re.compile(r"set\(OpenBLAS_(MAJOR|MINOR|PATCH)_VERSION\s+([0-9]+)(\.dev)?\s*\)")


@dataclass(frozen=True)
class Tree:
    """An OpenBLAS source tree with LAPACK in it.

    `version` is OpenBLAS's own, e.g. ``0.3.34``; `commits` counts those after that release,
    None where the tree is between releases and does not know. `provenance` is what the
    assembly recorded, empty for a tree that somebody else unpacked.
    """

    path: Path
    version: str
    commits: int | None = 0
    provenance: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def open(cls, path: Path) -> Tree:
        """Look at the tree at `path`.

        Raises:
            SourceError: it is not OpenBLAS's, or LAPACK is missing in it.
        """
        if not is_openblas(path):
            msg = f"{path} is not an OpenBLAS source tree: CMakeLists.txt with OpenBLAS_MAJOR_VERSION is missing"
            raise SourceError(msg)
        if not (path / "lapack-netlib" / "SRC").is_dir():
            msg = (
                f"{path} has no LAPACK: the folder lapack-netlib is missing\n"
                "Debian's archives of OpenBLAS are without it; take the upstream release archive,\n"
                "or put the reference LAPACK's sources there"
            )
            raise SourceError(msg)
        version, development = _version(path)
        commits = _commits_after_release(path, version) if development or (path / ".git").exists() else 0
        return cls(path, version, commits, _provenance(path))

    def wheel_version(self, build_number: int) -> str:
        """Return the wheel's version: OpenBLAS's, the commits after it, the build number."""
        if self.commits is None:
            return f"{self.version}.0.{build_number}+dev"
        return f"{self.version}.{self.commits}.{build_number}"

    @property
    def licenses(self) -> dict[str, Path]:
        """The licence files of what is inside, by the name of the part."""
        return {"OpenBLAS": self.path / "LICENSE", "LAPACK": self.path / "lapack-netlib" / "LICENSE"}


def is_openblas(path: Path) -> bool:
    """Tell whether `path` is the top of an OpenBLAS source tree, with or without LAPACK."""
    try:
        return "OpenBLAS_MAJOR_VERSION" in (path / "CMakeLists.txt").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False


def _version(path: Path) -> tuple[str, bool]:
    text = (path / "CMakeLists.txt").read_text(encoding="utf-8", errors="replace")
    found = {part: (number, dev) for part, number, dev in _VERSION.findall(text)}
    if set(found) != {"MAJOR", "MINOR", "PATCH"}:
        msg = f"{path / 'CMakeLists.txt'} does not say OpenBLAS's version in a way that is understood"
        raise SourceError(msg)
    numbers = ".".join(found[part][0] for part in ("MAJOR", "MINOR", "PATCH"))
    return numbers, bool(found["PATCH"][1])


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


def _provenance(path: Path) -> dict[str, Any]:
    try:
        record = json.loads((path / PROVENANCE_FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        msg = f"{path / PROVENANCE_FILE} is damaged ({error}); remove the folder {path}"
        raise SourceError(msg) from error
    return record if isinstance(record, dict) else {}
