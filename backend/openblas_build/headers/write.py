"""OpenBLAS's headers, declaring what the library exports, under its names and with its integer type."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from ..errors import SymbolError
from ..naming import Naming
from ..symbols import Plan
from . import plain_names
from .scan import Declaration, declarations
from .standards import conforming, shared_types

PLAIN_NAMES_HEADER = plain_names.HEADER

_IDENTIFIER = re.compile(r"\b[A-Za-z_][A-Za-z0-9_]*\b")
_CONDITIONAL = re.compile(r"^[ \t]*#[ \t]*(if|endif)", re.MULTILINE)
# What OpenBLAS's CMake leaves in openblas_config.h: the Fortran name of FUNC.
_BLASFUNC = re.compile(r"^#define BLASFUNC\(FUNC\) .*$", re.MULTILINE)
_INCLUDE_GUARD = re.compile(r"^#ifndef (\w+)\n#define \1\b.*$", re.MULTILINE)
_LAST_ENDIF = re.compile(r"#endif[^\n]*\n*\Z")

# These two declare some of LAPACK's functions differently, as OpenBLAS wrote them and with the lengths
# of strings. Each serves alone; of both, the one that is included first.
_RIVALS = {"f77blas.h": "lapack.h", "lapack.h": "f77blas.h"}

_ILP64 = """
/* The library counts in 64-bit integers. */
#ifndef LAPACK_ILP64
#define LAPACK_ILP64
#endif
"""

# C++ has neither creal() nor _Complex_I; GCC and Clang have C's complex types in C++ all the same, and
# these operators in both languages.
_PARTS = {"(creal(z))": "(__real__(z))", "(cimag(z))": "(__imag__(z))"}
_MAKING_IN_CPP = (
    "#if defined(__cplusplus) && defined(__GNUC__) && defined(OPENBLAS_COMPLEX_C99)\n"
    + "".join(
        f"#undef openblas_make_complex_{kind}\n"
        f"#define openblas_make_complex_{kind}(real, imag) __extension__ ({{ \\\n"
        f"    openblas_complex_{kind} z_; __real__ z_ = (real); __imag__ z_ = (imag); z_; }})\n"
        for kind in ("float", "double", "xdouble")
    )
    + "#endif\n"
)


@dataclass(frozen=True)
class _Header:
    """One of OpenBLAS's headers as it was read."""

    name: str
    text: str
    declared: tuple[Declaration, ...]

    @classmethod
    def read(cls, path: Path) -> _Header:
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            msg = f"OpenBLAS's header {path} cannot be read: {error.strerror}"
            raise SymbolError(msg) from error
        return cls(path.name, text, tuple(declarations(text)))

    @property
    def guard(self) -> str:
        """The macro that says that the header was included."""
        return _found(_INCLUDE_GUARD, self.text, f"{self.name} has no include guard")[1]


def write_headers(headers: Iterable[Path], folder: Path, plan: Plan, *, ilp64: bool = True) -> None:
    """Write `headers` into `folder`, with the public symbols' names as `plan` has them.

    What they declare and the library does not export is left out. Besides, the header of plain
    names is written. `ilp64` says that the library counts in 64-bit integers.

    Raises:
        SymbolError: a header is missing, or has another form than is known.
    """
    read = {path.name: _Header.read(path) for path in headers}
    folder.mkdir(parents=True, exist_ok=True)
    rename = _renamer(plan)
    shared = shared_types(header.text for header in read.values())
    for name, header in read.items():
        rival = read.get(_RIVALS.get(name, ""))
        text = _exported_only(header, plan, rival)
        special = _SPECIAL.get(name)
        if special is not None:
            text = special(text, plan.naming, ilp64)
        for part, portable in _PARTS.items():
            text = text.replace(part, portable)
        (folder / name).write_text(rename(conforming(name, text, shared)), encoding="utf-8")
    (folder / PLAIN_NAMES_HEADER).write_text(plain_names.render(plan), encoding="utf-8")


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


def _exported_only(header: _Header, plan: Plan, rival: _Header | None) -> str:
    """Return the header's text without what the library lacks; what `rival` declares too, only in its absence."""
    public = frozenset(plan.public)
    shared = {each.name for each in rival.declared} if rival else set()
    parts, place = [], 0
    for each in header.declared:
        if each.name in public and each.name not in shared:
            continue
        kept = header.text[each.start : each.end]
        if len({match[1] for match in _CONDITIONAL.finditer(kept)}) == 1:
            msg = f"{header.name} declares {each.name} with half of a preprocessor conditional in it"
            raise SymbolError(msg)
        parts.append(header.text[place : each.start])
        if each.name in public and rival:
            parts.append(f"#ifndef {rival.guard}\n{kept}\n#endif")
        place = each.end
    return "".join([*parts, header.text[place:]])


def _openblas_config(text: str, naming: Naming, _ilp64: bool) -> str:
    _found(_BLASFUNC, text, "openblas_config.h does not define BLASFUNC")
    text = _BLASFUNC.sub(f"#define BLASFUNC(FUNC) {fortran_macro(naming, 'FUNC')}", text)
    end = _found(_LAST_ENDIF, text, "openblas_config.h does not end with its include guard")
    return f"{text[: end.start()]}{_MAKING_IN_CPP}{plain_names.INCLUDE}\n{end[0]}"


def _mangling(_text: str, naming: Naming, ilp64: bool) -> str:
    return (
        "/* The names of LAPACK's Fortran routines in this library. */\n"
        "#ifndef LAPACK_HEADER_INCLUDED\n"
        "#define LAPACK_HEADER_INCLUDED\n"
        f"{_ILP64 if ilp64 else ''}\n"
        f"#define LAPACK_GLOBAL(lcname, UCNAME) {fortran_macro(naming, 'lcname')}\n"
        f"{plain_names.INCLUDE}"
        "\n#endif\n"
    )


def _config(text: str, _naming: Naming, ilp64: bool) -> str:
    guard = _found(_INCLUDE_GUARD, text, "lapacke_config.h has no include guard")
    return f"{text[: guard.end()]}\n{_ILP64}{text[guard.end() :]}" if ilp64 else text


def _found(pattern: re.Pattern[str], text: str, otherwise: str) -> re.Match[str]:
    match = pattern.search(text)
    if match is None:
        msg = f"OpenBLAS's headers have another form than this builder knows: {otherwise}"
        raise SymbolError(msg)
    return match


_SPECIAL: Mapping[str, Callable[[str, Naming, bool], str]] = {
    "openblas_config.h": _openblas_config,
    "lapacke_mangling.h": _mangling,
    "lapacke_config.h": _config,
}
