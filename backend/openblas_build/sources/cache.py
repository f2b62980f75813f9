"""Verified archives, kept per user and shared by all builds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from filelock import FileLock

from ..console import say
from ..errors import ChecksumError, SourceError
from .checksum import sha256_of, verify
from .lock import Archive

# Brings an archive to a path; that path may hold the first part of it from an earlier try.
Transport = Callable[[Archive, Path], None]


@dataclass(frozen=True)
class Cache:
    """A folder of archives by checksum; every file under its final name was verified when it came."""

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

    def find(self, archive: Archive) -> Path | None:
        """Return the verified archive if it is here; a damaged one is as good as none.

        Raises:
            SourceError: a folder has its name, or it cannot be read.
        """
        final = self.path(archive)
        # Nothing is written and nobody waited for: a cache that is only to be read serves too.
        if not final.exists():
            return None
        if sha256_of(final) == archive.sha256:
            return final
        say(f"{final} is damaged and is not used; it is replaced when the archive comes anew")
        return None

    def get(self, archive: Archive, transport: Transport) -> Path:
        """Return the verified archive, brought by `transport` if it is not there yet.

        Several processes may ask at once: one brings it, the others wait for that one.

        Raises:
            ChecksumError: what came is not what the lock names; it is thrown away.
            UnreachableError: by `transport`.
            SourceError: the cache cannot be written.
        """
        final = self.path(archive)
        with self._held(final):
            if final.exists() and sha256_of(final) == archive.sha256:
                return final
            part = final.with_name(final.name + ".part")
            transport(archive, part)
            try:
                verify(part, archive.name, archive.sha256)
            except ChecksumError:
                part.unlink()
                raise
            part.replace(final)
        return final

    @contextmanager
    def _held(self, final: Path) -> Iterator[None]:
        lock = FileLock(final.with_name(final.name + ".lock"))
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except OSError as error:
            msg = (
                f"cannot write to the cache of archives, {self.folder}: {error.strerror}\n"
                "name a folder that can be written with XDG_CACHE_HOME,\n"
                "or one that has the archives with -C openblas.archives=FOLDER"
            )
            raise SourceError(msg) from error
        try:
            yield
        finally:
            lock.release()
