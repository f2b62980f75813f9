"""A static library has the convention's names, and no others that could meet another library's."""

from __future__ import annotations

import pytest

from compiling import Compiler
from openblas_build.errors import SymbolError
from openblas_build.naming import convention
from openblas_build.static import write_static
from small_openblas import INTERNAL, KERNELS, PUBLIC, archive


def test_two_conventions_in_one_program(compiler: Compiler) -> None:
    # Each calls the kernels of its own copy, and its own version of what the Fortran run-time library has, too.
    runtime = compiler.object("runtime", "int _gfortran_etime(void) { return 1; }")
    libraries = []
    for text in ("scipy", "openblas64"):
        naming = convention(text)
        library = write_static(archive(compiler), [runtime], compiler.folder / "out", naming, ("objcopy", "ar"))
        listed = compiler.run("nm", "--defined-only", "--extern-only", "--format=posix", library)
        assert {line.split()[0] for line in listed.splitlines() if not line.endswith(":")} == {
            *(naming.public(name) for name in PUBLIC),
            *(f"{naming.library}_{name}" for name in (*INTERNAL, "_gfortran_etime")),
        }
        libraries.append(library)
    source = compiler.folder / "program.c"
    source.write_text(
        """
        #include <stdio.h>
        double scipy_cblas_dgemm64_(double), cblas_dgemm64_(double);
        int main(void) { printf("%g %g\\n", scipy_cblas_dgemm64_(5), cblas_dgemm64_(1)); return 0; }
        """,
        encoding="utf-8",
    )
    compiler.run("cc", source, *libraries, "-o", compiler.folder / "program")
    assert compiler.run(compiler.folder / "program") == "17 5\n"


def test_archive_that_is_not_openblas_leaves_nothing(compiler: Compiler) -> None:
    path = compiler.archive("x", kernels=KERNELS)
    with pytest.raises(SymbolError, match="lacks dgemm_"):
        write_static(path, [], compiler.folder / "out", convention("scipy"), ("objcopy", "ar"))
    assert list((compiler.folder / "out").iterdir()) == []
