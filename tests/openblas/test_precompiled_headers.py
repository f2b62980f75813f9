"""The compiler takes the headers that were compiled beforehand; else it reads the text, and only a clock would tell."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from compile_commands import compile_command

# Where the sources are that share the headers compiled for their first target.
TOGETHER = {"driver_level2": ("driver/level2", "driver/level3", "interface", "lapack")}


def object_of(header: Path, build_folder: Path) -> str:
    """An object of the targets that this header was compiled for, made of a source that includes it."""
    target, text = header.parents[1].name, f'#include "precompiled/{header.stem}"'
    for folder in TOGETHER.get(target, ("kernel",)):
        for source in sorted((build_folder / folder / "CMakeFiles").glob("*.c")):
            if text in source.read_text() and (
                folder != "kernel" or source.stem.endswith(target.removeprefix("kernel"))
            ):
                name = target if folder == "kernel" else folder.replace("/", "_")
                return f"{folder}/CMakeFiles/{name}.dir/CMakeFiles/{source.name}.o"
    pytest.fail(f"no source includes {header}")


def test_every_header_is_taken(build_folder: Path) -> None:
    headers = sorted(build_folder.glob("precompiled/*/precompiled/*.gch"))
    assert len(headers) >= 5
    for header in headers:
        command = compile_command(build_folder, object_of(header, build_folder))
        command[command.index("-o") : command.index("-o") + 2] = ["-H", "-fsyntax-only"]
        told = subprocess.run(command, cwd=build_folder, check=True, capture_output=True, text=True).stderr
        assert f"! {header}\n" in told
