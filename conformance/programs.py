"""Build the test programs with CMake."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from openblas_build.errors import ToolError
from openblas_build.run import run
from openblas_build.targets.formats import read_library

from .runs import executable
from .table import Case

_PROJECT = Path(__file__).parent
_OPENBLAS_FOLDERS = ("utest", "test", "ctest")


@dataclass(frozen=True)
class Programs:
    """The built test programs: their build folder, and LAPACK's folder of inputs."""

    folder: Path
    inputs: Path

    def program(self, case: Case) -> Path:
        """The executable of `case`."""
        family = "lin" if case.family == "LIN" else "eig"
        return executable(self.folder / "lapack" / family / case.program)

    def input(self, case: Case) -> Path:
        """The input file of `case`."""
        return self.inputs / case.input


def source_of(openblas: Path) -> Path:
    """Return the source tree that was built in the folder `openblas`, with the overlay's changes.

    Raises:
        ToolError: the folder is no build folder.
    """
    cache = openblas / "CMakeCache.txt"
    text = cache.read_text(encoding="utf-8") if cache.exists() else ""
    found = re.search(r"^CMAKE_HOME_DIRECTORY:INTERNAL=(.*)$", text, re.MULTILINE)
    if found is None:
        msg = f"{openblas} is no build folder of OpenBLAS; 'make wheel' makes one"
        raise ToolError(msg)
    return Path(found[1])


def build(
    openblas: Path, facade: Path, folder: Path, cases: Sequence[Case], cross: Mapping[str, str] | None = None
) -> Programs:
    """Build in `folder` the programs of `cases` and OpenBLAS's own, of the tree that was built in `openblas`.

    `cross` are CMake's variables that make programs for another machine. Without cases there is OpenBLAS's utest alone,
    which is in C.

    Raises:
        ToolError: CMake, Ninja or gfortran is missing, or one of them failed.
    """
    cmake = shutil.which("cmake")
    if cmake is None:
        msg = "cmake is not on PATH; 'make check-lapack' brings one"
        raise ToolError(msg)
    fortran = shutil.which("gfortran")
    if fortran is None and cross is None and cases:
        msg = "gfortran is not on PATH; on Debian and Ubuntu it is the package gfortran"
        raise ToolError(msg)
    compilers = cross or {"CMAKE_Fortran_COMPILER": str(fortran)}
    source = source_of(openblas)
    # Not every machine has products of complex matrices by three real ones.
    gemm3m = "cgemm3m_" in read_library(facade).exports
    run(
        [
            cmake,
            "-S",
            _PROJECT,
            "-B",
            folder,
            "-G",
            "Ninja",
            "-DCMAKE_BUILD_TYPE=Release",
            *(f"-D{name}={value}" for name, value in compilers.items()),
            f"-DWITH_FORTRAN={'ON' if cases else 'OFF'}",
            f"-DUSE_GEMM3M={'ON' if gemm3m else 'OFF'}",
            f"-DOPENBLAS_SOURCE_DIR={source}",
            f"-DOPENBLAS_BINARY_DIR={openblas}",
            f"-DFACADE={facade}",
        ]
    )
    folders = _OPENBLAS_FOLDERS if cases else _OPENBLAS_FOLDERS[:1]
    targets = [*sorted({case.program for case in cases}), *(f"openblas/{name}/all" for name in folders)]
    run([cmake, "--build", folder, "--target", *targets])
    return Programs(folder, source / "lapack-netlib" / "TESTING")
