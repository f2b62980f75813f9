"""What a link is told of the C library."""

from __future__ import annotations

from dataclasses import dataclass

# The C library of the machine that builds, in the place of a version.
NATIVE = "native"


@dataclass(frozen=True)
class Linkage:
    """How to link against a C library: arguments for the compiler that come last.

    `advice` says what can be done where the library has not all that is wanted.
    """

    version: str
    arguments: tuple[str, ...]
    advice: str = ""


def native() -> Linkage:
    """Return the compiler's own C library."""
    return Linkage(NATIVE, ("-lm", "-lpthread"))
