"""Small programs that call the library by its own names, and the commands that build them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

C_TEXT = """
#include <stdio.h>
#include "cblas.h"
#include "lapacke.h"
#ifndef HAVE_BLAS_ILP64
#error "the flags do not say that integers have 64 bits"
#endif

int main(void) {
    double a[4] = {1, 2, 3, 4}, b[4] = {5, 6, 7, 8}, c[4];
    lapack_int pivots[2];
    scipy_cblas_dgemm64_(CblasRowMajor, CblasNoTrans, CblasNoTrans, 2, 2, 2, 1, a, 2, b, 2, 0, c, 2);
    lapack_int status = scipy_LAPACKE_dgesv64_(LAPACK_ROW_MAJOR, 2, 2, a, 2, pivots, b, 2);
    printf("%g %g %g %g ", c[0], c[1], c[2], c[3]);
    printf("%d %d %d\\n", (int)status, (int)sizeof(blasint), (int)sizeof(lapack_int));
    return 0;
}
"""

# The same matrices, whose rows are columns here, and a function that returns a complex number.
FORTRAN_TEXT = """
program client
  implicit none
  integer(8), parameter :: two = 2, one = 1
  double precision :: a(2, 2) = reshape([5, 6, 7, 8], [2, 2]), b(2, 2) = reshape([1, 2, 3, 4], [2, 2]), c(2, 2)
  complex(8) :: x(2) = [(1, 2), (3, 4)], dot
  complex(8), external :: scipy_zdotc_64
  integer(8) :: pivots(2), status
  call scipy_dgemm_64('N', 'N', two, two, two, 1d0, a, two, b, two, 0d0, c, two)
  call scipy_dgesv_64(two, two, b, two, pivots, a, two, status)
  dot = scipy_zdotc_64(two, x, one, x, one)
  write (*, '(*(i0, :, " "))') nint(c), status, nint(real(dot)), nint(aimag(dot))
end program
"""


@dataclass(frozen=True)
class Language:
    """A program in one language: how its file and its compiler are called, and what it prints."""

    name: str
    file: str
    compiler: str
    text: str
    output: str

    def write(self, folder: Path) -> Path:
        path = folder / self.file
        path.write_text(self.text, encoding="utf-8")
        return path

    def compiled(self, folder: Path, flags: Sequence[str]) -> str:
        """Build the program with `flags` in `folder`, run it and return what it prints."""
        run(self.compiler, self.write(folder), *flags, "-o", folder / "program")
        return run(folder / "program")


# The product, the status of the solver, and integers of 8 bytes or the product of two vectors.
C = Language("C", "program.c", "cc", C_TEXT, "19 22 43 50 0 8 8\n")
FORTRAN = Language("Fortran", "program.f90", "gfortran", FORTRAN_TEXT, "19 22 43 50 0 30 0\n")
LANGUAGES = (C, FORTRAN)


def run(*command: str | Path, cwd: Path | None = None, **variables: str) -> str:
    """Run a command and return its output; a failure fails the test."""
    environ = {**os.environ, **variables}
    done = subprocess.run(command, cwd=cwd, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout
