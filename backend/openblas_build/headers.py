"""OpenBLAS's headers, declaring the library's names and its integer type."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Callable

from .errors import SymbolError
from .naming import Naming
from .symbols import Plan

_IDENTIFIER = re.compile(r"\b[A-Za-z_][A-Za-z0-9_]*\b")
# What OpenBLAS's CMake leaves in openblas_config.h: the Fortran name of FUNC.
_BLASFUNC = re.compile(r"^#define BLASFUNC\(FUNC\) .*$", re.MULTILINE)
_INCLUDE_GUARD = re.compile(r"^#ifndef (\w+)\n#define \1\b.*$", re.MULTILINE)

_ILP64 = """
/* The library counts in 64-bit integers. */
#ifndef LAPACK_ILP64
#define LAPACK_ILP64
#endif
"""


def write_headers(headers: Iterable[Path], folder: Path, plan: Plan) -> None:
    """Write `headers` into `folder` with the public symbols' names as `plan` has them.

    Raises:
        SymbolError: a header is missing, or has another form than is known.
    """
    rewrite = _renamer(plan)
    folder.mkdir(parents=True, exist_ok=True)
    for header in headers:
        try:
            text = header.read_text(encoding="utf-8")
        except OSError as error:
            msg = f"OpenBLAS's header {header} cannot be read: {error.strerror}"
            raise SymbolError(msg) from error
        special = _SPECIAL.get(header.name)
        if special is not None:
            text = special(text, plan.naming)
        (folder / header.name).write_text(rewrite(text), encoding="utf-8")


def fortran_macro(naming: Naming, argument: str) -> str:
    """Return the preprocessor's expression for the exported name of the Fortran routine `argument`."""
    # "x" stands for a routine: what the convention puts around it is what has to be pasted.
    before, after = naming.public("x_").split("x", 1)
    return "##".join(part for part in (before, argument, after) if part)


def _renamer(plan: Plan) -> Callable[[str], str]:
    names = {name: plan.naming.public(name) for name in plan.public}

    def rewrite(text: str) -> str:
        return _IDENTIFIER.sub(lambda match: names.get(match[0], match[0]), text)

    return rewrite


def _openblas_config(text: str, naming: Naming) -> str:
    return _replaced(_BLASFUNC, f"#define BLASFUNC(FUNC) {fortran_macro(naming, 'FUNC')}", text, "BLASFUNC")


def _mangling(_text: str, naming: Naming) -> str:
    name = fortran_macro(naming, "lcname")
    return (
        "/* The names of LAPACK's Fortran routines in this library. */\n"
        "#ifndef LAPACK_HEADER_INCLUDED\n"
        "#define LAPACK_HEADER_INCLUDED\n"
        f"{_ILP64}\n"
        f"#define LAPACK_GLOBAL(lcname, UCNAME) {name}\n"
        f"#define LAPACK_GLOBAL_SUFFIX(lcname, UCNAME) {name}\n"
        "\n#endif\n"
    )


def _config(text: str, _naming: Naming) -> str:
    match = _INCLUDE_GUARD.search(text)
    if match is None:
        msg = "lapacke_config.h has no include guard at its beginning any more"
        raise SymbolError(msg)
    return text[: match.end()] + "\n" + _ILP64 + text[match.end() :]


def _replaced(pattern: re.Pattern[str], new: str, text: str, what: str) -> str:
    result, count = pattern.subn(new, text)
    if not count:
        msg = f"openblas_config.h does not define {what} any more"
        raise SymbolError(msg)
    return result


_SPECIAL: dict[str, Callable[[str, Naming], str]] = {
    "openblas_config.h": _openblas_config,
    "lapacke_mangling.h": _mangling,
    "lapacke_config.h": _config,
}
