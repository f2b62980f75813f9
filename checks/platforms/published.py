"""The published wheel of a platform, scipy-openblas64 or scipy-openblas32 on PyPI, beside which the table puts ours."""

from __future__ import annotations

import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from openblas_build.audit import library_in
from openblas_build.audit.audit import naming_of
from openblas_build.errors import ToolError
from openblas_build.naming import Interface
from openblas_build.project import NEWEST_PUBLISHED
from openblas_build.run import run
from openblas_build.targets import Row
from openblas_build.targets.formats import SharedLibrary, read_library

# Tags that pip asks for in place of the row's, where the published wheels are for newer systems.
_NEWER = {"glibc": ("manylinux_2_28_{}", "manylinux_2_39_{}")}
# Windows' published DLLs have no table of symbols. That for x86-64 takes these families' kernels in wine, where
# OPENBLAS_CORETYPE asks for them; that for arm64 was not made to choose, and says ARMV8.
_WITHOUT_SYMBOLS = {
    "win_amd64": frozenset({"PRESCOTT", "NEHALEM", "SANDYBRIDGE", "HASWELL", "SKYLAKEX"}),
    "win_arm64": frozenset({"ARMV8"}),
}
# What the library says of its integers; the compiler may have it in instructions, eight bytes in each.
_LONG_INTEGERS = b"64BIT"


@dataclass(frozen=True)
class Published:
    """What is known of a published wheel: its size in bytes, the tags of its platform, and its library.

    `others` counts the exported names that do not have the wheel's prefix, `bits` is how long integers are; `kernels`
    are CPU families, and empty where the file does not tell them.
    """

    size: int
    tags: str
    others: int
    bits: int
    kernels: frozenset[str]


def published(row: Row, interface: Interface, folder: Path) -> Published | None:
    """Download the published wheel of a platform into `folder`, once, and return its facts; None if there is none.

    Raises:
        AuditError: its library cannot be read.
        ToolError: pip failed for another reason than that there is no such wheel.
    """
    wheel = _downloaded(row, interface, folder / f"{row.tag}-{interface.name}")
    if wheel is None:
        return None
    library = _library(wheel)
    prefix = naming_of(library).prefix
    return Published(
        size=wheel.stat().st_size,
        tags=wheel.name.removesuffix(".whl").rsplit("-", 1)[1],
        others=sum(not name.startswith(prefix) for name in library.exports),
        bits=64 if _LONG_INTEGERS in library.content else 32,
        kernels=library.kernels or _WITHOUT_SYMBOLS.get(row.tag, frozenset()),
    )


def _downloaded(row: Row, interface: Interface, folder: Path) -> Path | None:
    folder.mkdir(parents=True, exist_ok=True)
    if not list(folder.glob("*.whl")):
        tags = (row.tag, *(tag.format(row.machine) for tag in _NEWER.get(row.c_library, ())))
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        platforms = [word for tag in tags for word in ("--platform", tag)]
        try:
            run([*command, *platforms, "--dest", folder, f"{interface.distribution}=={NEWEST_PUBLISHED}"])
        except ToolError as error:
            # Without a network pip says so too, behind its attempts.
            if "No matching distribution" not in str(error) or "Retrying" in str(error):
                raise
    return next(folder.glob("*.whl"), None)


def _library(wheel: Path) -> SharedLibrary:
    with zipfile.ZipFile(wheel) as archive, tempfile.TemporaryDirectory(prefix="openblas-published-") as folder:
        return read_library(Path(archive.extract(library_in(wheel, archive.namelist()), folder)))
