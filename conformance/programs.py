"""Build the test programs with CMake."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from openblas_build.errors import ToolError
from openblas_build.run import run

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
        return self.folder / "lapack" / family / case.program

    def input(self, case: Case) -> Path:
        """The input file of `case`."""
        return self.inputs / case.input


def build(source: Path, openblas: Path, facade: Path, folder: Path, cases: Sequence[Case]) -> Programs:
    """Build in `folder` the programs of `cases` and OpenBLAS's own, of the tree `source` that was built in `openblas`.

    Raises:
        ToolError: CMake, Ninja or gfortran is missing, or one of them failed.
    """
    cmake = shutil.which("cmake")
    if cmake is None:
        msg = "cmake is not on PATH; 'make check-lapack' brings one"
        raise ToolError(msg)
    fortran = shutil.which("gfortran")
    if fortran is None:
        msg = "gfortran is not on PATH; on Debian and Ubuntu it is the package gfortran"
        raise ToolError(msg)
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
            f"-DCMAKE_Fortran_COMPILER={fortran}",
            f"-DOPENBLAS_SOURCE_DIR={source}",
            f"-DOPENBLAS_BINARY_DIR={openblas}",
            f"-DFACADE={facade}",
        ]
    )
    targets = [*sorted({case.program for case in cases}), *(f"openblas/{name}/all" for name in _OPENBLAS_FOLDERS)]
    run([cmake, "--build", folder, "--target", *targets])
    return Programs(folder, source / "lapack-netlib" / "TESTING")
