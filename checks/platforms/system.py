"""A Debian of any machine in a folder: packages from the mirror that this system uses, unpacked and not configured.

apt has a private configuration here and takes nothing from this system but the mirror: this one's packages stay as they
are, and no other architecture is added to it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from openblas_build.console import say
from openblas_build.errors import ToolError
from openblas_build.run import run
from openblas_build.sources.apt import debian_mirrors
from openblas_build.targets import Row

_KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


@dataclass(frozen=True)
class Recipe:
    """What a system is made of: packages, the release if it is not the row's, and links that configuring would set.

    `alternatives` are links among the libraries of the machine, `links` those elsewhere; `python` says whether it has
    one.
    """

    packages: tuple[str, ...]
    suite: str | None = None
    alternatives: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    python: bool = True


# What the tests of the wheel import.
_TESTS_IMPORT = ("filelock", "macholib", "numpy", "packaging", "pefile", "pyelftools", "pytest")
_BASE = ("coreutils", "dash", "grep", "libc-bin", "libgfortran5", "python3-minimal", "libpython3-stdlib")
# Where a wheel is tried, by C library. Of musl Debian 11 has the oldest 1.2 that a mirror has; no package there is made
# for it but itself.
RECIPES = {
    "glibc": Recipe(
        (*_BASE, *(f"python3-{name}" for name in _TESTS_IMPORT)),
        alternatives={"libblas.so.3": "blas/libblas.so.3", "liblapack.so.3": "lapack/liblapack.so.3"},
    ),
    "musl": Recipe(("musl",), suite="bullseye", python=False),
    "ucrt-of-zig": Recipe(("coreutils", "dash", "libc-bin", "wine64"), python=False),
}
# Where a wheel is built, without cross tools. Some packages of Python are in C, and have no wheel for every machine.
BUILD = Recipe(
    (*_BASE, "binutils", "ca-certificates", "debianutils", "gcc", "gfortran", "git", "libc6-dev", "python3-pip"),
    links={"usr/bin/cc": "gcc"},
)


@dataclass(frozen=True)
class System:
    """A system in a folder, made by a recipe, which sees the project's folder at its place."""

    row: Row
    folder: Path
    project: Path
    recipe: Recipe

    @property
    def python(self) -> tuple[str, ...]:
        """The words that start Python; none where there is none."""
        return ("python3",) if self.recipe.python else ()

    @property
    def has_tests(self) -> bool:
        """Whether the tests of the wheel can be run inside, which want NumPy and pytest."""
        return self.recipe.python

    @property
    def starter(self) -> list[str]:
        """The words that start a program of the machine from outside."""
        return [self.row.emulator.program] if self.row.emulator else []

    @property
    def _made_of(self) -> str:
        return f"{self._suite} {self.row.debian} in /usr: {' '.join(self.recipe.packages)}\n"

    @property
    def _suite(self) -> str:
        return self.recipe.suite or self.row.suite

    def make(self) -> None:
        """Make it, unless it is there already; a half-made one is made anew."""
        made = self.folder / "made"
        if made.exists() and made.read_text(encoding="utf-8") == self._made_of:
            return
        say(f"unpacking Debian {self._suite} for {self.row.debian} in {self.folder}")
        shutil.rmtree(self.folder, ignore_errors=True)
        packages = self._downloaded(self.folder / "apt")
        # Debian has all in /usr, and links from where it was. Before version 13 the links are not in a package.
        for name in ("bin", "sbin", "lib"):
            (self.folder / "usr" / name).mkdir(parents=True)
            (self.folder / name).symlink_to(f"usr/{name}")
        for package in packages:
            run(["sh", "-c", _UNPACK, "sh", package, self.folder])
        # Debian chooses among several with these names when packages are configured.
        for name, chosen in self.recipe.alternatives.items():
            (found,) = self.folder.glob(f"usr/lib/*/{chosen}")
            (found.parents[1] / name).symlink_to(chosen)
        for name, chosen in self.recipe.links.items():
            (self.folder / name).symlink_to(chosen)
        for folder in ("proc", "dev", "tmp"):
            (self.folder / folder).mkdir(exist_ok=True)
        shutil.rmtree(self.folder / "apt")
        made.write_text(self._made_of, encoding="utf-8")

    def _downloaded(self, work: Path) -> list[Path]:
        for each in ("lists/partial", "cache/archives/partial"):
            (work / each).mkdir(parents=True)
        (work / "status").touch()
        mirror = debian_mirrors()[0]
        (work / "sources.list").write_text(f"deb [signed-by={_KEYRING}] {mirror} {self._suite} main\n")
        (work / "apt.conf").write_text(_apt_conf(self.row, work), encoding="utf-8")
        environment = {"APT_CONFIG": str(work / "apt.conf")}
        run(["apt-get", "-qq", "update"], env=environment)
        run(["apt-get", "-qq", "-y", "--download-only", "install", *self.recipe.packages], env=environment)
        return sorted((work / "cache" / "archives").glob("*.deb"))

    @property
    def before(self) -> list[str]:
        """The words before a command that is to run inside, in the same folder as here.

        In a mount namespace of its own, so that nothing stays mounted whatever happens.
        """
        for mounted in (self.folder / "tmp", self.folder / str(self.project).lstrip("/")):
            mounted.mkdir(parents=True, exist_ok=True)
        begin = ["unshare", "--mount", "--fork", "sh", "-c", _INSIDE, "sh"]
        # A processor of both has to say that it is the smaller one.
        machine = [] if self.row.emulator else ["setarch", self.row.machine]
        return [*machine, *begin, str(self.folder), str(self.project), sys.executable, _ENTER]

    def searched(self, folders: Sequence[Path]) -> dict[str, str]:
        """Return the variables by which programs inside find libraries in these folders, of this system or here."""
        inside = (f"/{each.relative_to(self.folder)}" if self.folder in each.parents else str(each) for each in folders)
        return {"LD_LIBRARY_PATH": ":".join(inside)}

    def start(
        self, command: Sequence[str], variables: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a command inside, without this machine's variables; its output is kept."""
        return subprocess.run(
            [*self.before, *command],
            cwd=self.folder.parent,  # in the project, and not beside its package's source
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
        return printed(self.start(command, variables), command, f"on {self.row.machine}")


def printed(done: subprocess.CompletedProcess[str], command: Sequence[str], where: str) -> str:
    """Return what a command printed that has ended.

    Raises:
        ToolError: it failed.
    """
    if done.returncode:
        msg = f"{' '.join(command)} failed {where}\n{done.stdout[-4000:]}{done.stderr[-4000:]}"
        raise ToolError(msg)
    return done.stdout


# dpkg-deb alone would put a folder in a link's place.
_UNPACK = 'dpkg-deb --fsys-tarfile "$1" | tar -x --keep-directory-symlink -C "$2"'
# Arguments: the system's folder, the project's, this Python, `_ENTER`, the command. A program of this system enters the
# other one, which may have no shell: all that os.execvp imports has to be there before.
_INSIDE = """
mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && mount --bind "$2" "$1$2" || exit
folder=$1 python=$3 enter=$4
shift 4
exec "$python" -I -c "$enter" "$folder" "$PWD" "$@"
"""
_ENTER = "import os, sys, warnings; os.chroot(sys.argv[1]); os.chdir(sys.argv[2]); os.execvp(sys.argv[3], sys.argv[3:])"


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
