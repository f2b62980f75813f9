"""Why symbols are renamed in the archive, and that the library which comes of it works."""

from __future__ import annotations

import cmath
import ctypes
import math
import random
import sys
from pathlib import Path

import pytest

from compiling import Compiler
from openblas_build.audit import Contract, audit_library, render
from openblas_build.cli import main
from openblas_build.errors import SymbolError
from openblas_build.naming import ILP64, LP64, SCIPY_ILP64, Interface, convention
from openblas_build.relink import Toolset, default_tools, relink
from small_openblas import INTERFACE, KERNELS, LAPACK, PUBLIC, archive

SOURCES = Path(__file__).parents[2] / "cmake"


def exported(compiler: Compiler, library: Path) -> set[str]:
    listed = compiler.run("nm", "-D", "--defined-only", "--format=posix", library)
    return {line.split()[0] for line in listed.splitlines()}


def test_renaming_in_a_finished_library_changes_nothing_that_counts(compiler: Compiler) -> None:
    library = compiler.shared("libx.so", "double dgemm_(double x) { return 3 * x; }")
    before = exported(compiler, library)
    compiler.run("objcopy", "--redefine-sym", "dgemm_=scipy_dgemm_64_", library)
    # .symtab has the new name, and the dynamic symbol table, which dlsym and linkers read, the old one.
    assert "scipy_dgemm_64_" in compiler.run("nm", library)
    assert exported(compiler, library) == before
    with pytest.raises(AttributeError):
        ctypes.CDLL(str(library)).scipy_dgemm_64_  # noqa: B018 - looking it up is the test


def test_renaming_in_the_archive_and_linking_works(compiler: Compiler) -> None:
    library = compiler.folder / "out" / SCIPY_ILP64.file_name
    relink(archive(compiler), library, SCIPY_ILP64, default_tools(), compiler.folder / "work")
    assert exported(compiler, library) == {SCIPY_ILP64.public(name) for name in PUBLIC}
    multiply = ctypes.CDLL(str(library)).scipy_cblas_dgemm64_
    multiply.restype, multiply.argtypes = ctypes.c_double, [ctypes.c_double]
    assert multiply(5.0) == 17.0


def test_the_small_library_keeps_the_contract(compiler: Compiler) -> None:
    library = compiler.folder / SCIPY_ILP64.file_name
    relink(archive(compiler), library, SCIPY_ILP64, default_tools(), compiler.folder / "work")
    report = audit_library(library, Contract(kernels=("PRESCOTT", "HASWELL")))
    assert report.ok, render(report)


@pytest.mark.parametrize(
    ("text", "interface", "file_name", "fortran", "c"),
    [
        ("scipy", LP64, "libscipy_openblas.so", "scipy_dgemm_", "scipy_cblas_dgemm"),
        ("openblas64", ILP64, "libopenblas64_.so", "dgemm_64_", "cblas_dgemm64_"),
        ("netlib64", ILP64, "libopenblas_64.so", "dgemm_64_", "cblas_dgemm_64"),
        ("plain", ILP64, "libopenblas64.so", "dgemm_", "cblas_dgemm"),
        ("plain", LP64, "libopenblas.so", "dgemm_", "cblas_dgemm"),
        ("my_{name}_v2", ILP64, "libmy_openblas_v2.so", "my_dgemm__v2", "my_cblas_dgemm_v2"),
        ("my_{name}_v2{_}", ILP64, "libmy_openblas_v2.so", "my_dgemm_v2_", "my_cblas_dgemm_v2"),
    ],
)
def test_every_convention(
    compiler: Compiler, text: str, interface: Interface, file_name: str, fortran: str, c: str
) -> None:
    integers = " USE64BITINT" if interface.is_ilp64 else ""
    path = compiler.archive(
        "x", interface=INTERFACE.replace("small", f"small{integers}"), lapack=LAPACK, kernels=KERNELS
    )
    command = ["relink", "--archive", str(path), "--output", str(compiler.folder / "lib" / file_name), "--object"]
    command += ["--work", str(compiler.folder / "work"), "--compiler", "cc", "--objcopy", "objcopy"]
    command += ["--naming", text, "--interface", interface.name, "--kernels", "HASWELL"]
    assert main(command) == 0
    library = compiler.folder / "lib" / file_name
    naming = convention(text, interface)
    assert exported(compiler, library) == {naming.public(name) for name in PUBLIC} >= {fortran, c}
    # The audit finds the convention out by the names alone, too.
    report = audit_library(library, Contract(kernels=("HASWELL",), interface=interface))
    assert report.ok, render(report)
    assert report.facts["naming"] == f"{fortran} {c}"
    multiply = ctypes.CDLL(str(library))[c]
    multiply.restype, multiply.argtypes = ctypes.c_double, [ctypes.c_double]
    assert multiply(5.0) == 17.0


def test_wrong_integers_leave_no_library(compiler: Compiler, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["relink", "--archive", str(archive(compiler)), "--kernels", "HASWELL"]
    command += ["--work", str(compiler.folder / "work"), "--compiler", "cc", "--objcopy", "objcopy"]
    assert main([*command, "--output", str(compiler.folder / "lib" / SCIPY_ILP64.file_name)]) == 1
    assert "counts in 32-bit integers" in capsys.readouterr().err
    assert main([*command, "--output", str(compiler.folder / "lib" / "libother.so")]) == 1
    assert "is called libscipy_openblas64_.so, not libother.so" in capsys.readouterr().err
    assert not (compiler.folder / "lib").exists()


def test_error_handler_can_be_replaced_and_nothing_else(compiler: Compiler) -> None:
    library = compiler.folder / SCIPY_ILP64.file_name
    relink(archive(compiler), library, SCIPY_ILP64, default_tools(), compiler.folder / "work")
    program = compiler.folder / "program"
    source = compiler.folder / "program.c"
    source.write_text(
        """
        #include <stdio.h>
        double scipy_dgesv_64_(double *);
        void scipy_xerbla_64_(const char *name) { printf("mine %s\\n", name); }
        double scipy_dgemm_64_(double *x) { printf("never\\n"); return *x; }
        int main(void) { double x = 1; printf("%g\\n", scipy_dgesv_64_(&x)); return 0; }
        """,
        encoding="utf-8",
    )
    compiler.run("cc", source, library, f"-Wl,-rpath,{library.parent}", "-rdynamic", "-o", program)
    assert compiler.run(program) == "mine DGESV\n10\n"


@pytest.mark.parametrize("order", [(LP64, ILP64), (ILP64, LP64)], ids=["lp64 first", "ilp64 first"])
def test_two_interfaces_in_one_process_stay_apart(compiler: Compiler, order: tuple[Interface, Interface]) -> None:
    # The kernels have one name in both, and answer differently.
    expected = {LP64: 3 * 5 + 2, ILP64: 7 * 5 + 2}
    program = "import ctypes\n"
    for interface in order:
        naming = convention("scipy", interface)
        kernels = KERNELS.replace("return 3", f"return {3 if interface is LP64 else 7}")
        path = compiler.archive(interface.name, interface=INTERFACE, lapack=LAPACK, kernels=kernels)
        library = compiler.folder / naming.file_name
        relink(path, library, naming, default_tools(), compiler.folder / "work")
        program += (
            f"{interface.name} = ctypes.CDLL({str(library)!r}, ctypes.RTLD_GLOBAL).{naming.public('cblas_dgemm')}\n"
        )
        program += f"{interface.name}.restype, {interface.name}.argtypes = ctypes.c_double, [ctypes.c_double]\n"
    program += "print(lp64(5.0), ilp64(5.0))"
    assert compiler.run(sys.executable, "-c", program) == f"{expected[LP64]}.0 {expected[ILP64]}.0\n"


def test_missing_runtime_function_names_the_object(compiler: Compiler) -> None:
    lapack = LAPACK + "double _gfortran_pow_r8_i8(double, long); double f(void) { return _gfortran_pow_r8_i8(2, 3); }"
    path = compiler.archive("x", interface=INTERFACE, lapack=lapack, kernels=KERNELS)
    library = compiler.folder / SCIPY_ILP64.file_name
    with pytest.raises(SymbolError, match=r"_gfortran_pow_r8_i8, wanted by lapack\.o"):
        relink(path, library, SCIPY_ILP64, default_tools(), compiler.folder / "work")
    assert not library.exists()


def test_fortran_runtime_calculates(compiler: Compiler) -> None:
    code = f'#include "{SOURCES}/fortran_runtime.c"\n'
    library = ctypes.CDLL(str(compiler.shared("libruntime.so", code)))
    power = library._gfortran_pow_r8_i8
    power.restype, power.argtypes = ctypes.c_double, [ctypes.c_double, ctypes.c_int64]
    assert [power(2.0, n) for n in (0, 1, 10, -3)] == [1.0, 2.0, 1024.0, 0.125]
    assert power(1.0, -(2**63)) == 1.0
    text = ctypes.create_string_buffer(b"?" * 8, 8)
    sizes = ctypes.c_size_t
    library._gfortran_concat_string(sizes(6), text, sizes(2), b"ab", sizes(2), b"cd")
    assert text.raw == b"abcd  ??"
    library._gfortran_concat_string(sizes(3), text, sizes(2), b"xy", sizes(2), b"zw")
    assert text.raw == b"xyzd  ??"


def test_link_takes_further_objects(compiler: Compiler) -> None:
    lapack = LAPACK + "double _gfortran_pow_r8_i8(double, long); double f(void) { return _gfortran_pow_r8_i8(2, 3); }"
    path = compiler.archive("x", interface=INTERFACE, lapack=lapack, kernels=KERNELS)
    extra = compiler.object("runtime", "double _gfortran_pow_r8_i8(double x, long n) { return x * n; }")
    tools = default_tools()
    library = compiler.folder / SCIPY_ILP64.file_name
    relink(
        path,
        library,
        SCIPY_ILP64,
        Toolset(tools.compiler, tools.objcopy, tools.c_library, [extra]),
        compiler.folder / "work",
    )
    assert "_gfortran_pow_r8_i8" not in exported(compiler, library)


def test_fortran_runtime_tells_the_time_to_fortran(compiler: Compiler) -> None:
    # Through the real compiler, for an array is passed as GNU Fortran defines it.
    source = compiler.folder / "time.f"
    source.write_text(
        """
      program time
      real t, parts(2)
      intrinsic etime
      external spend
      call spend
      t = etime(parts)
      if (t .le. 0.0 .or. abs(t - parts(1) - parts(2)) .gt. 1e-4) stop 1
      end
      subroutine spend
      integer i
      double precision x
      x = 0
      do i = 1, 20000000
        x = x + sqrt(dble(i))
      end do
      if (x .lt. 0) stop 2
      end
""",
        encoding="utf-8",
    )
    code = f'#include "{SOURCES}/fortran_runtime.c"\n'
    program = compiler.folder / "time"
    compiler.run("gfortran", source, compiler.object("runtime", code), "-o", program)
    # Ours is used, not libgfortran's.
    assert "T _gfortran_etime" in compiler.run("nm", program)
    compiler.run(program)


def test_flang_runtime_compares_copies_and_takes_numbers_apart(compiler: Compiler) -> None:
    library = flang_runtime(compiler)
    compare = library._FortranACharacterCompareScalar1
    compare.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_size_t]
    pairs = [(b"ab", b"ab  "), (b"ab", b"abc"), (b"b", b"ab"), (b"", b"  "), (b"a", b"a\t"), (b"\xff", b"a")]
    assert [compare(a, b, len(a), len(b)) for a, b in pairs] == [0, -1, 1, 0, 1, 1]
    nearest = library._FortranANearest4
    nearest.restype, nearest.argtypes = ctypes.c_float, [ctypes.c_float, ctypes.c_bool]
    assert [nearest(1.0, True), nearest(1.0, False)] == [1 + 2**-23, 1 - 2**-24]
    exponent, short_exponent = library._FortranAExponent8_8, library._FortranAExponent4_4
    exponent.restype, exponent.argtypes = ctypes.c_int64, [ctypes.c_double]
    short_exponent.restype, short_exponent.argtypes = ctypes.c_int32, [ctypes.c_float]
    assert [exponent(number) for number in (1.0, 0.75, -8.0, 0.0, 5e-324)] == [1, 0, 4, 0, -1073]
    assert [exponent(math.inf), exponent(math.nan), short_exponent(-math.inf)] == [2**63 - 1, 2**63 - 1, 2**31 - 1]
    assert [short_exponent(number) for number in (0.5, 2.0**-149)] == [0, -148]
    taken = library.__powidf2
    taken.restype, taken.argtypes = ctypes.c_double, [ctypes.c_double, ctypes.c_int32]
    assert [taken(2.0, n) for n in (0, 10, -3, -(2**31))] == [1, 1024, 0.125, 0]
    numbers = (ctypes.c_double * 9)(*range(9))
    place = ctypes.addressof(numbers)
    library._FortranAAssign(array(place + 16, 3, 16), array(place, 3, 16), b"", 0)
    assert list(numbers) == [0, 1, 0, 3, 2, 5, 4, 7, 8]
    library._FortranAAssign(array(place, 4, 8), array(place + 8, 4, 8), b"", 0)
    assert list(numbers) == [1, 0, 3, 2, 2, 5, 4, 7, 8]
    library._FortranAAssign(array(place, 0, 8), array(place + 64, 0, 8), b"", 0)
    assert numbers[0] == 1


class Array(ctypes.Structure):
    """An array of rank 1 of flang's, by the standard's ISO_Fortran_binding.h."""

    _fields_ = (
        ("base", ctypes.c_void_p),
        ("element_length", ctypes.c_size_t),
        ("version", ctypes.c_int),
        ("rank", ctypes.c_int8),
        ("type", ctypes.c_int8),
        ("attribute", ctypes.c_int8),
        ("extra", ctypes.c_uint8),
        ("lower", ctypes.c_ssize_t),
        ("extent", ctypes.c_ssize_t),
        ("stride", ctypes.c_ssize_t),
    )


def array(place: int, count: int, stride: int) -> object:
    return ctypes.byref(Array(place, 8, 20180515, 1, 28, 0, 0, 1, count, stride))


def test_flang_runtime_divides_and_takes_powers(compiler: Compiler) -> None:
    library = flang_runtime(compiler)

    def divided(a: complex, b: complex) -> complex:
        parts = (ctypes.c_double * 2)()
        library.divided(*map(ctypes.c_double, (a.real, a.imag, b.real, b.imag)), parts)
        return complex(*parts)

    def power(base: complex, exponent: int) -> complex:
        parts = (ctypes.c_double * 2)()
        library.power(ctypes.c_double(base.real), ctypes.c_double(base.imag), ctypes.c_int64(exponent), parts)
        return complex(*parts)

    def shorter(a: complex, b: complex) -> complex:
        parts = (ctypes.c_float * 2)()
        library.shorter(*map(ctypes.c_float, (a.real, a.imag, b.real, b.imag)), parts)
        return complex(*parts)

    chance = random.Random(5)  # noqa: S311 - numbers to calculate with
    for _ in range(2000):
        scale = 10.0 ** chance.randint(-290, 290)
        a, b = (complex(chance.uniform(-1, 1), chance.uniform(-1, 1)) for _ in range(2))
        # Of numbers that are as large the quotient is that of small ones.
        assert divided(a * scale, b * scale) == pytest.approx(a / b, rel=1e-14)
        assert power(a, 5) == pytest.approx(a**5, rel=1e-14)
        assert power(b, -3) == pytest.approx(1 / b**3, rel=1e-13)
        assert shorter(a * 1e38, b * 1e38) == pytest.approx(a / b, rel=1e-6)
    largest = sys.float_info.max
    assert divided(complex(largest, largest), 1.9 + 1.9j) == pytest.approx(largest / 1.9, rel=1e-15)
    assert divided(complex(5e-324, 0), complex(0, 5e-324)) == -1j
    assert divided(1 + 1j, complex(math.inf, 1)) == 0
    assert divided(1 + 1j, 0j) == complex(math.inf, math.inf)
    assert math.isinf(divided(complex(math.inf, math.nan), 2 + 1j).real)
    assert cmath.isnan(divided(complex(math.nan, 0), 1 + 1j))
    assert power(0j, 0) == 1
    assert power(1j, -(2**63)) == 1


def flang_runtime(compiler: Compiler) -> ctypes.CDLL:
    """The functions by a compiler that has its own division, and so by another name; and with results in memory."""
    code = f'#include "{SOURCES}/flang_runtime.c"\n'
    calls = """
        void divided(double a, double b, double c, double d, double *result)
        {
            double _Complex quotient = __divdc3(a, b, c, d);
            memcpy(result, &quotient, sizeof quotient);
        }
        void shorter(float a, float b, float c, float d, float *result)
        {
            float _Complex quotient = __divsc3(a, b, c, d);
            memcpy(result, &quotient, sizeof quotient);
        }
        void power(double a, double b, int64_t exponent, double *result)
        {
            double _Complex number = _FortranAzpowk(complex_of(a, b), exponent);
            memcpy(result, &number, sizeof number);
        }"""
    return ctypes.CDLL(
        str(
            compiler.shared(
                "libflang.so",
                "#define __divdc3 own_division\n#define __divsc3 own_short_division\n" + code + calls,
                "-lm",
            )
        )
    )
