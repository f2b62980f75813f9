"""How the library and its symbols are called: naming conventions and interfaces as values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from .errors import SettingError


@dataclass(frozen=True)
class Interface:
    """The integers that the library takes, and the Python package that it comes in."""

    name: str
    bits: int
    package: str

    @property
    def distribution(self) -> str:
        """The name of the package on an index, as pyproject.toml has it."""
        return self.package.replace("_", "-")

    @property
    def is_ilp64(self) -> bool:
        """Whether integers have 64 bits."""
        return self.bits == 64  # noqa: PLR2004 - that is what ILP64 says


ILP64 = Interface("ilp64", 64, "scipy_openblas64")
LP64 = Interface("lp64", 32, "scipy_openblas32")
INTERFACES: Mapping[str, Interface] = {each.name: each for each in (ILP64, LP64)}


@dataclass(frozen=True)
class Naming:
    """A naming convention: a bijection between OpenBLAS's names and the library's.

    `prefix` goes before and `suffix` after a name. Fortran's names end in an underscore
    already: ``dgemm_`` becomes ``scipy_dgemm_64_``, and with `suffix_before_underscore`
    (and a suffix ``_64``) ``dgemm_64_``. `library` is the link name, without ``lib`` and ``.so``,
    `pkg_config` the name of the pkg-config file, the library's if it is empty.
    """

    prefix: str
    suffix: str
    library: str
    suffix_before_underscore: bool = False
    pkg_config: str = ""

    def public(self, symbol: str) -> str:
        """Return the exported name of OpenBLAS's `symbol`."""
        if self.suffix_before_underscore and symbol.endswith("_"):
            return f"{self.prefix}{symbol[:-1]}{self.suffix}_"
        return f"{self.prefix}{symbol}{self.suffix}"

    def plain(self, name: str) -> str | None:
        """Return OpenBLAS's name for the exported `name`, or None if it does not follow the convention."""
        core = name[len(self.prefix) : len(name) - len(self.suffix)]
        candidates = [core]
        if self.suffix_before_underscore:
            candidates.append(name[len(self.prefix) : len(name) - len(self.suffix) - 1] + "_")
        return next((each for each in candidates if self.public(each) == name), None)

    @property
    def file_name(self) -> str:
        """The shared library's file name on Linux, which is its soname too; `formats` has those of all systems."""
        return f"lib{self.library}.so"

    @property
    def pkg_config_module(self) -> str:
        """What pkg-config knows the library by."""
        return self.pkg_config or self.library

    def definitions(self, interface: Interface) -> tuple[str, ...]:
        """Return the macros that tell NumPy, SciPy and others how the library's symbols are called.

        They know a prefix and a suffix behind Fortran's underscore only, so nothing is said of a
        suffix before it.
        """
        suffix = "" if self.suffix_before_underscore else self.suffix
        macros = {
            f"BLAS_SYMBOL_PREFIX={self.prefix}": bool(self.prefix),
            f"BLAS_SYMBOL_SUFFIX={suffix}": bool(suffix),
            "HAVE_BLAS_ILP64": interface.is_ilp64,
            "OPENBLAS_ILP64_NAMING_SCHEME": interface.is_ilp64 and suffix == "64_",
        }
        return tuple(macro for macro, said in macros.items() if said)


# What NumPy and SciPy look for: names of its own, so that no other BLAS in the process can take its place.
SCIPY_ILP64 = Naming("scipy_", "64_", "scipy_openblas64_", pkg_config="scipy-openblas")

# The known conventions by name and interface. Two have 64 in their names, and are for that interface only.
CONVENTIONS: Mapping[str, Mapping[Interface, Naming]] = {
    "scipy": {ILP64: SCIPY_ILP64, LP64: Naming("scipy_", "", "scipy_openblas", pkg_config="scipy-openblas")},
    # Julia's, SuiteSparse's and Fedora's
    "openblas64": {ILP64: Naming("", "64_", "openblas64_")},
    # The reference BLAS's and LAPACK's own, since LAPACK 3.12 with BUILD_INDEX64_EXT_API
    "netlib64": {ILP64: Naming("", "_64", "openblas_64", suffix_before_underscore=True)},
    "plain": {ILP64: Naming("", "", "openblas64"), LP64: Naming("", "", "openblas")},
}

_PATTERN = re.compile(r"((?:[A-Za-z_]\w*)?)\{name\}(\w*)(\{_\})?", re.ASCII)
ACCEPTED = (
    f"{', '.join(CONVENTIONS)}, or a pattern such as my_{{name}}_v2 or {{name}}_v2{{_}} (the suffix before Fortran's _)"
)


def accepts(text: str) -> bool:
    """Tell whether `text` is a convention or a pattern; `convention` says whether it is a good one."""
    return text in CONVENTIONS or _PATTERN.fullmatch(text) is not None


# Of prefix and suffix together: file systems take 255 bytes for a name, and what is unfinished has a longer one.
_LONGEST = 200
# OpenBLAS's other symbols begin with a routine's name (dgemm_nn, dtrsv_NLN, dscal_k_HASWELL) or with one of these.
_PREFIXES_OF_OPENBLAS = ("cblas_", "LAPACKE_", "lapack_", "openblas_", "goto", "blas_")
_SUFFIXES_OF_BATCHES = ("_batch", "_batch_strided")
_TYPES = frozenset("sdczixq")  # letters that make one routine's name out of another's, as zdscal of dscal


def _refuse_names_of_openblas(text: str, prefix: str, suffix: str, *, before_underscore: bool) -> None:
    """Refuse what makes one of OpenBLAS's names out of another, such as dgemm_nn (a kernel) out of dgemm_.

    Raises:
        SettingError: the text says why, and what to take.
    """
    if prefix in _PREFIXES_OF_OPENBLAS:
        msg = f"{text!r} makes names that OpenBLAS has already: {prefix}... is its own; take another prefix"
        raise SettingError(msg)
    if not _TYPES.issuperset(prefix):
        return
    if (before_underscore and suffix in _SUFFIXES_OF_BATCHES) or (
        not before_underscore and suffix and suffix[0].isalpha()
    ):
        msg = (
            f"{text!r} can make names that OpenBLAS has already, as dgemm_nn is a kernel of dgemm_\n"
            "begin the suffix with a digit or an underscore, as in {name}_v2, or take a prefix, as in my_{name}"
        )
        raise SettingError(msg)
    if prefix and not suffix:
        msg = f"{text!r} can make one routine's name out of another's, as zdscal_ of dscal_; take another prefix"
        raise SettingError(msg)


def convention(text: str, interface: Interface = ILP64) -> Naming:
    """Return the convention that `text` names or describes.

    In a pattern, ``{name}`` stands for OpenBLAS's name. Fortran's underscore belongs to it, unless the
    pattern ends in ``{_}``, which is its place then. The library is called as a function ``openblas`` would be.

    Raises:
        SettingError: there is no such convention, or not for this interface.
    """
    known = CONVENTIONS.get(text)
    if known is not None:
        if interface in known:
            return known[interface]
        fitting = ", ".join(name for name, row in CONVENTIONS.items() if interface in row)
        msg = f"the naming convention {text} is not for the interface {interface.name}; {fitting} and patterns are"
        raise SettingError(msg)
    match = _PATTERN.fullmatch(text)
    if match is None:
        msg = f"{text!r} is no naming convention: there are {ACCEPTED}"
        raise SettingError(msg)
    prefix, suffix, underscore = match.groups()
    _refuse_names_of_openblas(text, prefix, suffix, before_underscore=bool(underscore))
    if len(prefix + suffix) > _LONGEST:
        msg = (
            f"{text[:60]}... makes OpenBLAS's names {len(prefix + suffix)} characters longer; {_LONGEST} are the most, "
            "since the library's file is called by them too"
        )
        raise SettingError(msg)
    return Naming(prefix, suffix, f"{prefix}openblas{suffix}", suffix_before_underscore=bool(underscore and suffix))
