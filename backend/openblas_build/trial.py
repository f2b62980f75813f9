"""A tiny library, built as the real one will be: what a tool cannot do shows in a second, not after minutes."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from .errors import ToolError
from .naming import Naming
from .relink import Toolset, link, rename
from .run import run
from .symbols import Plan, defined_symbols
from .targets import Target
from .targets.c_libraries import C_LIBRARIES
from .targets.formats import FORMATS
from .targets.linkage import NATIVE
from .targets.tools import Language, words

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


def check(target: Target, naming: Naming, threading: str, environ: Mapping[str, str]) -> None:
    """Compile C and Fortran, make an archive, rename its symbols and link it, with the user's flags.

    Raises:
        ToolError: something of this does not work; the text says what, and what the tool said.
    """
    with tempfile.TemporaryDirectory(prefix="scipy-openblas-") as folder:
        _build(Path(folder), target, naming, threading, environ)


def _build(work: Path, target: Target, naming: Naming, threading: str, environ: Mapping[str, str]) -> None:
    chain = target.tools
    program, *arguments = chain.c.command(environ)
    objects = [
        _compiled(work / "trial.c", _C_SOURCE, chain.c, environ, _headers(target, work / "headers")),
        _compiled(work / "trialf.f", _FORTRAN_SOURCE, chain.fortran, environ),
    ]
    archive = work / "libtrial.a"
    run([chain.archiver.path(environ), "crs", archive, *objects])
    plan = Plan(naming, ("trial_", "trialf_", "xerbla_"), ())
    tools = Toolset(
        program,
        chain.objcopy.path(environ),
        C_LIBRARIES[target.row.c_library].linkage(NATIVE, target.row.zig_target, chain.objcopy.path(environ), work),
        link_flags=[*arguments, *words("LDFLAGS", environ), *(["-fopenmp"] if threading == "openmp" else [])],
        object_format=FORMATS[target.row.object_format],
    )
    renamed = rename(archive, plan, tools, work)
    lost = sorted(set(plan.exports) - defined_symbols(renamed, tools.object_format.prefix))
    if lost:
        flags = " ".join(filter(None, (environ.get(name) for name in ("CFLAGS", "FFLAGS"))))
        msg = (
            f"{tools.objcopy} renames no symbols in what the compilers make ({flags or 'no flags of yours'}): {lost[0]}"
        )
        raise ToolError(msg)
    _linked(renamed, work / "libtrial.so", plan, tools, work)
    made_for = tools.object_format.read(work / "libtrial.so").machine
    if made_for != target.machine and target.known:
        msg = f"the compiler {program} makes code for {made_for}, and the platform {target.row.tag} is {target.machine}"
        raise ToolError(msg)


def _headers(target: Target, folder: Path) -> Sequence[str]:
    """Return the options for the headers of another system's C library, which are written to `folder`."""
    if not target.cross:
        return ()
    c_library = C_LIBRARIES[target.row.c_library]
    c_library.write_headers(target.row.zig_target, folder)
    return c_library.header_options(folder)


def _compiled(
    source: Path, text: str, language: Language, environ: Mapping[str, str], options: Sequence[str] = ()
) -> Path:
    source.write_text(text, encoding="utf-8")
    made = source.with_suffix(".o")
    command: Sequence[str | Path] = [*language.command(environ), *words(language.flags, environ), *_FLAGS, *options]
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
