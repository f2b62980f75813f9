"""The table of platforms. `row.Row` says what the columns mean; a platform is added here and nowhere else.

A new row wants: kernels that OpenBLAS's CMake builds there, and those of the published wheel at least; cross tools by
their names and Debian's packages; the oldest C library that zig and the symbols allow. ``make wheel PLATFORM=<tag>``
then builds it, and the audit tells what is missing.
"""

from __future__ import annotations

import dataclasses
import difflib

from ..errors import SettingError
from .row import LP64_ONLY, Cross, Emulator, Row

_ELF, _GLIBC, _MUSL = "elf", "glibc", "musl"
_COFF, _COFF_ON_ARM, _UCRT, _UCRT_OF_ZIG = "coff", "coff-on-arm", "ucrt", "ucrt-of-zig"
_MACHO, _LIBSYSTEM = "macho", "libsystem"
_MACOS = "MACOSX_DEPLOYMENT_TARGET"


def _gnu(system: str, package: str, clang: str | None = None) -> Cross:
    """Return Debian's cross compilers of GCC for a `system`, e.g. ``s390x-linux-gnu``.

    `package` is how the names of packages have it.

    With `clang`, a program and its package, C is compiled by that, which takes GCC's libraries and binutils.
    """
    c = (clang, f"--target={system}") if clang else (f"{system}-gcc",)
    gcc, fortran, objcopy, archiver = (f"{system}-{end}" for end in ("gcc", "gfortran", "objcopy", "ar"))
    binutils = f"binutils-{package}"
    packages = {gcc: f"gcc-{package}", fortran: f"gfortran-{package}", objcopy: binutils, archiver: binutils}
    return Cross(c, (fortran,), objcopy, archiver, {**packages, **({clang: clang} if clang else {})})


def _mingw(machine: str) -> Cross:
    """Return Debian's cross compilers for Windows, which take its own functions for threads."""
    gcc, fortran = (f"{machine}-w64-mingw32-{name}-win32" for name in ("gcc", "gfortran"))
    objcopy, archiver = (f"{machine}-w64-mingw32-{name}" for name in ("objcopy", "ar"))
    package = machine.replace("_", "-")
    binutils = f"binutils-mingw-w64-{package}"
    packages = {
        gcc: f"gcc-mingw-w64-{package}-win32",
        fortran: f"gfortran-mingw-w64-{package}-win32",
        objcopy: binutils,
        archiver: binutils,
    }
    return Cross((gcc,), (fortran,), objcopy, archiver, packages)


def _llvm(target: str, linker: str = "ld64.lld") -> Cross:
    """Return Debian's LLVM as cross compilers for a `target`, e.g. ``arm64-apple-macosx11.0``.

    Programs cannot be linked: there is no run-time library of Fortran for the target. CMake wants a program that it
    does not run.
    """
    names = ("clang", "flang-new", "llvm-objcopy", "llvm-ar", linker, "llvm-install-name-tool")
    c, fortran, objcopy, archiver, lld, renamer = (f"{name}-19" for name in names)
    packages = {c: c, fortran: "flang-19", objcopy: "llvm-19", archiver: "llvm-19", lld: "lld-19"}
    option = f"--target={target}"
    cmake = {"CMAKE_TRY_COMPILE_TARGET_TYPE": "STATIC_LIBRARY", "CMAKE_INSTALL_NAME_TOOL": renamer}
    return Cross((c, option), (fortran, option), objcopy, archiver, packages, lld, cmake)


def _qemu(machine: str, cpus: dict[str, str], *, tells_cpu: bool = True, programs_cpu: str | None = None) -> Emulator:
    """Return Debian's qemu for programs of a machine."""
    return Emulator(f"qemu-{machine}-static", "qemu-user-static", cpus, tells_cpu, programs_cpu)


def _on_musl(row: Row, *options: str) -> Row:
    """Return the row of the same machine with musl, where a cross compiler for C takes `options` besides."""
    tag, zig_target = f"musllinux_1_2_{row.machine}", row.zig_target.replace("-gnu", "-musl")
    cross = row.cross and dataclasses.replace(row.cross, c=(*row.cross.c, *options))
    return dataclasses.replace(row, tag=tag, c_library=_MUSL, oldest="1.2", zig_target=zig_target, cross=cross)


# Clang compiles C where Debian 12's GCC 12.2 does not compile all kernels: it knows no intrinsics of SME and of
# riscv64's vectors, and takes a conversion to POWER10's __vector_pair for an error.
_CLANG = "clang-19"
_SVE = {"GNU": "10", "Clang": "11"}
_INTRINSICS_OF_2023 = {"GNU": "14", "Clang": "17"}
_SME_OF_2024 = {"Clang": "19", "AppleClang": "17"}

# All lists are those of scipy-openblas64's wheels, which hold a gotoblas_<CPU> for each family.
_X86_64 = Row(
    "manylinux_2_17_x86_64",
    "x86_64",
    "Linux",
    _ELF,
    _GLIBC,
    "2.17",
    target="PRESCOTT",
    dynamic_list=("NEHALEM", "SANDYBRIDGE", "HASWELL", "SKYLAKEX"),
    fallback="PRESCOTT",
    kernel_folder="x86_64",
    zig_target="x86_64-linux-gnu",
    cross=_gnu("x86_64-linux-gnu", "x86-64-linux-gnu"),
    emulator=_qemu("x86_64", {"Nehalem": "Nehalem"}),
    debian="amd64",
)
_AARCH64 = Row(
    "manylinux_2_17_aarch64",
    "aarch64",
    "Linux",
    _ELF,
    _GLIBC,
    "2.17",
    target="ARMV8",
    dynamic_list=(
        "CORTEXA53",
        "CORTEXA57",
        "THUNDERX",
        "THUNDERX2T99",
        "TSV110",
        "EMAG8180",
        "NEOVERSEN1",
        "THUNDERX3T110",
        "NEOVERSEV1",
        "NEOVERSEN2",
        "ARMV8SVE",
        "A64FX",
        "ARMV9SME",
    ),
    wants={
        **dict.fromkeys(("NEOVERSEV1", "NEOVERSEN2", "ARMV8SVE", "A64FX"), _SVE),
        "ARMV9SME": _INTRINSICS_OF_2023,
    },
    fallback="ARMV8",
    kernel_folder="arm64",
    zig_target="aarch64-linux-gnu",
    cross=_gnu("aarch64-linux-gnu", "aarch64-linux-gnu", clang=_CLANG),
    emulator=_qemu(
        "aarch64",
        {
            "cortex-a53": "cortexa53",
            "cortex-a57": "cortexa57",
            "neoverse-n1": "neoversen1",
            "a64fx": "a64fx",
            "max": "armv9sme",
        },
        programs_cpu="neoverse-n1",  # vectors of 2,048 bits are slow in an emulator
    ),
    debian="arm64",
)

# It has no AT_PLATFORM, by which the C library knows a POWER.
_QEMU_PPC64LE = _qemu(
    "ppc64le",
    {"power8": "power8", "power9": "power9", "power10": "power10"},
    tells_cpu=False,
)
# It cannot be a named CPU there, and leaves out what is told. It has no LPER, which every such machine has, and which
# OpenBLAS's SAMAX and SAMIN for Z14 use; no program but OpenBLAS's own calls them.
_QEMU_S390X = _qemu(
    "s390x",
    {"max,vx=off,vxeh=off": "zarch_generic", "max,vxeh=off": "z13", "max": "z14"},
    programs_cpu="max,vxeh=off",
)
# Of vectors qemu is told how long they are.
_QEMU_RISCV64 = _qemu(
    "riscv64",
    {
        "rv64": "riscv64_generic",
        "rv64,v=true,vlen=128,elen=64": "riscv64_zvl128b",
        "rv64,v=true,vlen=256,elen=64": "riscv64_zvl256b",
    },
)

# What starts it is in the package wine. It shows the CPU that there is.
_WINE = Emulator(
    "wine",
    "wine",
    {family: family for family in ("Nehalem", "Sandybridge", "Haswell", "SkylakeX")},
    tells_cpu=False,
)

# A Debian of the machine with a loader of this project's own, which is compiled; kernels have to be asked for. Clang
# compiles all for Apple's first M1 at least, which has more than the CPUs of ARM that qemu can be. Of SME without SVE,
# as in Apple's CPUs, it has nothing.
_MACHO_ON_X86_64 = Emulator(
    "cc",
    "gcc",
    {family: family for family in ("Core2", "Nehalem", "Sandybridge", "Haswell", "SkylakeX")},
    tells_cpu=False,
)
_MACHO_ON_ARM64 = dataclasses.replace(
    _qemu(
        "aarch64",
        {"max,sve=off,sme=off": "armv8", "max,sme=off": "neoversen1", "max": "armv9sme", "max,sme=on": "vortexm4"},
        tells_cpu=False,
    ),
    others={"aarch64-linux-gnu-gcc": "gcc-aarch64-linux-gnu"},
)

# ppc64le, s390x, riscv64: the families that OpenBLAS has there, whatever the list says. On s390x OpenBLAS's CMake
# compiles Z13's and Z14's kernels without a list too, but none that chooses them. riscv64's tag is the oldest that
# auditwheel knows.
ROWS: dict[str, Row] = {
    row.tag: row
    for row in (
        _X86_64,
        _AARCH64,
        Row(
            "manylinux_2_17_ppc64le",
            "ppc64le",
            "Linux",
            _ELF,
            _GLIBC,
            "2.17",
            target="POWER8",
            dynamic_list=("POWER9", "POWER10"),
            wants={"POWER10": {"GNU": "12.3", "Clang": "12"}},
            fallback="POWER6",
            takes_list=False,
            kernel_folder="power",
            zig_target="powerpc64le-linux-gnu",
            cross=_gnu("powerpc64le-linux-gnu", "powerpc64le-linux-gnu", clang=_CLANG),
            emulator=_QEMU_PPC64LE,
            debian="ppc64el",
        ),
        Row(
            "manylinux_2_17_s390x",
            "s390x",
            "Linux",
            _ELF,
            _GLIBC,
            "2.17",
            target="ZARCH_GENERIC",
            dynamic_list=("Z13", "Z14"),
            fallback="ZARCH_GENERIC",
            takes_list=False,
            kernel_folder="zarch",
            zig_target="s390x-linux-gnu",
            cross=_gnu("s390x-linux-gnu", "s390x-linux-gnu"),
            emulator=_QEMU_S390X,
            debian="s390x",
        ),
        Row(
            "manylinux_2_31_riscv64",
            "riscv64",
            "Linux",
            _ELF,
            _GLIBC,
            "2.31",
            target="RISCV64_GENERIC",
            dynamic_list=("RISCV64_ZVL128B", "RISCV64_ZVL256B"),
            wants=dict.fromkeys(("RISCV64_ZVL128B", "RISCV64_ZVL256B"), _INTRINSICS_OF_2023),
            fallback="RISCV64_GENERIC",
            takes_list=False,
            kernel_folder="riscv64",
            zig_target="riscv64-linux-gnu",
            cross=_gnu("riscv64-linux-gnu", "riscv64-linux-gnu", clang=_CLANG),
            emulator=_QEMU_RISCV64,
            debian="riscv64",
            suite="trixie",
        ),
        Row(
            "manylinux_2_17_i686",
            "i686",
            "Linux",
            _ELF,
            _GLIBC,
            "2.17",
            target="PRESCOTT",
            dynamic_list=("NEHALEM", "SANDYBRIDGE", "HASWELL"),
            fallback="PRESCOTT",
            kernel_folder="x86",
            zig_target="x86-linux-gnu",
            # Not the x87's arithmetic, whose numbers are longer as long as they are in a register: results would
            # overflow and be rounded in other places than on any other machine. Prescott has SSE3.
            flags=("-msse2", "-mfpmath=sse"),
            interfaces=LP64_ONLY,
            cross=_gnu("i686-linux-gnu", "i686-linux-gnu"),
            debian="i386",
        ),
        _on_musl(_X86_64),
        # The functions for atomics that are chosen at run time are in GCC's library, and call glibc.
        _on_musl(_AARCH64, "-mno-outline-atomics"),
        # The universal C run-time is a part of Windows since version 10.
        dataclasses.replace(
            _X86_64,
            tag="win_amd64",
            system="Windows",
            object_format=_COFF,
            c_library=_UCRT,
            oldest="10",
            zig_target="x86_64-windows-gnu",
            # GCC aligns the stack to 16 bytes there whatever is on it, and moves vectors of 32 as if they were aligned.
            flags=("-Wa,-muse-unaligned-vector-move",),
            cross=_mingw("x86_64"),
            emulator=_WINE,
            python="win-amd64",
        ),
        Row(
            "win_arm64",
            "aarch64",
            "Windows",
            _COFF_ON_ARM,
            _UCRT_OF_ZIG,
            "10",
            target="ARMV8",
            dynamic_list=("NEOVERSEN1",),
            fallback="ARMV8",
            kernel_folder="arm64",
            zig_target="aarch64-windows-gnu",
            cross=_llvm("aarch64-w64-windows-gnu", "ld.lld"),
            emulator=_qemu("aarch64", {}),
            debian="arm64",
            python="win-arm64",
        ),
        # The families of the published wheels; Core 2 is the oldest CPU of a Mac with 64 bits.
        dataclasses.replace(
            _X86_64,
            tag="macosx_10_13_x86_64",
            system="Darwin",
            object_format=_MACHO,
            c_library=_LIBSYSTEM,
            oldest="10.13",
            target="CORE2",
            dynamic_list=("NEHALEM", "SANDYBRIDGE", "HASWELL", "SKYLAKEX"),
            zig_target="x86_64-macos",
            cross=_llvm("x86_64-apple-macosx10.13"),
            emulator=_MACHO_ON_X86_64,
            python="macosx-10.13-x86_64",
            variables={_MACOS: "10.13"},
        ),
        Row(
            "macosx_11_0_arm64",
            "arm64",
            "Darwin",
            _MACHO,
            _LIBSYSTEM,
            "11.0",
            target="ARMV8",
            dynamic_list=("NEOVERSEN1", "VORTEXM4", "ARMV9SME"),
            wants=dict.fromkeys(("VORTEXM4", "ARMV9SME"), _SME_OF_2024),
            fallback="ARMV8",
            kernel_folder="arm64",
            zig_target="aarch64-macos",
            cross=_llvm("arm64-apple-macosx11.0"),
            emulator=_MACHO_ON_ARM64,
            debian="arm64",
            python="macosx-11.0-arm64",
            variables={_MACOS: "11.0"},
        ),
    )
}


def row_of(tag: str) -> Row:
    """Return the row of a platform tag, or one that says nothing but the machine for ``linux_<machine>``.

    Raises:
        SettingError: there is no such row; the text has the list and the nearest.
    """
    if tag in ROWS:
        return ROWS[tag]
    if tag.startswith(_UNKNOWN):
        return unknown(tag.removeprefix(_UNKNOWN))
    # Debian's names of architectures are others' too: amd64, arm64.
    names = {
        f"{each.removesuffix(row.machine)}{word}": each
        for each, row in ROWS.items()
        for word in (row.machine, row.debian)
    }
    near = difflib.get_close_matches(tag, names, n=1, cutoff=0.5)
    hint = f"; did you mean {names[near[0]]}?" if near else ""
    msg = f"openblas.platform: nothing is known of {tag}{hint}\nthere are: {', '.join(ROWS)}"
    raise SettingError(msg)


_UNKNOWN = "linux_"


def unknown(machine: str) -> Row:
    """Return a row for a machine that is not in the table, on which only a native build can be tried."""
    tag = f"{_UNKNOWN}{machine}"
    return Row(tag, machine, "Linux", _ELF, _GLIBC, "native", "", (), "", "", f"{machine}-linux-gnu")


def native_row(machine: str, c_library: str) -> Row:
    """Return the row of a machine with a C library, that of another C library if there is no such one."""
    here = [row for row in ROWS.values() if row.machine == machine]
    same = [row for row in here if row.native_c_library == c_library]
    return next(iter(same + here), unknown(machine))
