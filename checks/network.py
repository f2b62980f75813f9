"""The network of this machine, lent to a Debian in a folder: names, certificates, a pip that is told nothing else."""

from __future__ import annotations

import os
import shutil
import ssl
from pathlib import Path

# For pip in there: this machine's own configuration names what is not there.
PLAIN_PIP = {"PIP_CONFIG_FILE": os.devnull, "PIP_ROOT_USER_ACTION": "ignore", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}


def lend(system: Path) -> None:
    """Let programs of the system in a folder find and trust whom this machine does."""
    # Where connections go through a proxy, it has a certificate of its own.
    trusted = ssl.get_default_verify_paths().cafile
    if trusted:
        shutil.copy(trusted, system / "etc" / "ssl" / "certs" / "ca-certificates.crt")
    shutil.copy("/etc/resolv.conf", system / "etc" / "resolv.conf")
