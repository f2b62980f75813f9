"""The plan of a library: which symbols are exported under which name, and which stay inside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..errors import SymbolError
from ..naming import Naming
from .rules import INTERPOSABLE, REQUIRED, is_public


@dataclass(frozen=True)
class Plan:
    """`public` and `internal` are OpenBLAS's names, sorted; together they are all of the archive's."""

    naming: Naming
    public: tuple[str, ...]
    internal: tuple[str, ...]

    @classmethod
    def make(cls, symbols: Iterable[str], naming: Naming) -> Plan:
        """Divide an archive's `symbols` by the rules.

        Raises:
            SymbolError: an interface is missing, or a new name is taken by another symbol.
        """
        every = frozenset(symbols)
        missing = [name for name in REQUIRED if name not in every]
        if missing:
            msg = f"the archive is not OpenBLAS with all its interfaces: it lacks {', '.join(missing)}"
            raise SymbolError(msg)
        public = tuple(sorted(name for name in every if is_public(name)))
        internal = tuple(sorted(every.difference(public)))
        plan = cls(naming, public, internal)
        taken = sorted(set(plan.exports).intersection(internal))
        if taken:
            msg = f"new names that the archive has already: {', '.join(taken[:10])}"
            raise SymbolError(msg)
        return plan

    @property
    def exports(self) -> tuple[str, ...]:
        """The names that the library exports, sorted."""
        return tuple(sorted(self.naming.public(name) for name in self.public))

    def redefinitions(self, prefix: str = "") -> str:
        """Return the file for ``objcopy --redefine-syms``: an old and a new name a line, `prefix` before each."""
        return "".join(f"{prefix}{name} {prefix}{self.naming.public(name)}\n" for name in self.public)

    @property
    def replaceable(self) -> tuple[str, ...]:
        """Those of the exported names that a program may replace by its own."""
        return tuple(self.naming.public(name) for name in self.public if name in INTERPOSABLE)
