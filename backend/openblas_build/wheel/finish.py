"""From a built wheel to the finished one: platform tag, records, reproducible archive, audit."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from ..audit import Contract, audit_file, render
from ..console import say
from ..errors import AuditError
from ..run import run
from . import archive


def finish(built: Path, folder: Path, contract: Contract, metadata: Mapping[str, str]) -> Path:
    """Return the finished wheel of `built`, in the new folder `folder`.

    auditwheel finds the platform tag by what the library needs of the C library, where it knows that.
    `contract` is what the library has to be, and `metadata` are further files for the wheel's
    ``.dist-info``, by their names there.

    Raises:
        ToolError: auditwheel refuses the wheel.
        AuditError: the wheel breaks its contract.
    """
    tagged = built
    if contract.c_library.found_by_auditwheel:
        tagged = _tagged(built, folder / "tagged", contract.threading)
    folder.mkdir(parents=True, exist_ok=True)
    contents = archive.read(tagged)
    (info,) = {name.split("/")[0] for name in contents if name.endswith(".dist-info/RECORD")}
    contents.update({f"{info}/{name}": archive.Content(text.encode()) for name, text in metadata.items()})
    wheel = folder / tagged.name
    archive.write(wheel, contents, os.environ)
    report = audit_file(wheel, contract)
    if not report.ok:
        raise AuditError(render(report))
    say(f"{wheel.name}: {wheel.stat().st_size / 1e6:.2f} MB, {report.facts['exports']} functions, contract kept")
    return wheel


def _tagged(built: Path, folder: Path, threading: str) -> Path:
    folder.mkdir(parents=True)
    command = [sys.executable, "-m", "auditwheel", "repair", "--plat", "auto", "--only-plat", "--lib-sdir", "/lib"]
    # Only an OpenMP build has a library to bring along, for which patchelf is needed; but auditwheel for Python 3.9
    # knows no other way.
    if threading != "openmp" and sys.version_info >= (3, 10):
        command += ["--patcher", "none"]
    run([*command, "-w", folder, built], env=_clean_path())
    (wheel,) = folder.glob("*.whl")
    return wheel


def _clean_path() -> dict[str, str]:
    # auditwheel takes libraries to bring along from here too; only the system's will do.
    return {"LD_LIBRARY_PATH": ""} if "LD_LIBRARY_PATH" in os.environ else {}
