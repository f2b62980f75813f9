"""OpenBLAS's own programs: utest, test and ctest."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from openblas_build.errors import ToolError

from .runs import Result, environment, executable

_TIMEOUT = 3600  # seconds for one program, in an emulator too
# OpenBLAS's scripts, of a shell or PowerShell, which start a program with an input and look into its summary.
_SCRIPTS = ("test_helper", "test_cblas_helper")
_TEST = re.compile(r'^add_test\((?:\[=\[|")?(.+?)(?:\]=\]|")? (".*")\)$', re.MULTILINE)
_FAILED = re.compile("FATAL|FAILED")


@dataclass(frozen=True)
class Test:
    """One of OpenBLAS's tests: a program, what it reads, the summary that it writes, and the folder that it runs in."""

    name: str
    program: str
    folder: Path
    input: Path | None = None
    summary: Path | None = None

    @classmethod
    def of(cls, name: str, command: Sequence[str], folder: Path) -> Test:
        """Return the test of a CTest command: a program, or a script that is told program, input and summary."""
        script = next((place for place, word in enumerate(command) if Path(word).stem in _SCRIPTS), None)
        if script is None:
            return cls(name, str(executable(Path(command[0]))), folder)
        program, data, *summary = command[script + 1 :]
        return cls(name, program, folder, Path(data), folder / summary[0] if summary else None)


def tests(folder: Path) -> Iterator[Test]:
    """Yield the tests of the programs that were built in `folder`, as CMake tells CTest of them.

    CTest itself leaves out the command of a test whose program is not on this system, as PowerShell.

    Raises:
        ToolError: there are none.
    """
    files = sorted(folder.rglob("CTestTestfile.cmake"))
    found = [(file, *test) for file in files for test in _TEST.findall(file.read_text(encoding="utf-8"))]
    if not found:
        msg = f"no tests of OpenBLAS's in {folder}"
        raise ToolError(msg)
    yield from (Test.of(name, shlex.split(words), file.parent) for file, name, words in found)


def start(folder: Path, variables: Mapping[str, str], before: Sequence[str] = ()) -> dict[str, Result]:
    """Run OpenBLAS's own programs, built in `folder`; each is one test. `before` are words before each command."""
    return {f"OpenBLAS {test.name}": _result(test, variables, before) for test in tests(folder)}


def _result(test: Test, variables: Mapping[str, str], before: Sequence[str]) -> Result:
    if test.summary:
        test.summary.unlink(missing_ok=True)
    with (test.input or Path(os.devnull)).open("rb") as data:
        try:
            done = subprocess.run(
                [*before, test.program],
                cwd=test.folder, env=environment(variables), stdin=data, capture_output=True,
                timeout=_TIMEOUT, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return Result(0, 0, (f"not run: no end after {_TIMEOUT} s",))
    errors = [] if done.returncode == 0 else [f"exit status {done.returncode}"]
    if test.summary and not errors:
        errors = list(_in_summary(test.summary))
    return Result(1, int(bool(errors)), tuple(errors))


def _in_summary(summary: Path) -> Iterator[str]:
    if not summary.exists():
        yield f"it wrote no {summary.name}"
        return
    lines = summary.read_text(encoding="utf-8", errors="replace").splitlines()
    yield from (line.strip() for line in lines if _FAILED.search(line))
