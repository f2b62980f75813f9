"""Give a wheel its platform tag, and hold it against its contract."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ..audit import audit_file, render
from ..console import say
from ..errors import AuditError
from ..run import run


def finish(built: Path, folder: Path, threading: str) -> Path:
    """Return the finished wheel of `built`, in the new folder `folder`.

    auditwheel finds the platform tag by the versions of the C library's symbols in the file.

    Raises:
        ToolError: auditwheel refuses the wheel.
        AuditError: the wheel breaks its contract.
    """
    folder.mkdir()
    # Only an OpenMP build has a library to bring along, for which patchelf is needed.
    patcher = "patchelf" if threading == "openmp" else "none"
    command = [sys.executable, "-m", "auditwheel", "repair", "--plat", "auto", "--only-plat"]
    run([*command, "--patcher", patcher, "--lib-sdir", "/lib", "-w", folder, built], env=_clean_path())
    (wheel,) = folder.glob("*.whl")
    report = audit_file(wheel, threading=threading)
    if not report.ok:
        raise AuditError(render(report))
    say(f"{wheel.name}: {wheel.stat().st_size / 1e6:.2f} MB, {report.facts['exports']} functions, contract kept")
    return wheel


def _clean_path() -> dict[str, str]:
    # auditwheel takes libraries to bring along from here too; only the system's will do.
    return {"LD_LIBRARY_PATH": ""} if "LD_LIBRARY_PATH" in os.environ else {}
