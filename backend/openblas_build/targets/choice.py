"""What the options mean: a row of the table, with the user's CPUs and C library in place of the table's."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from ..console import say
from ..errors import SettingError
from ..settings import Settings
from . import here
from .linkage import NATIVE
from .row import Row, families
from .table import ROWS, native_row, row_of
from .tools import NATIVE_TOOLS_OF, CompilerVersion, Toolchain, cross_tools
from .versions import version_of


@dataclass(frozen=True)
class Target:
    """What to build for. `target` and `dynamic_list` are OpenBLAS's names of CPUs.

    `c_version` is the oldest C library that the library has to run with, or ``native``. `cross` says that this system
    is another one, by its machine or its C library; `named`, that the user gave the platform.
    """

    row: Row
    target: str
    dynamic_list: tuple[str, ...]
    c_version: str
    cross: bool = False
    named: bool = False

    @property
    def machine(self) -> str:
        """The architecture."""
        return self.row.machine

    @property
    def folder(self) -> str:
        """The name of its build folder."""
        return self.row.tag if self.named else self.machine

    @property
    def known(self) -> bool:
        """Whether the table has the machine."""
        return self.row.tag in ROWS

    @property
    def foreign(self) -> bool:
        """Whether this machine does not run what is built."""
        return self.cross and (self.row.system, self.machine) != (here.system(), here.machine())

    @property
    def tools(self) -> Toolchain:
        """The compilers and what goes with them."""
        return cross_tools(self.row.cross) if self.foreign and self.row.cross else NATIVE_TOOLS_OF[self.row.system]

    @property
    def python_environment(self) -> dict[str, str]:
        """Variables that make Python's tools give wheels the target's name, where it is not this machine's."""
        return {"_PYTHON_HOST_PLATFORM": self.row.python_platform} if self.cross else dict(self.row.variables)

    @property
    def kernels(self) -> tuple[str, ...]:
        """Every CPU family with kernels in the library, each once."""
        return families(self.row.fallback, self.target, self.dynamic_list)

    @property
    def cmake_dynamic_list(self) -> tuple[str, ...]:
        """DYNAMIC_LIST as OpenBLAS's CMake wants it, which makes targets twice if it names the fallback."""
        return tuple(cpu for cpu in self.kernels if cpu != self.row.fallback)

    @property
    def makefile_variables(self) -> dict[str, str]:
        """The CPUs as OpenBLAS's Makefiles want them, which build what the list says and nothing else."""
        return {"DYNAMIC_ARCH": "1", "DYNAMIC_LIST": " ".join(self.kernels), "TARGET": self.target}


def chosen(settings: Settings, machine: str | None = None) -> Target:
    """Return what to build for: the platform that `settings` name, or else this machine's own, or `machine`'s.

    Raises:
        SettingError: no such platform; the system is neither Linux nor macOS; or the machine is not in the table and
            the settings do not say what to build for it.
    """
    row = _row(settings, machine)
    cross = settings.platform is not None and not _is_native(row)
    if row.tag not in ROWS and (settings.target is None or settings.dynamic_list is None):
        machines = dict.fromkeys(each.machine for each in ROWS.values())
        msg = (
            f"no CPU list for the architecture {row.machine}; there are lists for {', '.join(machines)}\n"
            "to try all the same, give -C openblas.target=... and -C openblas.dynamic-list=..."
        )
        raise SettingError(msg)
    if settings.interface not in row.interfaces:
        msg = f"{row.tag} has no {settings.interface}; give -C openblas.interface={row.interfaces[0]}"
        raise SettingError(msg)
    if settings.glibc not in (None, NATIVE) and row.c_library != "glibc":
        msg = f"openblas.glibc={settings.glibc}: the C library of {row.tag} is {row.c_library}; leave the option out"
        raise SettingError(msg)
    if settings.dynamic_list is not None and not row.takes_list:
        msg = f"OpenBLAS builds kernels for {', '.join(row.kernels)} on {row.machine}; give no openblas.dynamic-list"
        raise SettingError(msg)
    if cross and settings.threading == "openmp":
        msg = f"openblas.threading=openmp brings this machine's OpenMP along, and {row.tag} is another; build it there"
        raise SettingError(msg)
    wanted = Target(
        row,
        settings.target or row.target,
        settings.dynamic_list or row.dynamic_list,
        settings.glibc or (row.oldest if cross or _has_old_symbols(settings, row) else NATIVE),
        cross,
        settings.platform is not None,
    )
    if settings.glibc not in (None, NATIVE) and wanted.known and version_of(wanted.c_version) < version_of(row.oldest):
        msg = (
            f"openblas.glibc={wanted.c_version}: for {row.machine} the oldest is {row.oldest}, "
            "which wheels can have a tag for"
        )
        raise SettingError(msg)
    if not wanted.cmake_dynamic_list:
        msg = (
            f"a library with {row.fallback}'s kernels only has nothing to choose from at run time\n"
            "give openblas.dynamic-list at least one other CPU, e.g. HASWELL"
        )
        raise SettingError(msg)
    return wanted


def compilable(target: Target, compiler: CompilerVersion, *, listed: bool) -> Target:
    """Return the target without the CPU families whose kernels the compiler is too old for, and say which they are.

    Raises:
        SettingError: the user listed one of them, or OpenBLAS has no way to leave it out.
    """
    wanted = {family: target.row.wants.get(family, {}).get(compiler.id) for family in target.kernels}
    out = [family for family, oldest in wanted.items() if oldest and version_of(compiler.version) < version_of(oldest)]
    if not out:
        return target
    newer = " or ".join(f"{name} {oldest}" for name, oldest in target.row.wants[out[0]].items())
    text = (
        f"{', '.join(out)} on {target.machine}: the kernels want {newer}, and this is {compiler.id} {compiler.version}"
    )
    if listed or not target.row.takes_list:
        msg = f"{text}\nname a newer compiler in the environment variable CC"
        raise SettingError(msg)
    say(f"left out: {text}")
    return dataclasses.replace(target, dynamic_list=tuple(cpu for cpu in target.dynamic_list if cpu not in out))


def _row(settings: Settings, machine: str | None) -> Row:
    if settings.platform is not None:
        return row_of(settings.platform)
    if machine is None and here.system() not in NATIVE_TOOLS_OF:
        msg = f"libraries can be built on {', '.join(NATIVE_TOOLS_OF)} only so far, and this is {here.system()}"
        raise SettingError(msg)
    return native_row(machine or here.machine(), here.c_library())


def own_row() -> Row:
    """Return this machine's row."""
    return native_row(here.machine(), here.c_library())


def _is_native(row: Row) -> bool:
    return (row.system, row.machine, row.native_c_library) == (here.system(), here.machine(), here.c_library())


def _has_old_symbols(settings: Settings, row: Row) -> bool:
    # What was compiled with another C library's headers cannot be linked for this one, and OpenMP's
    # run-time library, which goes into the wheel, needs the machine's own.
    return row.oldest != NATIVE and here.c_library() == row.c_library and settings.threading != "openmp"
