"""A Debian of any machine in a folder: packages from the mirror that this system uses, unpacked and not configured.

apt has a private configuration here and takes nothing from this system but the mirror: this one's packages stay as they
are, and no other architecture is added to it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from openblas_build.console import say
from openblas_build.errors import ToolError
from openblas_build.run import run
from openblas_build.sources.apt import debian_mirrors
from openblas_build.targets import Row

_KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
# What the tests of the wheel import, and what programs want of a system.
_PACKAGES = (
    *("coreutils", "dash", "libc-bin", "python3-minimal", "libpython3-stdlib"),
    *("python3-numpy", "python3-pytest", "python3-packaging", "python3-filelock", "python3-pyelftools"),
)
# Debian chooses among several with these names when packages are configured.
_ALTERNATIVES = {"libblas.so.3": "blas/libblas.so.3", "liblapack.so.3": "lapack/liblapack.so.3"}


@dataclass(frozen=True)
class System:
    """A system in a folder."""

    row: Row
    folder: Path

    def make(self) -> None:
        """Make it, unless it is there already; a half-made one is made anew."""
        made = self.folder / "made"
        if made.exists() and made.read_text(encoding="utf-8") == _recipe(self.row):
            return
        say(f"unpacking Debian {self.row.suite} for {self.row.debian} in {self.folder}")
        shutil.rmtree(self.folder, ignore_errors=True)
        packages = self._downloaded(self.folder / "apt")
        for package in packages:
            run(["dpkg-deb", "-x", package, self.folder])
        for name, chosen in _ALTERNATIVES.items():
            (found,) = self.folder.glob(f"usr/lib/*/{chosen}")
            (found.parents[1] / name).symlink_to(chosen)
        for folder in ("proc", "dev", "tmp"):
            (self.folder / folder).mkdir(exist_ok=True)
        shutil.rmtree(self.folder / "apt")
        made.write_text(_recipe(self.row), encoding="utf-8")

    def _downloaded(self, work: Path) -> list[Path]:
        for each in ("lists/partial", "cache/archives/partial"):
            (work / each).mkdir(parents=True)
        (work / "status").touch()
        mirror = debian_mirrors()[0]
        (work / "sources.list").write_text(f"deb [signed-by={_KEYRING}] {mirror} {self.row.suite} main\n")
        (work / "apt.conf").write_text(_apt_conf(self.row, work), encoding="utf-8")
        environment = {"APT_CONFIG": str(work / "apt.conf")}
        run(["apt-get", "-qq", "update"], env=environment)
        run(["apt-get", "-qq", "-y", "--download-only", "install", *_PACKAGES], env=environment)
        return sorted((work / "cache" / "archives").glob("*.deb"))

    def start(
        self, command: Sequence[str], variables: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a command inside, without this machine's variables; its output is kept."""
        (self.folder / "tmp").mkdir(exist_ok=True)
        return subprocess.run(
            ["unshare", "--mount", "--fork", "sh", "-c", _INSIDE, "sh", self.folder, *command],
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/", "LANG": "C.UTF-8", **(variables or {})},
            capture_output=True,
            text=True,
            check=False,
        )

    def run(self, command: Sequence[str], variables: Mapping[str, str] | None = None) -> str:
        """Run a command inside and return what it prints.

        Raises:
            ToolError: it failed.
        """
        done = self.start(command, variables)
        if done.returncode:
            msg = f"{' '.join(command)} failed on {self.row.machine}\n{done.stdout[-4000:]}{done.stderr[-4000:]}"
            raise ToolError(msg)
        return done.stdout


# In a mount namespace of its own, so that nothing stays mounted whatever happens.
_INSIDE = 'mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && exec chroot "$@"'


def _recipe(row: Row) -> str:
    return f"{row.suite} {row.debian} {' '.join(_PACKAGES)}\n"


def _apt_conf(row: Row, work: Path) -> str:
    # The system's hooks clean its own caches; they have no business here.
    return "\n".join(
        [
            "#clear APT::Update::Pre-Invoke;",
            "#clear APT::Update::Post-Invoke;",
            "#clear APT::Update::Post-Invoke-Success;",
            "#clear DPkg::Post-Invoke;",
            f'APT::Architecture "{row.debian}";',
            "#clear APT::Architectures;",
            f'APT::Architectures {{ "{row.debian}"; }};',
            'APT::Install-Recommends "false";',
            f'APT::Sandbox::User "{"root" if os.geteuid() == 0 else ""}";',
            'Acquire::Languages "none";',
            f'Dir::Etc::sourcelist "{work / "sources.list"}";',
            'Dir::Etc::sourceparts "/dev/null";',
            f'Dir::State::lists "{work / "lists"}";',
            f'Dir::State::status "{work / "status"}";',
            f'Dir::Cache "{work / "cache"}";',
            "",
        ]
    )
