"""Which files of a tree count, and whether they are those of the lock.

What counts is what a build by OpenBLAS's CMake reads, for any platform, or a test of this project: OpenBLAS's
ctest, test, utest and Makefiles, LAPACK's TESTING. Documents, CI files and benchmarks may come and go.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from ..errors import SourceError
from .checksum import sha256_of

LIST_FILE = "tree.sha256"

# Folders that count with all that is in them.
_FOLDERS = (
    *("cmake", "cpp_thread_test", "ctest", "driver", "exports", "interface", "kernel", "lapack"),
    *("reference", "test", "utest"),
    *("lapack-netlib/INSTALL", "lapack-netlib/LAPACKE", "lapack-netlib/SRC", "lapack-netlib/TESTING"),
)
# Folders of which only files with these names count.
_FILES = {
    "": ("*.[chSf]", "*.in", "*.inc", "[cf]_check*", "CMakeLists.txt", "LICENSE", "Makefile*", "TargetList.txt"),
    "lapack-netlib": ("CMakeLists.txt", "LICENSE", "Makefile", "make.inc*", "lapack_testing.py"),
}
# What editors, version control and Python leave anywhere.
_IGNORED = (".*", "__pycache__", "*~")

_NAMED = 5  # files of each kind that an error names


@dataclass(frozen=True)
class Differences:
    """The files of a tree that are not as the list says, by their paths in the tree."""

    changed: tuple[str, ...]
    missing: tuple[str, ...]
    extra: tuple[str, ...]

    def __bool__(self) -> bool:
        """Tell whether there are any."""
        return bool(self.changed or self.missing or self.extra)

    def __str__(self) -> str:
        """Return a line for each kind, with the first of its files and the number of the others."""
        kinds = {"changed": self.changed, "missing": self.missing, "not of the lock's tree": self.extra}
        return "\n".join(f"{kind}: {_some(paths)}" for kind, paths in kinds.items() if paths)


def listing(root: Path) -> str:
    """Return the list of the tree `root` as sha256sum writes and checks it, sorted by path.

    Raises:
        SourceError: a file cannot be read, or a link leads to none.
    """
    return "".join(f"{sha256_of(root / path)}  {path}\n" for path in sorted(_counted(root)))


def digest_of(text: str) -> str:
    """Return the digest of a tree with this list."""
    return hashlib.sha256(text.encode()).hexdigest()


def read_list(path: Path, digest: str) -> dict[str, str]:
    """Return checksums by path from the list in the file `path`, which is the one with this digest.

    Raises:
        SourceError: it is missing, or another one.
    """
    found = sha256_of(path)
    if found != digest:
        msg = (
            f"{path} is not the list of files that the lock beside it names\n"
            f"expected sha256 {digest}\n"
            f"found    sha256 {found}\n"
            "take both files from the same commit; after a change of the lock, run 'python backend source --lock'"
        )
        raise SourceError(msg)
    lines = path.read_text(encoding="utf-8").splitlines()
    return {name: checksum for checksum, name in (line.split("  ", 1) for line in lines)}


def compare(root: Path, expected: Mapping[str, str]) -> Differences:
    """Return where the tree `root` differs from the checksums by path `expected`.

    Raises:
        SourceError: a file cannot be read.
    """
    there = set(_counted(root))
    both = sorted(there & expected.keys())
    # A link counts as what it leads to; to a folder or to nothing, it is as good as another file.
    changed = (path for path in both if not (root / path).is_file() or sha256_of(root / path) != expected[path])
    return Differences(tuple(changed), tuple(sorted(expected.keys() - there)), tuple(sorted(there - expected.keys())))


def same_folder(root: Path, expected: Mapping[str, str], folder: str) -> bool:
    """Tell whether `folder` of the tree `root` is just as the checksums by path `expected` have it.

    Raises:
        SourceError: a file cannot be read.
    """
    wanted = {path: checksum for path, checksum in expected.items() if path.startswith(f"{folder}/")}
    there = {path for path in _counted(root) if path.startswith(f"{folder}/")}
    # Names are compared first: most other trees are told from them, without a look into thousands of files.
    return there == wanted.keys() and all(
        (root / path).is_file() and sha256_of(root / path) == checksum for path, checksum in wanted.items()
    )


def _counted(root: Path) -> Iterator[str]:
    """Yield the paths in `root` of the files that count, with slashes on every system."""
    for folder, patterns in _FILES.items():
        for name in _names(root / folder):
            if any(fnmatchcase(name, pattern) for pattern in patterns):
                yield f"{folder}/{name}" if folder else name
    for folder in _FOLDERS:
        yield from _below(root, folder)


def _names(folder: Path) -> list[str]:
    return [entry.name for entry in os.scandir(folder) if not entry.is_dir()] if folder.is_dir() else []


def _below(root: Path, folder: str) -> Iterator[str]:
    for place, folders, names in os.walk(root / folder):
        folders[:] = [name for name in folders if not _ignored(name)]
        # A link to a folder is not entered: it counts itself.
        links = [name for name in folders if Path(place, name).is_symlink()]
        inside = Path(place).relative_to(root).as_posix()
        yield from (f"{inside}/{name}" for name in [*names, *links] if not _ignored(name))


def _ignored(name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in _IGNORED)


def _some(paths: tuple[str, ...]) -> str:
    more = len(paths) - _NAMED
    return ", ".join(paths[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")
