"""The checks: a library and its contract in, findings out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Callable

from ..naming import Naming
from ..symbols.rules import REQUIRED, is_public
from ..targets import ROWS
from ..targets.c_libraries import C_LIBRARIES
from ..targets.formats import SharedLibrary
from .contract import Contract, reference
from .report import Finding

Check = Callable[[SharedLibrary, Contract, Naming], Iterator[Finding]]


def exports(library: SharedLibrary, _contract: Contract, naming: Naming) -> Iterator[Finding]:
    """Exactly the public interface is exported, each name as the convention says."""
    check = "exports"
    if not library.exports:
        yield Finding(check, "exports nothing")
    plain = {name: naming.plain(name) for name in library.exports}
    foreign = sorted(name for name, core in plain.items() if core is None)
    if foreign:
        pattern = naming.public("NAME")
        yield Finding(check, f"{len(foreign)} exported names are not of the form {pattern}", tuple(foreign))
    internal = sorted(name for name, core in plain.items() if core is not None and not is_public(core))
    if internal:
        yield Finding(check, f"{len(internal)} exported names are not part of the interface", tuple(internal))


def completeness(library: SharedLibrary, _contract: Contract, naming: Naming) -> Iterator[Finding]:
    """All interfaces are there, and what the published library of the release exports, but for excused families."""
    lacking = tuple(naming.public(name) for name in REQUIRED if naming.public(name) not in library.exports)
    if lacking:
        yield Finding("completeness", "functions that every OpenBLAS has are missing", lacking)
    compared = reference(library.openblas_version)
    if compared is None:
        return
    names = frozenset(core for name in library.exports if (core := naming.plain(name)) is not None)
    missing = compared.missing_from(names, library.machine)
    if missing:
        yield Finding("completeness", f"{len(missing)} names of {compared.title} are missing", tuple(missing))


def interface(library: SharedLibrary, contract: Contract, _naming: Naming) -> Iterator[Finding]:
    """Integers are as long as the interface says."""
    wanted = contract.interface
    if wanted is not None and library.integer_bits != wanted.bits:
        message = f"counts in {library.integer_bits}-bit integers, {wanted.name} is {wanted.bits}"
        yield Finding("interface", message)


def machine(library: SharedLibrary, contract: Contract, _naming: Naming) -> Iterator[Finding]:
    """The code is that of the platform's machine."""
    if contract.machine not in {None, library.machine}:
        yield Finding("machine", f"is for {library.machine}, the platform for {contract.machine}")


def needed(library: SharedLibrary, contract: Contract, _naming: Naming) -> Iterator[Finding]:
    """Only parts of the C library are needed."""
    foreign = tuple(name for name in library.needed if not contract.allows_needed(name))
    if foreign:
        yield Finding("needed", "needs libraries that are no part of the C library", foreign)


def c_library(library: SharedLibrary, contract: Contract, _naming: Naming) -> Iterator[Finding]:
    """No symbol is newer than the oldest C library that the library is said to run with."""
    if contract.c_version is None:
        return
    newer = contract.c_library.newer(library, contract.c_version)
    if newer:
        oldest = f"{contract.c_library.name} {contract.c_version}"
        yield Finding("C library", f"needs symbols that are newer than {oldest}", newer)


def hardening(library: SharedLibrary, _contract: Contract, _naming: Naming) -> Iterator[Finding]:
    """No executable stack, no relocations in the code, everything relocated is read-only afterwards."""
    yield from (Finding("hardening", weakness) for weakness in library.weaknesses)


def identity(library: SharedLibrary, _contract: Contract, _naming: Naming) -> Iterator[Finding]:
    """The soname is the file's name, and the library looks for others beside itself at most."""
    if library.soname != library.path.name:
        yield Finding("identity", f"the soname is {library.soname}, the file's name is {library.path.name}")
    outside = [path for paths in library.run_paths for path in paths.split(":") if not path.startswith("$ORIGIN")]
    if outside:
        yield Finding("identity", "looks for libraries in folders of the build machine", tuple(outside))


def build_paths(library: SharedLibrary, contract: Contract, _naming: Naming) -> Iterator[Finding]:
    """No path of the build machine is in the file."""
    found = contract.forbidden_in(library.content)
    if found:
        yield Finding("build paths", "mentions paths of the build machine", tuple(found))


def kernels(library: SharedLibrary, contract: Contract, _naming: Naming) -> Iterator[Finding]:
    """Every CPU of the table has its kernels, and the choice among them is made at run time."""
    check = "kernels"
    here = [row for row in ROWS.values() if row.machine == library.machine]
    same = [row for row in here if C_LIBRARIES[row.c_library].name == contract.c_library.name]
    wanted = contract.kernels or next((row.kernels for row in same + here), ())
    if library.symbols is None:
        yield Finding(check, "is stripped: nobody can tell which kernels are inside")
        return
    # Each kernel set is one table of functions, gotoblas_<CPU>; gotoblas_dynamic_init picks one.
    missing = tuple(cpu for cpu in wanted if f"gotoblas_{cpu}" not in library.symbols)
    if missing:
        yield Finding(check, "kernels are missing", missing)
    if "gotoblas_dynamic_init" not in library.symbols:
        yield Finding(check, "the kernel is fixed, not chosen at run time (DYNAMIC_ARCH)")


CHECKS: dict[str, Check] = {
    "exports": exports,
    "completeness": completeness,
    "interface": interface,
    "machine": machine,
    "needed": needed,
    "C library": c_library,
    "hardening": hardening,
    "identity": identity,
    "build paths": build_paths,
    "kernels": kernels,
}
