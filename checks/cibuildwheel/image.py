"""A container image like those of cibuildwheel: compilers, Pythons in /opt/python, and the tools beside them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from checks import network
from openblas_build.console import say
from openblas_build.errors import ToolError
from openblas_build.run import run
from openblas_build.sources.apt import debian_mirrors

NAME = "localhost/scipy-openblas-cibuildwheel"
PYTHON = "cp311-cp311"
_SUITE = "bookworm"
# As in cibuildwheel's images: C and Fortran compilers, and what pip and its clients call.
_PACKAGES = ("ca-certificates", "debianutils", "gcc", "gfortran", "libc6-dev", "python3", "python3-venv", "xz-utils")
_TOOLS = ("auditwheel", "build", "virtualenv")


def check_programs() -> None:
    """Check that this machine can make and run containers.

    Raises:
        ToolError: not root, or a program is missing; the text says what to install.
    """
    if os.geteuid() != 0:
        msg = "an image is made in a chroot, which takes root"
        raise ToolError(msg)
    for program, packages in (("podman", "podman runc"), ("debootstrap", "debootstrap")):
        if shutil.which(program) is None:
            msg = f"{program} is not on PATH\ninstall it: apt install {packages}"
            raise ToolError(msg)


def make(folder: Path) -> None:
    """Make the image, of a system in `folder`, which stays for the next time.

    Raises:
        ToolError: debootstrap, pip or podman failed.
    """
    system, made = folder / "system", folder / "made"
    recipe = f"{_SUITE} {' '.join(_PACKAGES)} {' '.join(_TOOLS)}\n"
    if not made.exists() or made.read_text(encoding="utf-8") != recipe:
        shutil.rmtree(system, ignore_errors=True)
        say(f"making a Debian {_SUITE} in {system}")
        _install(system)
        made.write_text(recipe, encoding="utf-8")
    say(f"making the image {NAME}")
    archive = folder / "system.tar"
    run(["tar", "--numeric-owner", "-C", system, "-cf", archive, "."])
    run(["podman", "import", "--quiet", archive, NAME])
    archive.unlink()


def _install(system: Path) -> None:
    system.mkdir(parents=True)
    run(["debootstrap", "--variant=minbase", f"--include={','.join(_PACKAGES)}", _SUITE, system, debian_mirrors()[0]])
    network.lend(system)
    python = f"/opt/python/{PYTHON}"
    run(["chroot", system, "python3", "-m", "venv", python])
    run(["chroot", system, f"{python}/bin/pip", "install", "--quiet", *_TOOLS], env=network.PLAIN_PIP)
    # Where cibuildwheel looks for its own tools' Python.
    (system / "opt" / "python" / "cp39-cp39").symlink_to(PYTHON)
