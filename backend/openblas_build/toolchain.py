"""The compilers, looked for before anything is downloaded."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Mapping, Sequence

from .errors import ToolError
from .run import run

_FORTRAN = ("gfortran",)
_C = ("cc", "gcc", "clang")

_FORTRAN_PACKAGES = """\
LAPACK is written in Fortran. Install GNU Fortran:
  Debian, Ubuntu   apt install gfortran
  Fedora           dnf install gcc-gfortran
  Alpine           apk add gfortran
  macOS            brew install gcc
or name a compiler in the environment variable FC"""

_C_PACKAGES = """\
Install one:
  Debian, Ubuntu   apt install gcc
  Fedora           dnf install gcc
  Alpine           apk add gcc musl-dev
  macOS            xcode-select --install
or name a compiler in the environment variable CC"""


def check_compilers(environ: Mapping[str, str]) -> None:
    """Check that there are a C and a Fortran compiler.

    Raises:
        ToolError: one is missing, or the one that CC or FC names is; the text says what to install.
    """
    _check("C", "CC", _C, _C_PACKAGES, environ)
    _check("Fortran", "FC", _FORTRAN, _FORTRAN_PACKAGES, environ)


def c_compiler_id(environ: Mapping[str, str]) -> str:
    """Return what the C compiler is, by CMake's names: GNU, Clang, AppleClang, or unknown.

    Raises:
        ToolError: there is none, or it doesn't preprocess an empty file.
    """
    named = shlex.split(environ.get("CC", ""))
    command = named or [next((name for name in _C if shutil.which(name, path=environ.get("PATH"))), _C[0])]
    macros = run([*command, "-dM", "-E", "-x", "c", os.devnull])
    if "#define __clang__" in macros:
        return "AppleClang" if "#define __apple_build_version__" in macros else "Clang"
    return "GNU" if "#define __GNUC__" in macros else "unknown"


def find_launcher(wanted: str) -> str | None:
    """Return the path of the compiler launcher, or None for none.

    Raises:
        ToolError: the user named one that is not there.
    """
    if wanted == "none":
        return None
    found = shutil.which("ccache" if wanted == "auto" else wanted)
    if found is None and wanted != "auto":
        msg = f"the compiler launcher {wanted} is not on PATH; install it, or give auto or none"
        raise ToolError(msg)
    return found


def _check(language: str, variable: str, names: Sequence[str], advice: str, environ: Mapping[str, str]) -> None:
    path = environ.get("PATH")
    named = environ.get(variable, "").strip()
    if named:
        program = shlex.split(named)[0]
        if shutil.which(program, path=path) is None:
            msg = f"the {language} compiler that {variable} names is not there: {program}"
            raise ToolError(msg)
    elif not any(shutil.which(name, path=path) for name in names):
        msg = f"no {language} compiler on PATH (looked for {', '.join(names)})\n{advice}"
        raise ToolError(msg)
