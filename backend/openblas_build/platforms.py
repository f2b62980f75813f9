"""The machines that a library can be built for, as a table."""

from __future__ import annotations

import os
import platform
import sys
from dataclasses import dataclass

from .errors import SettingError
from .settings import Settings

# The C library of the machine that builds.
NATIVE = "native"


@dataclass(frozen=True)
class Platform:
    """One architecture.

    `target` and `dynamic_list` are OpenBLAS's names of its oldest CPU and of those it has kernels
    for, `fallback` the one whose kernels OpenBLAS's CMake builds whatever the list says. `glibc` is
    the oldest C library that wheels run with, `zig_target` zig's name of it all, `kernel_folder` the
    folder of its kernels in OpenBLAS's tree, empty where the table does not know the machine.
    """

    machine: str
    target: str
    dynamic_list: tuple[str, ...]
    fallback: str
    glibc: str
    zig_target: str
    kernel_folder: str

    @property
    def kernels(self) -> tuple[str, ...]:
        """Every CPU family with kernels in the library, each once."""
        return tuple(dict.fromkeys(filter(None, (self.fallback, self.target, *self.dynamic_list))))

    @property
    def cmake_dynamic_list(self) -> tuple[str, ...]:
        """DYNAMIC_LIST as OpenBLAS's CMake wants it, which makes targets twice if it names the fallback."""
        return tuple(cpu for cpu in self.kernels if cpu != self.fallback)

    @property
    def makefile_variables(self) -> dict[str, str]:
        """The CPUs as OpenBLAS's Makefiles want them, which build what the list says and nothing else."""
        return {"DYNAMIC_ARCH": "1", "DYNAMIC_LIST": " ".join(self.kernels), "TARGET": self.target}


# x86_64: the list that scipy-openblas64 ships (its wheels hold gotoblas_<CPU> of these five).
PLATFORMS: dict[str, Platform] = {
    row.machine: row
    for row in (
        Platform(
            "x86_64",
            "PRESCOTT",
            ("NEHALEM", "SANDYBRIDGE", "HASWELL", "SKYLAKEX"),
            fallback="PRESCOTT",
            glibc="2.17",
            zig_target="x86_64-linux-gnu",
            kernel_folder="x86_64",
        ),
    )
}


def _has_old_symbols(settings: Settings) -> bool:
    # What was compiled with another C library's headers cannot be linked for glibc, and OpenMP's
    # run-time library, which goes into the wheel, needs the machine's own.
    return platform.libc_ver()[0] == "glibc" and settings.threading != "openmp"


def chosen(settings: Settings, machine: str | None = None) -> Platform:
    """Return the platform to build for, with the user's CPUs in place of the table's.

    Raises:
        SettingError: the system is not Linux, or the machine is not in the table and the
            settings do not say what to build for it.
    """
    if machine is None and sys.platform != "linux":
        msg = f"libraries can be built for Linux only so far, and this is {sys.platform}"
        raise SettingError(msg)
    name = machine or os.uname().machine
    row = PLATFORMS.get(name)
    if row is None and (settings.target is None or settings.dynamic_list is None):
        msg = (
            f"no CPU list for the architecture {name}; there are lists for {', '.join(PLATFORMS)}\n"
            "to try all the same, give -C openblas.target=... and -C openblas.dynamic-list=..."
        )
        raise SettingError(msg)
    wanted = Platform(
        name,
        settings.target or (row.target if row else ""),
        settings.dynamic_list or (row.dynamic_list if row else ()),
        row.fallback if row else "",
        settings.glibc or (row.glibc if row and _has_old_symbols(settings) else NATIVE),
        row.zig_target if row else f"{name}-linux-gnu",
        row.kernel_folder if row else "",
    )
    if row and settings.glibc not in (None, NATIVE) and _number(wanted.glibc) < _number(row.glibc):
        msg = f"openblas.glibc={wanted.glibc}: for {name} the oldest is {row.glibc}, which wheels can have a tag for"
        raise SettingError(msg)
    if not wanted.cmake_dynamic_list:
        msg = (
            f"a library with {wanted.fallback}'s kernels only has nothing to choose from at run time\n"
            "give openblas.dynamic-list at least one other CPU, e.g. HASWELL"
        )
        raise SettingError(msg)
    return wanted


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
