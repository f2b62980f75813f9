"""The libraries to compare: where each is, how its names are made, what its process needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openblas_build.errors import SettingError

OURS = "this"  # the candidate that all others are compared with
_WIDTHS = {"lp64": 32, "ilp64": 64}


@dataclass(frozen=True)
class Candidate:
    """A shared library with BLAS in it.

    Fortran's ``dgemm_`` is `prefix` + ``dgemm_`` + `suffix` there; its integers have `bits` bits.
    `search` are folders for what it needs, `environment` what its process wants; `origin` says where it is from,
    `build` how it was built, where that is known.
    """

    name: str
    library: Path
    prefix: str = ""
    suffix: str = ""
    bits: int = 32
    search: tuple[Path, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    origin: str = ""
    build: dict[str, Any] = field(default_factory=dict)


def parse(text: str) -> Candidate:
    """Return the candidate of ``NAME=PATH[:prefix:suffix:ilp64|lp64]``; without the rest, plain names and lp64.

    Raises:
        SettingError: it is not of this form, the file is not there, or the name is taken.
    """
    name, equals, rest = text.partition("=")
    path, *naming = rest.split(":")
    if not (name and equals and path) or len(naming) not in (0, 3):
        msg = f"--candidate {text}: want NAME=PATH or NAME=PATH:PREFIX:SUFFIX:ilp64|lp64, e.g. make=libx.so::64_:ilp64"
        raise SettingError(msg)
    prefix, suffix, width = naming or ("", "", "lp64")
    if width not in _WIDTHS:
        msg = f"--candidate {text}: the width of integers is {' or '.join(_WIDTHS)}, not {width!r}"
        raise SettingError(msg)
    if name == OURS:
        msg = f"--candidate {text}: {OURS!r} is this wheel's own name; take another"
        raise SettingError(msg)
    library = Path(path).expanduser().resolve()
    if not library.is_file():
        msg = f"--candidate {text}: there is no file {library}"
        raise SettingError(msg)
    return Candidate(name, library, prefix, suffix, _WIDTHS[width], origin=str(library))
