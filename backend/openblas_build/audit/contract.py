"""What a finished library must be, as values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..naming import Interface, Naming
from ..targets.c_libraries import C_LIBRARIES, CLibrary
from ..toml import tomllib

_REFERENCE = Path(__file__).parent / "reference"

# OpenMP has one run-time library in a process or none; a copy inside would be a second one.
_OPENMP = r"libgomp(-[0-9a-f]+)?\.so\.[\d.]+"

# Folders where builds run. A library that came from no such place mentions none of them.
_BUILD_FOLDERS = rb"/(?:home|root|tmp|var/tmp|Users|builds?|workspace|github|project|host|io)/[\w.+/-]{3,}"


@dataclass(frozen=True)
class Contract:
    """The demands that differ from build to build; the others are in the checks themselves.

    `naming` is the convention that the library has to follow, None for the one that it shows;
    `interface` says how long its integers have to be, None for any.
    `machine` is the architecture, None for any. `kernels` are OpenBLAS's names of CPUs, None for those of the table of
    platforms. `c_library` is what the library may need, `c_version` the oldest that it must run with, None for any.
    `forbidden` are paths of the build machine.
    """

    naming: Naming | None = None
    interface: Interface | None = None
    machine: str | None = None
    c_library: CLibrary = C_LIBRARIES["glibc"]
    kernels: tuple[str, ...] | None = None
    threading: str = "pthreads"
    c_version: str | None = None
    forbidden: tuple[str, ...] = ()

    def allows_needed(self, library: str) -> bool:
        """Tell whether the library may need the shared library of this name."""
        openmp = self.threading == "openmp" and re.fullmatch(_OPENMP, library) is not None
        return openmp or self.c_library.allows(library)

    def forbidden_in(self, content: bytes) -> list[str]:
        """Return the paths of a build machine that a file's content mentions."""
        found = {path for path in self.forbidden if path.encode() in content}
        found.update(match.decode("utf-8", "replace") for match in re.findall(_BUILD_FOLDERS, content))
        return sorted(found)


@dataclass(frozen=True)
class Reference:
    """What a published library of the same OpenBLAS release exports, in OpenBLAS's own names."""

    title: str
    names: frozenset[str]
    differences: tuple[Difference, ...]

    def missing_from(self, names: frozenset[str], machine: str) -> list[str]:
        """Return what is neither in `names` nor excused on a machine, sorted."""
        return sorted(
            name
            for name in self.names - names
            if not any(difference.excuses(name, machine) for difference in self.differences)
        )


@dataclass(frozen=True)
class Difference:
    """Names of the reference that our library does not have on these machines, or on all if there is none, and why."""

    pattern: str
    reason: str
    machines: tuple[str, ...] = ()

    def excuses(self, name: str, machine: str) -> bool:
        """Tell whether a library for `machine` may be without a name."""
        return re.fullmatch(self.pattern, name) is not None and (not self.machines or machine in self.machines)


@cache
def reference(openblas_version: str | None) -> Reference | None:
    """Return the reference for an OpenBLAS release such as ``0.3.34``, or None where there is none."""
    folder = _REFERENCE / (openblas_version or "unknown")
    if not folder.is_dir():
        return None
    data = tomllib.loads((folder / "reference.toml").read_text(encoding="utf-8"))
    return Reference(
        data["title"],
        frozenset((folder / "exports.txt").read_text(encoding="utf-8").split()),
        tuple(
            Difference(entry["pattern"], entry["reason"], tuple(entry.get("machines", ())))
            for entry in data["difference"]
        ),
    )
