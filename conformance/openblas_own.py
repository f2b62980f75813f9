"""OpenBLAS's own programs: utest, test and ctest."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from openblas_build.errors import ToolError
from openblas_build.run import run

from .runs import Result, environment

_TIMEOUT = 3600  # seconds for one program, in an emulator too


@dataclass(frozen=True)
class Test:
    """One of OpenBLAS's tests: the words of its command and the folder that it runs in."""

    name: str
    command: tuple[str, ...]
    folder: Path


def tests(folder: Path) -> Iterator[Test]:
    """Yield the tests of the programs that were built in `folder`, as CTest would run them.

    Raises:
        ToolError: CTest is missing.
    """
    ctest = shutil.which("ctest")
    if ctest is None:
        msg = "ctest is not on PATH; it comes with cmake"
        raise ToolError(msg)
    for test in json.loads(run([ctest, "--show-only=json-v1"], cwd=folder))["tests"]:
        properties = {each["name"]: each["value"] for each in test.get("properties", ())}
        yield Test(test["name"], tuple(test["command"]), Path(properties.get("WORKING_DIRECTORY", folder)))


def start(folder: Path, variables: Mapping[str, str], before: Sequence[str] = ()) -> dict[str, Result]:
    """Run OpenBLAS's own programs, built in `folder`; each is one test. `before` are words before each command."""
    return {f"OpenBLAS {test.name}": _result(test, variables, before) for test in tests(folder)}


def _result(test: Test, variables: Mapping[str, str], before: Sequence[str]) -> Result:
    try:
        done = subprocess.run(
            [*before, *test.command],
            cwd=test.folder, env=environment(variables), capture_output=True, text=True, errors="replace",
            timeout=_TIMEOUT, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Result(0, 0, (f"not run: no end after {_TIMEOUT} s",))
    return Result(1, 0) if done.returncode == 0 else Result(1, 1, (f"exit status {done.returncode}",))
