"""Verified archives, kept per user and shared by all builds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from filelock import FileLock

from ..console import say
from ..errors import ChecksumError
from .lock import Archive

# Brings an archive to a path; that path may hold the first part of it from an earlier try.
Transport = Callable[[Archive, Path], None]


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def verify(path: Path, name: str, expected: str) -> None:
    """Check a file against the lock.

    Raises:
        ChecksumError: it is another file.
    """
    found = sha256_of(path)
    if found != expected:
        msg = (
            f"wrong checksum of {name}\n"
            f"expected sha256 {expected}\n"
            f"found    sha256 {found}\n"
            "somebody changed the file on its way or at its origin; nothing was unpacked"
        )
        raise ChecksumError(msg)


@dataclass(frozen=True)
class Cache:
    """A folder of archives by checksum; every file under its final name has been verified."""

    folder: Path

    @classmethod
    def of_user(cls, environ: Mapping[str, str]) -> Cache:
        """Return the user's cache, by the XDG base directory rules."""
        base = Path(environ.get("XDG_CACHE_HOME", ""))
        root = base if base.is_absolute() else Path.home() / ".cache"
        return cls(root / "scipy-openblas" / "sources")

    def path(self, archive: Archive) -> Path:
        """Return where `archive` is kept: two archives of one name don't meet."""
        return self.folder / f"{archive.sha256[:16]}-{archive.name}"

    def get(self, archive: Archive, transport: Transport) -> Path:
        """Return the verified archive, brought by `transport` if it is not there yet.

        Several processes may ask at once: one brings it, the others wait for that one.

        Raises:
            ChecksumError: what came is not what the lock names; it is thrown away.
            UnreachableError: by `transport`.
        """
        final = self.path(archive)
        with self._held(final):
            if final.exists():
                if sha256_of(final) == archive.sha256:
                    return final
                say(f"{archive.name} in the cache is damaged; getting it again")
                final.unlink()
            part = final.with_name(final.name + ".part")
            transport(archive, part)
            try:
                verify(part, archive.name, archive.sha256)
            except ChecksumError:
                part.unlink()
                raise
            part.replace(final)
        return final

    def has(self, archive: Archive) -> bool:
        """Tell whether `archive` is here already."""
        return self.path(archive).exists()

    @contextmanager
    def _held(self, final: Path) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with FileLock(final.with_name(final.name + ".lock")):
            yield
