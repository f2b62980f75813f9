"""What is said of a platform: one row of the table."""

from __future__ import annotations

from dataclasses import dataclass, field

# Both interfaces, and the one that machines with pointers of 32 bits have.
BOTH = ("ilp64", "lp64")
LP64_ONLY = ("lp64",)


@dataclass(frozen=True)
class Cross:
    """How a platform's code is made on another machine.

    `c` and `fortran` are the commands of its compilers, `objcopy` and `archiver` programs, `packages` Debian's packages
    by the program that they bring. `linker` is the program that links where it is not found with these, and `cmake`
    variables that CMake wants besides.
    """

    c: tuple[str, ...]
    fortran: tuple[str, ...]
    objcopy: str
    archiver: str
    packages: dict[str, str]
    linker: str = ""
    cmake: dict[str, str] = field(default_factory=dict)

    @property
    def programs(self) -> tuple[str, ...]:
        """What has to be there."""
        return tuple(filter(None, (self.c[0], self.fortran[0], self.objcopy, self.archiver, self.linker)))


@dataclass(frozen=True)
class Emulator:
    """What runs a platform's programs on another machine: qemu's program, and Debian's package of it.

    `cpus` are CPUs that it can be, by its names, each with the family whose kernels the library has to take there, as
    the library calls it; the last one can run them all. `tells_cpu` is false where programs cannot see which CPU it is,
    and kernels have to be asked for. `programs_cpu` is the one for programs, where the last one lacks instructions
    that they use, or takes hours for them. `others` are Debian's packages by further programs that trials want. None of
    it is needed to build.
    """

    program: str
    package: str
    cpus: dict[str, str]
    tells_cpu: bool = True
    programs_cpu: str | None = None
    others: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """One platform.

    `tag` is the platform tag of its wheels, with the oldest C library in it. `machine` is the architecture as
    ``uname -m`` says, `system` CMake's name of the system. `object_format` and `c_library` name strategies,
    `oldest` is the version of the C library that wheels run with.

    `target` and `dynamic_list` are OpenBLAS's names of the oldest CPU and of those it has kernels for, `fallback`
    the one whose kernels OpenBLAS's CMake builds whatever the list says. `takes_list` is false where that has a list
    of its own, which `dynamic_list` then repeats. `kernel_folder` is the folder of the kernels in OpenBLAS's
    tree, empty where the table does not know the machine.

    `wants` has the oldest version of compilers, by CMake's names, that compile a family's kernels, where not all do.

    `flags` are for all compilers and all code of the platform.

    `variables` are those of the environment by which compilers and Python on the platform know how old a system code is
    for.

    `python` is what Python calls the platform, where that is not system and machine. `interfaces` are those that can be
    built. `zig_target` is zig's name of machine, system and C library;
    `cross` and `emulator` are for other machines than this one; `debian` is Debian's name of the architecture, and
    `suite` the release, for the system that tests run in.
    """

    tag: str
    machine: str
    system: str
    object_format: str
    c_library: str
    oldest: str
    target: str
    dynamic_list: tuple[str, ...]
    fallback: str
    kernel_folder: str
    zig_target: str
    takes_list: bool = True
    wants: dict[str, dict[str, str]] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    interfaces: tuple[str, ...] = BOTH
    cross: Cross | None = None
    emulator: Emulator | None = None
    debian: str = ""
    suite: str = "bookworm"
    python: str = ""
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def native_c_library(self) -> str:
        """The C library by its name on the system itself, whoever's files it is linked with elsewhere."""
        return self.c_library.partition("-")[0]

    @property
    def python_platform(self) -> str:
        """The platform as ``sysconfig.get_platform()`` says there."""
        return self.python or f"{self.system.lower()}-{self.machine}"

    @property
    def kernels(self) -> tuple[str, ...]:
        """Every CPU family with kernels in the platform's library, each once."""
        return families(self.fallback, self.target, self.dynamic_list)


def families(fallback: str, target: str, dynamic_list: tuple[str, ...]) -> tuple[str, ...]:
    """Return every CPU family that OpenBLAS's CMake builds kernels for, each once."""
    return tuple(dict.fromkeys(filter(None, (fallback, target, *dynamic_list))))
