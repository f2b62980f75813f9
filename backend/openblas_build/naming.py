"""How the library's symbols are called: a naming convention as a value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Naming:
    """A naming convention: a bijection between OpenBLAS's names and the library's.

    `prefix` goes before and `suffix` after a name. Fortran's names end in an underscore
    already: ``dgemm_`` becomes ``scipy_dgemm_64_``, and with `suffix_before_underscore`
    (and a suffix ``_64``) ``dgemm_64_``. `library` is the link name, without ``lib`` and ``.so``.
    """

    prefix: str
    suffix: str
    library: str
    suffix_before_underscore: bool = False

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
        """The shared library's file name, which is its soname too."""
        return f"lib{self.library}.so"


# What NumPy and SciPy look for: ILP64 under names of its own, so that no other BLAS
# in the process can take its place.
SCIPY_ILP64 = Naming(prefix="scipy_", suffix="64_", library="scipy_openblas64_")
