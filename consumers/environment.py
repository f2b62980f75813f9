"""Virtual environments, and programs in them that are watched while they work."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
import venv
from dataclasses import dataclass
from pathlib import Path

from openblas_build.console import duration, say
from openblas_build.errors import ToolError
from openblas_build.run import run

# How far Ninja and pytest are: "[12/345]", "[ 42%]".
_PROGRESS = re.compile(r"\[ *(\d+(?:/\d+|%))\]")
_EVERY = 15.0  # seconds between two lines


@dataclass(frozen=True)
class Environment:
    """A virtual environment."""

    folder: Path

    @property
    def python(self) -> Path:
        """Its Python."""
        return self.folder / "bin" / "python"

    @property
    def path(self) -> str:
        """PATH with its programs first."""
        return f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"

    @classmethod
    def make(cls, folder: Path, *packages: str | Path) -> Environment:
        """Make the environment anew, with `packages` in it.

        Raises:
            ToolError: pip failed.
        """
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True, symlinks=True)
        environment = cls(folder)
        environment.run("-m", "pip", "install", "--quiet", *packages)
        return environment

    def run(self, *arguments: str | Path) -> str:
        """Run its Python and return what it prints.

        Raises:
            ToolError: it failed.
        """
        return run([self.python, *arguments], cwd=self.folder, env={"PATH": self.path})

    def watch(self, title: str, *arguments: str | Path, **variables: str) -> tuple[int, list[str]]:
        """Run its Python, tell now and then how far it is, and return its exit status and all lines.

        Raises:
            ToolError: it did not start.
        """
        began = told = time.monotonic()
        lines = []
        try:
            process = subprocess.Popen(
                [self.python, *arguments],
                cwd=self.folder,
                env={**os.environ, "PATH": self.path, **variables},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
            )
        except OSError as error:
            msg = f"cannot run {self.python}: {error.strerror or error}"
            raise ToolError(msg) from error
        with process:
            for line in process.stdout or ():
                lines.append(line.rstrip("\n"))
                progress = _PROGRESS.search(line)
                if progress and time.monotonic() - told >= _EVERY:
                    told = time.monotonic()
                    say(f"{title}: {progress[1]}, {duration(told - began)}")
        return process.returncode, lines
