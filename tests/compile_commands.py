"""The commands that compiled OpenBLAS's objects, as its build folder has them."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from programs import run


def compile_command(build_folder: Path, target: str) -> list[str]:
    """The command that compiled an object, from the compiler on: without a launcher."""
    cache = (build_folder / "CMakeCache.txt").read_text()
    ninja = re.search(r"^CMAKE_MAKE_PROGRAM:\w+=(.*)$", cache, re.MULTILINE)
    compiler = re.search(r"^CMAKE_C_COMPILER:\w+=(.*)$", cache, re.MULTILINE)
    assert ninja
    assert compiler
    command = shlex.split(run(ninja[1], "-t", "commands", target, cwd=build_folder).splitlines()[-1])
    return command[command.index(compiler[1]) :]
