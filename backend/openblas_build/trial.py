"""A tiny library, built as the real one will be: what a tool cannot do shows in a second, not after minutes."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from . import glibc, toolchain
from .errors import ToolError
from .naming import Naming
from .relink import Toolset, link, rename
from .run import run
from .symbols import Plan, defined_symbols

_C_SOURCE = """\
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
void xerbla_(void) { abort(); } /* a name that programs may replace */
double trial_(double *x) { return sin(*x) + (double)(pthread_self() != 0) + (double)(malloc(1) != NULL); }
"""
_FORTRAN_SOURCE = """\
      SUBROUTINE TRIALF( X )
      DOUBLE PRECISION X
      X = 2*X
      END
"""
# As cmake/OpenBLASArchive.cmake has them.
_FLAGS = ("-O2", "-fPIC", "-fno-lto")


def check(naming: Naming, threading: str, environ: Mapping[str, str]) -> None:
    """Compile C and Fortran, make an archive, rename its symbols and link it, with the user's flags.

    Raises:
        ToolError: something of this does not work; the text says what, and what the tool said.
    """
    with tempfile.TemporaryDirectory(prefix="scipy-openblas-") as folder:
        _build(Path(folder), naming, threading, environ)


def _build(work: Path, naming: Naming, threading: str, environ: Mapping[str, str]) -> None:
    objects = [
        _compiled(work / "trial.c", _C_SOURCE, toolchain.C, environ),
        _compiled(work / "trialf.f", _FORTRAN_SOURCE, toolchain.FORTRAN, environ),
    ]
    archive = work / "libtrial.a"
    run([toolchain.archiver(environ), "crs", archive, *objects])
    plan = Plan(naming, ("trial_", "trialf_", "xerbla_"), ())
    tools = Toolset(
        toolchain.C.command(environ)[0],
        toolchain.objcopy(environ),
        glibc.native(),
        link_flags=[
            *toolchain.C.command(environ)[1:],
            *toolchain.words("LDFLAGS", environ),
            *(["-fopenmp"] if threading == "openmp" else []),
        ],
    )
    renamed = rename(archive, plan, tools.objcopy, work)
    lost = sorted(set(plan.exports) - defined_symbols(renamed))
    if lost:
        flags = " ".join(filter(None, (environ.get(name) for name in ("CFLAGS", "FFLAGS"))))
        msg = (
            f"{tools.objcopy} renames no symbols in what the compilers make ({flags or 'no flags of yours'}): {lost[0]}"
        )
        raise ToolError(msg)
    _linked(renamed, work / "libtrial.so", plan, tools, work)


def _compiled(source: Path, text: str, language: toolchain.Language, environ: Mapping[str, str]) -> Path:
    source.write_text(text, encoding="utf-8")
    made = source.with_suffix(".o")
    command: Sequence[str | Path] = [*language.command(environ), *toolchain.words(language.flags, environ), *_FLAGS]
    try:
        run([*command, "-c", source, "-o", made])
    except ToolError as error:
        given = environ.get(language.flags, "")
        hint = f" with {language.flags}={given}" if given else ""
        msg = f"the {language.name} compiler {command[0]} does not compile the simplest file{hint}\n{error}"
        raise ToolError(msg) from error
    return made


def _linked(archive: Path, library: Path, plan: Plan, tools: Toolset, work: Path) -> None:
    try:
        link(archive, library, plan, tools, work)
    except ToolError as error:
        msg = (
            "the linker does not link the simplest shared library with what is asked of it: a version script, a "
            f"dynamic list, -z now and the like\ntake GNU ld or LLVM's lld, and flags in LDFLAGS that it knows\n{error}"
        )
        raise ToolError(msg) from error
