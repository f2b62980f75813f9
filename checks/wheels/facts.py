"""What a wheel holds, as values that can be compared."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from openblas_build.audit import audit_file, library_in
from openblas_build.errors import AuditError
from openblas_build.targets.formats import read_library

_RECORD = "build-record.json"
_MEANT = ("openblas", "source", "integers", "naming", "threading", "num-threads", "kernels")
# The parts of a wheel's name.
_WORDS = 5


@dataclass(frozen=True)
class WheelFacts:
    """One wheel: what its name says, what is in it, and what its library says of itself.

    `files` are all paths inside, `kernels` the CPU families, `meant` is what the build was told of the library,
    `oldest` the C library that will do, `breaches` what the audit has to say against it. Sizes are in bytes.
    """

    path: Path
    package: str
    version: str
    tags: frozenset[str]
    size: int
    library_size: int
    files: frozenset[str]
    exports: frozenset[str]
    kernels: frozenset[str]
    meant: frozenset[str]
    oldest: str
    breaches: tuple[str, ...]

    @property
    def key(self) -> tuple[str, str]:
        """What two wheels have in common that are for the same people."""
        return self.package, ".".join(sorted(self.tags))


def facts_of(wheel: Path) -> WheelFacts:
    """Return the facts of a wheel.

    Raises:
        AuditError: it is none, or has not one library.
    """
    words = wheel.name.removesuffix(".whl").split("-")
    if not zipfile.is_zipfile(wheel) or len(words) != _WORDS:
        msg = f"{wheel} is not a wheel: NAME-VERSION-PYTHON-ABI-PLATFORM.whl"
        raise AuditError(msg)
    report = audit_file(wheel)
    with zipfile.ZipFile(wheel) as archive, tempfile.TemporaryDirectory(prefix="openblas-facts-") as folder:
        names = frozenset(name for name in archive.namelist() if not name.endswith("/"))
        library = read_library(Path(archive.extract(library_in(wheel, names), folder)))
        meant = frozenset(_meant(archive, names))
    return WheelFacts(
        path=wheel,
        package=words[0],
        version=words[1],
        tags=frozenset(words[-1].split(".")),
        size=wheel.stat().st_size,
        library_size=len(library.content),
        files=names,
        exports=library.exports,
        kernels=library.kernels,
        meant=meant,
        oldest=report.facts["C library"],
        breaches=tuple(f"{finding.check}: {finding.message}" for finding in report.findings),
    )


def _meant(archive: zipfile.ZipFile, names: Iterable[str]) -> Iterator[str]:
    """Yield what the build record says, but for compilers and their flags, which are those of the machine."""
    for name in names:
        if PurePosixPath(name).name == _RECORD:
            record = json.loads(archive.read(name))
            yield from (f"{key} {record[key]}" for key in _MEANT if key in record)
            yield f"changes {record['overlay']['kernels']}"
