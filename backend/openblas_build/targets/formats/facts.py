"""What a shared library says of itself, as plain values that every format has."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

# A CPU family's table of kernels; what else of OpenBLAS's begins so goes on in small letters.
_KERNELS = re.compile(r"gotoblas_([A-Z][A-Z0-9_]*)")


@dataclass(frozen=True)
class SharedLibrary:
    """The facts of one shared library.

    `machine` is the architecture as the table of platforms calls it. `symbols` are all names in it, None if the
    library was stripped; `imports` are those that it wants of others. `glibc_symbols` are the versions of glibc whose
    symbols it needs, e.g. ``(2, 17)``. `weaknesses` say in what it is not as hardened as its format can be, with the
    remedy. `oldest_system` is the version of the system that it says it was made for, where its format has a place for
    that.
    """

    path: Path
    machine: str
    exports: frozenset[str]
    imports: frozenset[str]
    symbols: frozenset[str] | None
    needed: tuple[str, ...]
    glibc_symbols: frozenset[tuple[int, ...]]
    soname: str | None
    run_paths: tuple[str, ...]
    weaknesses: tuple[str, ...]
    content: bytes
    oldest_system: tuple[int, ...] | None = None

    @property
    def openblas_version(self) -> str | None:
        """The release that the library reports, e.g. ``0.3.34``; None if it does not look like OpenBLAS."""
        match = re.search(rb"OpenBLAS (\d+\.\d+\.\d+)", self.content)
        return match[1].decode() if match else None

    @property
    def kernels(self) -> frozenset[str]:
        """The CPU families that it has a table of kernels for, by OpenBLAS's names; none if it was stripped."""
        return frozenset(match[1] for name in self.symbols or () if (match := _KERNELS.fullmatch(name)))

    @property
    def integer_bits(self) -> int:
        """How long the integers of the library's functions are, as the library itself says."""
        return 64 if b"USE64BITINT" in self.content else 32
