"""Programs of another machine on this one: the kernel starts them through qemu, chroots included."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from openblas_build.errors import ToolError
from openblas_build.run import run
from openblas_build.targets import Row

_REGISTERED = Path("/proc/sys/fs/binfmt_misc")
# What Debian's package of the emulator would register where systemd runs.
_FORMATS = Path("/usr/lib/binfmt.d")


def enable(row: Row) -> None:
    """Make the kernel start programs of a platform's machine.

    Raises:
        ToolError: it takes root, or the emulator is not there; the text says what to install.
    """
    if row.machine == os.uname().machine or row.emulator is None:
        return
    if os.geteuid() != 0:
        msg = f"a system of {row.machine} in a folder needs root: chroot, and binfmt_misc of the kernel"
        raise ToolError(msg)
    if shutil.which(row.emulator.program) is None:
        msg = f"{row.emulator.program} is not on PATH\ninstall it: apt install {row.emulator.package}"
        raise ToolError(msg)
    name = row.emulator.program.removesuffix("-static")
    if not (_REGISTERED / "register").exists():
        run(["mount", "-t", "binfmt_misc", "binfmt_misc", _REGISTERED])
    if not (_REGISTERED / name).exists():
        (_REGISTERED / "register").write_bytes((_FORMATS / f"{name}.conf").read_bytes())
