"""``python -m checks.platforms.native TAG``: ``pip wheel .`` on a machine of a platform, and the wheel tried there.

The machine is a Debian in a folder with the compilers of that machine, run by an emulator: it takes an hour or more.
A shorter list of CPU families shortens it: ``--dynamic-list NEOVERSEN1``.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from checks import network, pip_wheel
from checks.status import status_of
from openblas_build.console import duration, say
from openblas_build.errors import ToolError
from openblas_build.run import run
from openblas_build.targets import Row, row_of
from openblas_build.targets.row import families

from .emulation import enable
from .system import BUILD, System
from .trials import ROOT, spoken, tried

_ARCHIVES = "SCIPY_OPENBLAS_ARCHIVES"


def built(row: Row, dynamic_list: str | None) -> Path:
    """Build the wheel of what is committed in a system of a platform, and return it.

    Raises:
        ToolError: the machine cannot be run here, or the build failed.
    """
    enable(row)
    system = System(row, ROOT / "build" / "systems" / f"{row.tag}-build", ROOT, BUILD)
    system.make()
    network.lend(system.folder)
    project, wheels = system.folder / "project", system.folder / "wheels"
    for stale in (project, wheels):
        shutil.rmtree(stale, ignore_errors=True)
    run(["git", "clone", "--quiet", ROOT, project])
    variables = {**network.PLAIN_PIP, "HOME": "/", "LANG": "C.UTF-8"}
    if _ARCHIVES in os.environ:
        shutil.copytree(os.environ[_ARCHIVES], system.folder / "archives", dirs_exist_ok=True)
        variables[_ARCHIVES] = "/archives"
    settings = {
        "openblas.interface": row.interfaces[0],
        **({"openblas.dynamic-list": dynamic_list} if dynamic_list else {}),
    }
    command = 'cd /project && exec python3 -m pip wheel . --no-deps --verbose --wheel-dir /wheels "$@"'
    done = subprocess.run(
        [*system.before, "sh", "-c", command, "sh", *pip_wheel.options(settings)],
        cwd=ROOT / "build",
        env=variables,
        check=False,
    )
    found = list(wheels.glob("*.whl")) if wheels.is_dir() else []
    if done.returncode or len(found) != 1:
        msg = f"pip wheel ended with {done.returncode} on {row.machine} and left {len(found)} wheels"
        raise ToolError(msg)
    return found[0]


def main() -> int:
    """Build and try a wheel; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m checks.platforms.native", description=__doc__)
    parser.add_argument("tag", help="the platform")
    parser.add_argument("--dynamic-list", help="CPU families with kernels, instead of the platform's")
    options = parser.parse_args()
    return status_of(lambda: _check(options.tag, options.dynamic_list))


def _check(tag: str, dynamic_list: str | None) -> None:
    began = time.monotonic()
    row = row_of(tag)
    wheel = built(row, dynamic_list)
    say(f"{wheel.name}, built in {duration(time.monotonic() - began)}")
    chosen = tuple(dynamic_list.replace(",", " ").split()) if dynamic_list else row.dynamic_list
    spoken(tried(wheel, row, kernels=families(row.fallback, row.target, chosen)))


if __name__ == "__main__":
    sys.exit(main())
