"""Verified archives, kept per user and shared by all builds.

Nobody relies on a file here being what it was a moment ago: others may be able to write to the folder. Links in
the place of our own files are not followed, and what is unpacked is a copy, verified while it was made.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from ..console import say
from ..errors import ChecksumError, SourceError
from ..files import is_dangling, kind_at
from ..held import held
from .checksum import verify
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
        """Return the verified archive if it is here; what is damaged, no file or unreadable is as good as none.

        Raises:
            SourceError: a folder has its name.
        """
        final = self.path(archive)
        # Nothing is written and nobody waited for: a cache that is only to be read serves too.
        if not os.path.lexists(final):
            return None
        if final.is_dir() and not final.is_symlink():
            msg = f"{final} is a folder, where a file should be; remove it"
            raise SourceError(msg)
        try:
            verify(final, str(final), archive)
        except SourceError as error:
            say(f"{final} {_fault(final, error)} and is not used; it is replaced when the archive comes anew")
            return None
        return final

    def get(self, archive: Archive, transport: Transport) -> Path:
        """Return the verified archive, brought by `transport` if it is not there yet.

        Several processes may ask at once: one brings it, the others wait for that one.

        Raises:
            ChecksumError: what came is not what the lock names; it is thrown away.
            UnreachableError: by `transport`.
            SourceError: the cache cannot be written.
        """
        final = self.path(archive)
        with self._held(final, archive):
            if self.find(archive) is None:
                part = final.with_name(final.name + ".part")
                _bring(archive, part, transport)
                try:
                    part.replace(final)
                except OSError as error:
                    raise self._unwritable(error) from error
        return final

    @contextmanager
    def _held(self, final: Path, archive: Archive) -> Iterator[None]:
        with ExitStack() as stack:
            try:
                self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                owner = f"another build, which downloads {archive.name}"
                stack.enter_context(held(final.with_name(final.name + ".lock"), owner))
            except OSError as error:
                raise self._unwritable(error) from error
            yield

    def _unwritable(self, error: OSError) -> SourceError:
        return SourceError(
            f"cannot write to the cache of archives, {self.folder}: {error.strerror}\n"
            "name a folder that can be written with XDG_CACHE_HOME,\n"
            "or one that has the archives with -C openblas.archives=FOLDER"
        )


def _bring(archive: Archive, part: Path, transport: Transport) -> None:
    """Have `part` brought and verified; what an earlier build left of it may cost a second try, but not the build."""
    while True:
        reused = part.is_file() and not part.is_symlink()
        try:
            transport(archive, part)
            verify(part, archive.name, archive)
        except ChecksumError:
            part.unlink(missing_ok=True)
            if not reused:
                raise
            say(f"what an earlier build left of {archive.name} did not fit; it comes anew")
        else:
            return


def _fault(path: Path, error: SourceError) -> str:
    if isinstance(error, ChecksumError):
        return "is damaged"
    if is_dangling(path):
        return "is a link that leads nowhere"
    kind = kind_at(path)
    return "cannot be read" if kind == "a file" else f"is {kind}"
