"""``python -m checks.cibuildwheel``: build what is committed by cibuildwheel in a container, and audit it."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from checks.status import status_of
from openblas_build.audit import audit_file, render
from openblas_build.console import say
from openblas_build.errors import AuditError, ToolError
from openblas_build.naming import ILP64, INTERFACES
from openblas_build.run import run

from . import image

ROOT = Path(__file__).resolve().parents[2]
_ARCHIVES = "SCIPY_OPENBLAS_ARCHIVES"
# cibuildwheel has this machine's files there.
_HOST = "/host"
# podman in a container, without systemd and with few rights: what it wants told.
_CONTAINERS_CONF = """\
[containers]
netns = "host"
default_ulimits = ["nofile=1024:4096", "nproc=8192:8192"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Build and audit; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m checks.cibuildwheel", description=__doc__)
    parser.add_argument("--interface", choices=INTERFACES, default=ILP64.name)
    options = parser.parse_args(arguments)
    return status_of(lambda: _check(options.interface))


def _check(interface: str) -> None:
    image.check_programs()
    folder = ROOT / "build" / "cibuildwheel"
    folder.mkdir(parents=True, exist_ok=True)
    image.make(folder)
    wheel = _built(folder, interface)
    report = audit_file(wheel)
    print(render(report))
    if not report.ok:
        msg = f"{wheel.name} breaks its contract"
        raise AuditError(msg)


def _built(folder: Path, interface: str) -> Path:
    project, wheels, conf = folder / "project", folder / "wheels", folder / "containers.conf"
    for stale in (project, wheels):
        shutil.rmtree(stale, ignore_errors=True)
    # What is committed, without build folders: cibuildwheel copies all of a folder into the container.
    run(["git", "clone", "--quiet", ROOT, project])
    conf.write_text(_CONTAINERS_CONF, encoding="utf-8")
    archives = os.environ.get(_ARCHIVES)
    variables = {
        "SCIPY_OPENBLAS_INTERFACE": interface,
        "CIBW_CONTAINER_ENGINE": "podman",
        "CIBW_MANYLINUX_X86_64_IMAGE": image.NAME,
        "CIBW_BUILD": f"{image.PYTHON.partition('-')[0]}-manylinux_x86_64",
        **({"CIBW_ENVIRONMENT": f"{_ARCHIVES}={_HOST}{archives}"} if archives else {}),
        "CONTAINERS_CONF": str(conf),
    }
    say("cibuildwheel builds the wheel")
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "cibuildwheel",
        "--platform",
        "linux",
        "--archs",
        "x86_64",
        "--output-dir",
        wheels,
    ]
    done = subprocess.run(command, cwd=project, env={**os.environ, **variables}, check=False)
    found = list(wheels.glob("*.whl")) if wheels.is_dir() else []
    if done.returncode or len(found) != 1:
        msg = f"cibuildwheel ended with {done.returncode} and left {len(found)} wheels"
        raise ToolError(msg)
    return found[0]


if __name__ == "__main__":
    sys.exit(main())
