"""Complex numbers of C and of C++ come to the library and back, by GCC and Clang."""

from __future__ import annotations

from pathlib import Path

import pytest

from artifacts import LIBRARY, PACKAGE
from programs import run

STRICT = ("-pedantic", "-Wall", "-Wextra", "-Werror")

# (1+2i, 3-i) conjugated, times (2, 4i); the system [2i 0; 1 1] x = (4-6i, 1); and numbers that the library makes.
PROGRAM = """
#include <complex>
#include <cstdio>
#include <vector>
#include "cblas.h"
#include "f77blas.h"
#include "lapacke.h"
#include "openblas_plain_names.h"

typedef std::complex<double> number;

static void show(const number &z) { std::printf("%g %g\\n", z.real(), z.imag()); }
static number taken(openblas_complex_double z) {
    return number(openblas_complex_double_real(z), openblas_complex_double_imag(z));
}

int main() {
    const std::vector<number> x{{1, 2}, {3, -1}}, y{{2, 0}, {0, 4}};
    number by_pointer;
    cblas_zdotc_sub(2, x.data(), 1, y.data(), 1, &by_pointer);
    show(by_pointer);
    show(taken(cblas_zdotc(2, x.data(), 1, y.data(), 1)));
    std::vector<number> u(x), v(y);
    blasint two = 2, one = 1;
    show(taken(zdotc_(&two, reinterpret_cast<double *>(u.data()), &one, reinterpret_cast<double *>(v.data()), &one)));

    std::vector<number> a{{0, 2}, {0, 0}, {1, 0}, {1, 0}}, b{{4, -6}, {1, 0}};
    lapack_int pivots[2];
    lapack_int status = LAPACKE_zgesv(LAPACK_ROW_MAJOR, 2, 1, reinterpret_cast<lapack_complex_double *>(a.data()), 2,
                                      pivots, reinterpret_cast<lapack_complex_double *>(b.data()), 1);
    std::printf("%d\\n", static_cast<int>(status));
    show(b[0]);
    show(b[1]);

    const lapack_complex_double wide = lapack_make_complex_double(1, -2);
    const lapack_complex_float narrow = lapack_make_complex_float(3, -4);
    std::printf("%g %g %g %g\\n", lapack_complex_double_real(wide), lapack_complex_double_imag(wide),
                lapack_complex_float_real(narrow), lapack_complex_float_imag(narrow));
    const openblas_complex_float made = openblas_make_complex_float(5, -6);
    std::printf("%g %g\\n", openblas_complex_float_real(made), openblas_complex_float_imag(made));
}
"""
OUTPUT = "-2 8\n-2 8\n-2 8\n0\n-3 -2\n4 2\n1 -2 3 -4\n5 -6\n"

TYPES = {
    "the compiler's": (),
    "std::complex": ("-DHAVE_LAPACK_CONFIG_H", "-DLAPACK_COMPLEX_CPP"),
    "structures": ("-DHAVE_LAPACK_CONFIG_H", "-DLAPACK_COMPLEX_STRUCTURE"),
}


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
@pytest.mark.parametrize("standard", ["c++11", "c++17", "c++2b"])
@pytest.mark.parametrize("types", TYPES)
def test_program_of_cpp(contents: Path, tmp_path: Path, compiler: str, standard: str, types: str) -> None:
    (tmp_path / "program.cc").write_text(PROGRAM, encoding="utf-8")
    lib, include = contents / PACKAGE / "lib", contents / PACKAGE / "include"
    command = [compiler, f"-std={standard}", *STRICT, *TYPES[types], f"-I{include}"]
    run(*command, tmp_path / "program.cc", lib / LIBRARY, f"-Wl,-rpath,{lib}", "-o", tmp_path / "program")
    assert run(tmp_path / "program") == OUTPUT
