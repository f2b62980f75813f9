"""Install the wheel on other Linux systems and run its self-test there: ``make check-old``.

Each system is a chroot that debootstrap makes of the Debian mirror which this machine's apt uses. The
counter-proof belongs to it: the same library linked for this machine's own C library must fail on
the oldest of them, or the proof proves nothing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "backend"))

from openblas_build.console import complain, say  # noqa: E402
from openblas_build.errors import BuildError, ToolError  # noqa: E402
from openblas_build.project import newest_wheel  # noqa: E402
from openblas_build.run import run  # noqa: E402
from openblas_build.sources.apt import debian_mirrors  # noqa: E402

PACKAGE = "scipy_openblas64"
LIBRARY = f"lib{PACKAGE}_.so"


@dataclass(frozen=True)
class System:
    """A Debian release, the C library and the Python that it has."""

    suite: str
    title: str


SYSTEMS = (
    System("bullseye", "Debian 11, glibc 2.31, Python 3.9"),
    System("trixie", "Debian 13, glibc 2.41, Python 3.13"),
)


class Chroot:
    """A Debian system in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def bootstrap(self, suite: str, mirror: str) -> None:
        """Make the system, unless it is there already; a half-made one is made anew."""
        if (self.folder / "made").exists():
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        say(f"bootstrapping {suite}, which takes a few minutes")
        run(["debootstrap", "--variant=minbase", "--include=python3,python3-venv", suite, self.folder, mirror])
        (self.folder / "made").touch()

    def start(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command inside, without this machine's variables."""
        return subprocess.run(
            ["chroot", self.folder, *command],
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=False,
        )

    def run(self, *command: str) -> str:
        """Run a command inside and return what it prints.

        Raises:
            ToolError: it failed.
        """
        done = self.start(*command)
        if done.returncode:
            msg = f"{' '.join(command)} failed in {self.folder}\n{done.stdout}{done.stderr}"
            raise ToolError(msg)
        return done.stdout

    def install(self, wheel: Path) -> Path:
        """Install the wheel into a new virtual environment inside; return the library's place outside."""
        shutil.rmtree(self.folder / "test", ignore_errors=True)
        shutil.copy(wheel, self.folder / "tmp")
        self.run("python3", "-m", "venv", "/test")
        self.run("/test/bin/pip", "install", "--no-index", f"/tmp/{wheel.name}")  # noqa: S108 - the chroot's own
        (library,) = (self.folder / "test").glob(f"lib/python3*/site-packages/{PACKAGE}/lib/{LIBRARY}")
        return library


def main(arguments: Sequence[str]) -> int:
    """Check the wheel given, or the newest in dist/; return the exit status."""
    try:
        wheel = Path(arguments[0]) if arguments else newest_wheel(ROOT)
        check(wheel)
    except BuildError as error:
        complain(str(error))
        return 1
    return 0


def check(wheel: Path) -> None:
    """Install and test `wheel` on every system, and the natively linked library on the oldest."""
    if os.geteuid() != 0 or shutil.which("debootstrap") is None:
        msg = "chroots need root and debootstrap: apt-get install debootstrap, and run this as root"
        raise ToolError(msg)
    mirrors = debian_mirrors()
    native = native_library()
    for index, system in enumerate(SYSTEMS):
        chroot = Chroot(ROOT / "build" / "chroots" / system.suite)
        chroot.bootstrap(system.suite, mirrors[0])
        library = chroot.install(wheel)
        versions = chroot.run(
            "/test/bin/python", "-c", "import platform as p; print(*p.libc_ver(), 'Python', p.python_version())"
        ).strip()
        printed = chroot.run("/test/bin/python", "-m", PACKAGE)
        say(f"{system.title} ({versions}): the wheel works")
        print(printed, end="", flush=True)
        if index == 0:
            counter_proof(chroot, library, native, system)


def native_library() -> Path:
    """Link the wheel's archive for this machine's own C library."""
    build = ROOT / "build" / os.uname().machine
    archive = build / "openblas" / "lib" / "libopenblas_64.a"
    if not archive.exists():
        msg = f"{archive} is not there; 'make wheel' makes it"
        raise ToolError(msg)
    folder = ROOT / "build" / "native"
    runtime = build / "CMakeFiles" / "fortran_runtime.dir" / "src" / "fortran_runtime.c.o"
    library = folder / LIBRARY
    command: list[str | Path] = [sys.executable, ROOT / "backend", "relink", "--archive", archive, "--output", library]
    options: list[str | Path] = [
        "--work",
        folder / "work",
        "--object",
        runtime,
        "--compiler",
        "cc",
        "--objcopy",
        "objcopy",
    ]
    run([*command, *options, "--platform", f"linux_{os.uname().machine}", "--kernels", "PRESCOTT"])
    return library


def counter_proof(chroot: Chroot, library: Path, native: Path, system: System) -> None:
    """Put the natively linked library in the place of the wheel's: it must not load."""
    library.unlink()
    shutil.copy(native, library)
    done = chroot.start("/test/bin/python", "-m", PACKAGE)
    if done.returncode == 0:
        msg = f"the library linked for this machine works on {system.title} too: nothing is proven"
        raise ToolError(msg)
    if "GLIBC_" not in done.stderr:
        msg = f"the library linked for this machine fails on {system.title}, but for another reason\n{done.stderr}"
        raise ToolError(msg)
    say(f"{system.title}: linked for this machine's own C library it fails, as it must: {done.stderr.strip()}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
