"""A C compiler for tests that make their inputs on the spot."""

from __future__ import annotations

import subprocess
from pathlib import Path


class Compiler:
    """Compiles a few lines of C in a folder of its own, for this machine or with another's tools."""

    def __init__(self, folder: Path, c: str = "cc", archiver: str = "ar") -> None:
        self.folder, self.c, self.archiver = folder, c, archiver

    def run(self, *command: str | Path) -> str:
        """Run a command in the folder and return its output; a failure fails the test."""
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout

    def object(self, name: str, code: str, *flags: str) -> Path:
        """Compile `code` to an object file and return its path."""
        source = self.folder / f"{name}.c"
        source.write_text(code, encoding="utf-8")
        output = self.folder / f"{name}.o"
        self.run(self.c, "-c", "-fPIC", "-O1", *flags, source, "-o", output)
        return output

    def archive(self, name: str, **codes: str) -> Path:
        """Compile each of `codes` to an object and return the archive of them."""
        objects = [self.object(each, code) for each, code in codes.items()]
        output = self.folder / f"lib{name}.a"
        self.run(self.archiver, "crs", output, *objects)
        return output

    def shared(self, name: str, code: str, *flags: str | Path) -> Path:
        """Compile `code` to a shared library and return its path."""
        output = self.folder / name
        self.run(self.c, "-shared", self.object(Path(name).stem, code), *flags, "-o", output)
        return output
