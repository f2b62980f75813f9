"""Audit a library, or the libraries of a wheel."""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path, PurePosixPath

from ..errors import AuditError
from ..naming import INTERFACES, Interface, Naming
from ..targets import ROWS
from ..targets.c_libraries import c_library_of
from ..targets.formats import FORMATS, SharedLibrary, read_library
from .checks import CHECKS
from .contract import Contract, reference
from .report import Report

# Every OpenBLAS has this function, so what is around its name is the library's convention.
_ANCHOR = "openblas_get_config"
_FORTRAN_ANCHOR = "dgemm_"

_SUFFIXES = tuple(each.suffix for each in FORMATS.values())


def audit_library(path: Path, contract: Contract) -> Report:
    """Hold one shared library against the contract.

    Raises:
        AuditError: it is not a shared library.
    """
    library = read_library(path)
    naming = contract.naming or naming_of(library)
    findings = tuple(finding for check in CHECKS.values() for finding in check(library, contract, naming))
    return Report(str(path), tuple(CHECKS), findings, _facts(library, contract, naming))


def audit_file(path: Path, contract: Contract | None = None) -> Report:
    """Audit a shared library, or the one OpenBLAS library in a wheel.

    What a wheel's name promises is demanded too: its integers, the machine, and the oldest C library.

    Raises:
        AuditError: the file is neither, or the wheel has no such library.
    """
    contract = contract or Contract()
    c_library = c_library_of(path.name) or contract.c_library
    contract = replace(
        contract,
        machine=_machine_of_tag(path.name) or contract.machine,
        c_library=c_library,
        c_version=c_library.version_of_tag(path.name) or contract.c_version,
        interface=_interface_of_name(path.name) or contract.interface,
    )
    if not zipfile.is_zipfile(path):
        return audit_library(path, contract)
    with zipfile.ZipFile(path) as wheel, tempfile.TemporaryDirectory(prefix="openblas-audit-") as folder:
        name = library_in(path, wheel.namelist())
        report = audit_library(Path(wheel.extract(name, folder)), contract)
    return Report(f"{path}: {name}", report.checks, report.findings, report.facts)


def library_in(wheel: Path, names: Iterable[str]) -> str:
    """Return the OpenBLAS library among the `names` of a wheel's files; other libraries may be beside it.

    Raises:
        AuditError: there is none, or there are several.
    """
    found = [name for name in names if _is_library(PurePosixPath(name).name)]
    if len(found) != 1:
        msg = f"{wheel} should hold one OpenBLAS library, and holds {len(found)}: {', '.join(found) or 'none'}"
        raise AuditError(msg)
    return found[0]


def _is_library(file_name: str) -> bool:
    return "openblas" in file_name and any(suffix in file_name for suffix in _SUFFIXES)


def _interface_of_name(file_name: str) -> Interface | None:
    """Return the interface of a wheel's package, None if the file is not one of ours."""
    return next((each for each in INTERFACES.values() if file_name.startswith(f"{each.package}-")), None)


def _machine_of_tag(file_name: str) -> str | None:
    """Return the machine that a wheel's platform tag speaks of, None if the table has none such."""
    stem = file_name.removesuffix(".whl")
    patterns = {f"linux[_\\d]*_{row.machine}|-{row.tag}": row.machine for row in ROWS.values()}
    return next((machine for pattern, machine in patterns.items() if re.search(f"({pattern})$", stem)), None)


def naming_of(library: SharedLibrary) -> Naming:
    """Return the naming convention that the library follows, as its own names show it.

    Raises:
        AuditError: it has not one of OpenBLAS's functions.
    """
    anchors = [name for name in library.exports if _ANCHOR in name]
    if not anchors:
        msg = f"{library.path} is not OpenBLAS: no exported name has {_ANCHOR} in it"
        raise AuditError(msg)
    # Where the plain name is exported besides the decorated one, the decorated is the convention.
    prefix, _, suffix = max(anchors, key=len).partition(_ANCHOR)
    link_name = re.split("|".join(map(re.escape, _SUFFIXES)), library.path.name.removeprefix("lib"))[0]
    before = Naming(prefix, suffix, link_name, suffix_before_underscore=True)
    after = Naming(prefix, suffix, link_name)
    is_before = (
        before.public(_FORTRAN_ANCHOR) in library.exports and after.public(_FORTRAN_ANCHOR) not in library.exports
    )
    return before if is_before else after


def _facts(library: SharedLibrary, contract: Contract, naming: Naming) -> dict[str, str]:
    compared = reference(library.openblas_version)
    return {
        "OpenBLAS": library.openblas_version or "unknown",
        "naming": f"{naming.public('dgemm_')} {naming.public('cblas_dgemm')}",
        "machine": library.machine,
        "integers": f"{library.integer_bits} bits",
        "exports": str(len(library.exports)),
        "needed": " ".join(library.needed),
        "C library": f"{contract.c_library.name} {contract.c_library.needs(library)}",
        "compared with": compared.title if compared else "nothing: no published list for this release",
    }
