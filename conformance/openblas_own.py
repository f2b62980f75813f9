"""OpenBLAS's own programs: utest, test and ctest."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

from openblas_build.errors import ToolError

from .runs import Result, environment

_TIMEOUT = 900  # seconds for one program


def start(folder: Path, variables: Mapping[str, str]) -> dict[str, Result]:
    """Run OpenBLAS's own programs, built in `folder`; each is one test.

    Raises:
        ToolError: CTest is missing or said nothing.
    """
    ctest = shutil.which("ctest")
    if ctest is None:
        msg = "ctest is not on PATH; it comes with cmake"
        raise ToolError(msg)
    report = folder / "openblas.xml"
    report.unlink(missing_ok=True)
    done = subprocess.run(
        [ctest, "--timeout", str(_TIMEOUT), "--output-junit", report],
        cwd=folder, env=environment(variables), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if not report.exists():
        msg = f"ctest failed\n{done.stdout}{done.stderr}"
        raise ToolError(msg)
    cases = ET.parse(report).getroot().iter("testcase")  # noqa: S314 - CTest wrote it just now
    return {f"OpenBLAS {case.attrib['name']}": _result(case) for case in cases}


def _result(case: ET.Element) -> Result:
    if case.attrib["status"] == "run":
        return Result(1, 0)
    if case.attrib["status"] == "fail":
        return Result(1, 1)
    return Result(0, 0, (f"not run: {case.attrib['status']}",))
