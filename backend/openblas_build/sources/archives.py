"""Find the lock's archives: each part for itself, in places of this machine first, then by the lock's ways."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from ..console import say
from ..errors import SourceError, UnreachableError
from .cache import Cache, Transport
from .checksum import verify
from .lock import Archive, Lock, Part
from .ways import network


@dataclass(frozen=True)
class Places:
    """The places of this machine, in the order in which they are asked.

    `given` is the folder that the user named, `carried` the one in which a source
    distribution has its archives.
    """

    given: Path | None
    carried: Path
    cache: Cache

    def find(self, part: Part) -> tuple[Archive, Path] | None:
        """Return the first verified archive of `part` that is here, whichever way it once came.

        Raises:
            ChecksumError: a file in `given` or `carried` has an archive's name, and is another one.
            SourceError: a folder has an archive's name, or it cannot be read.
        """
        if self.given is not None:
            found = _in_folder(self.given, part)
            if found is not None:
                say(f"{part.title}: {found[0].name} in {self.given}")
                return found
            say(f"{part.title}: passing over {self.given}, which has no {_names(part)}")
        found = _in_folder(self.carried, part)
        if found is not None:
            say(f"{part.title}: {found[0].name}, carried along")
            return found
        for archive in part.archives:
            path = self.cache.find(archive)
            if path is not None:
                say(f"{part.title}: {archive.name} in the cache")
                return archive, path
        return None


def find_archives(lock: Lock, places: Places) -> dict[Archive, Path]:
    """Return one verified archive for each part of `lock`.

    Raises:
        ChecksumError: a file under a locked name is another one.
        SourceError: a part is not here, and no way leads to it.
    """
    found = {part: places.find(part) for part in lock.parts}
    missing = [part for part, here in found.items() if here is None]
    if missing:
        with network() as transport:
            for part in missing:
                found[part] = _brought(part, missing, places.cache, transport)
    return dict(here for here in found.values() if here is not None)


def _in_folder(folder: Path, part: Part) -> tuple[Archive, Path] | None:
    for archive in part.archives:
        path = folder / archive.name
        if os.path.lexists(path):
            verify(path, str(path), archive, "put the right file there, or remove this one")
            return archive, path
    return None


def _brought(part: Part, missing: list[Part], cache: Cache, transport: Transport) -> tuple[Archive, Path]:
    tried = []
    for archive in part.archives:
        try:
            path = cache.get(archive, transport)
        except UnreachableError as error:
            tried.append(f"{part.title}: passing over {archive.title}: {error}")
            say(tried[-1])
        else:
            say(f"{part.title}: {archive.title}")
            return archive, path
    lines = [
        f"no way to the source of {part.title} from here",
        *tried,
        "bring these files into one folder by other means, and give it with -C openblas.archives=FOLDER",
        "or the environment variable SCIPY_OPENBLAS_ARCHIVES:",
        *(f"{each.title}: {_names(each)}\n  {each.archives[0].address}" for each in missing),
    ]
    raise SourceError("\n".join(lines))


def _names(part: Part) -> str:
    return " or ".join(dict.fromkeys(archive.name for archive in part.archives))
