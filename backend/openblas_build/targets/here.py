"""What this machine is, by the names of the table of platforms."""

from __future__ import annotations

import platform

# Windows' names of machines; elsewhere they are those of ``uname -m``.
_MACHINES = {"AMD64": "x86_64", "ARM64": "aarch64", "x86": "i686"}
# The C libraries of systems that have one.
_C_LIBRARIES = {"Windows": "ucrt", "Darwin": "libsystem"}


def system() -> str:
    """Return the system, by CMake's name: Linux, Windows, Darwin."""
    return platform.system()


def machine() -> str:
    """Return the architecture."""
    return _MACHINES.get(platform.machine(), platform.machine())


def c_library() -> str:
    """Return the C library's name."""
    return _C_LIBRARIES.get(system()) or platform.libc_ver()[0] or "musl"
