"""The finished wheel, installed and published, for the tests that need the real thing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from checks import pip_wheel
from openblas_build.project import newest_wheel
from tested import LIBRARY, MACHINE, PACKAGE

__all__ = ["LIBRARY", "PACKAGE"]

ROOT = Path(__file__).resolve().parents[1]
# The licences of what is inside, by their files' names.
LICENCES = ("GotoBLAS.txt", "LAPACK.txt", "LAPACKE.txt", "OpenBLAS.txt")


@dataclass(frozen=True)
class Environment:
    """A virtual environment with the wheel in it."""

    folder: Path

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    @property
    def site(self) -> Path:
        """The folder of its packages."""
        return Path(self.run("import sysconfig; print(sysconfig.get_paths()['purelib'])").strip())

    @property
    def package(self) -> Path:
        """The installed package's folder."""
        code = f"import importlib.util as u; print(u.find_spec({PACKAGE!r}).submodule_search_locations[0])"
        return Path(self.run(code).strip())

    def run(self, code: str, **variables: str) -> str:
        """Run Python code and return what it prints; a failure fails the test."""
        done = self.start("-c", code, **variables)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run Python with `arguments`, outside of the repository, and return all that came of it."""
        return subprocess.run(
            [self.python, *arguments],
            cwd=self.folder,
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            check=False,
        )


def built_wheel(package: str = PACKAGE) -> Path:
    """Return the wheel of `package` that TESTED_WHEEL names, else the newest in dist/."""
    named = Path(os.environ.get("TESTED_WHEEL", ""))
    return named.resolve() if named.name.startswith(f"{package}-") else newest_wheel(ROOT, package)


def openblas_build() -> Path:
    """Return OpenBLAS's own build folder with the archive that the wheel was made of.

    It is the one that TESTED_BUILD names, else that of ``make wheel``.
    """
    if "TESTED_BUILD" in os.environ:
        return Path(os.environ["TESTED_BUILD"]).resolve()
    folder = ROOT / "build" / MACHINE / "openblas"
    assert (folder / "lib" / "libopenblas_64.a").exists(), (
        f"there is no OpenBLAS in {folder}; make it with 'make wheel'"
    )
    return folder


def wheel_command(folder: Path, openblas: Path, **options: str) -> list[str]:
    """Return the command that makes a wheel with these options in `folder`, out of the build folder `openblas`."""
    defines = {"build-dir": str(folder / "build"), "cmake.define.OPENBLAS_BUILT": str(openblas)}
    settings = {f"openblas.{key}": value for key, value in options.items()}
    return pip_wheel.command(folder / "dist", {**defines, **settings})


def make_wheel(folder: Path, openblas: Path, **options: str) -> Path:
    """Make a wheel with these options out of the build folder `openblas`, without compiling OpenBLAS again."""
    command = [*wheel_command(folder, openblas, **options), "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = (folder / "dist").glob("*.whl")
    return wheel


def install(wheel: Path, folder: Path, python: str | None = None, extra: Sequence[str] = ()) -> Environment:
    """Make a virtual environment with the wheel and `extra` packages of PyPI, for this Python or for `python`."""
    subprocess.run([python or sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    environment = Environment(folder)
    # pip of the tests' own Python installs for any other: the wheel is for all of them.
    command: list[str | Path] = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target"]
    subprocess.run([*command, environment.site, "--no-index", wheel], check=True)
    if extra:
        subprocess.run([*command, environment.site, *extra], check=True)
    return environment


def other_pythons() -> list[str]:
    """Return Pythons of other versions than this one's that are on the machine."""
    candidates = [shutil.which(f"python3.{minor}") for minor in range(7, 16)]
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates += [str(path) for path in sorted(versions.glob("3.*/bin/python"))]
    found: dict[tuple[int, int], str] = {}
    for candidate in filter(None, candidates):
        code = "import sys, json; print(json.dumps(sys.version_info[:2]))"
        asked = subprocess.run([candidate, "-c", code], capture_output=True, text=True, check=False)
        if asked.returncode == 0:
            major, minor = json.loads(asked.stdout)
            found.setdefault((major, minor), candidate)
    found.pop(sys.version_info[:2], None)
    return [path for version, path in sorted(found.items()) if version >= (3, 7)]


def unpacked(wheel: Path, folder: Path) -> Path:
    """Unpack a wheel and return the folder."""
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder)
    return folder
