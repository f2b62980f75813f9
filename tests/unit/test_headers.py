"""Headers declare what the library exports, by the names that it has there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from compiling import Compiler
from openblas_build.errors import SymbolError
from openblas_build.headers import write_headers
from openblas_build.headers.scan import declarations
from openblas_build.headers.write import fortran_macro
from openblas_build.naming import SCIPY_ILP64, Naming
from openblas_build.symbols import Plan
from small_openblas import INTERNAL, PUBLIC

HEADER = """\
#ifndef F77_H
#define F77_H
#define BLASFUNC(FUNC) FUNC##_ /* int in_a_comment(void); */
#define LAPACK_dgesv_base LAPACK_GLOBAL_SUFFIX(dgesv, \\
    DGESV)
#define LONGER(x) \\
    int in_a_macro(x);
#ifdef __cplusplus
extern "C" {
#endif
typedef void (*callback)(int number, void *data);
typedef enum { A = 1, B = '{' } letter;
struct pair { double (*first)(int); double second; };
extern callback callback_variable; // int in_another_comment(int);
static inline int defined_here(int x) { if (x) { return 1; } return cblas_unknown(x); }
double cblas_dgemm(double x); int BLASFUNC(nosuch)(callback *, char *text);
__attribute__((pure)) double *BLASFUNC (dgemm) (double (*f)(double)
#ifdef LAPACK_FORTRAN_STRLEN_END
    , unsigned long
#endif
);
double LAPACK_dgesv_base(double *);
#define LAPACK_dgesv(...) LAPACK_dgesv_base(__VA_ARGS__, 1)
double API_SUFFIX(LAPACKE_dgesv)(double);
void callable(const char *text);
#ifdef __cplusplus
}
#endif
#endif
"""


def named(text: str) -> list[str]:
    return [each.name for each in declarations(text)]


def test_declarations_are_found_whatever_their_names_are_written_by() -> None:
    assert named(HEADER) == [
        "callback_variable",
        "cblas_dgemm",
        "nosuch_",
        "dgemm_",
        "dgesv_",
        "LAPACKE_dgesv",
        "callable",
    ]


def test_declarations_are_found_where_they_are() -> None:
    (first,) = declarations("/* int f(int); */\nint f(int x,\n  int y) ; /* g */")
    assert (first.start, first.end) == (18, 41)


@pytest.fixture
def plan() -> Plan:
    return Plan.make(PUBLIC | INTERNAL, SCIPY_ILP64)


def written(folder: Path, plan: Plan, **headers: str) -> dict[str, str]:
    """Write `headers`, and return what came of them."""
    sources = folder / "sources"
    sources.mkdir()
    for name, text in headers.items():
        (sources / f"{name}.h").write_text(text, encoding="utf-8")
    write_headers(sorted(sources.iterdir()), folder / "include", plan)
    return {path.stem: path.read_text(encoding="utf-8") for path in (folder / "include").iterdir()}


def test_only_what_is_exported_is_declared(tmp_path: Path, plan: Plan) -> None:
    text = written(tmp_path, plan, f77=HEADER)["f77"]
    assert named(text) == ["scipy_cblas_dgemm64_", "dgemm_", "dgesv_", "scipy_LAPACKE_dgesv64_"]
    for kept in ("typedef void (*callback)", "struct pair", "defined_here", "#define LAPACK_dgesv(...)"):
        assert kept in text


def test_result_compiles(tmp_path: Path, plan: Plan, compiler: Compiler) -> None:
    header = HEADER.replace("return cblas_unknown(x)", "return 0")
    mangling = '#include "lapacke_mangling.h"\n#define API_SUFFIX(x) x\n#define LAPACK_GLOBAL_SUFFIX LAPACK_GLOBAL\n'
    written(tmp_path, plan, f77=mangling + header, lapacke_mangling="")
    code = '#include "f77.h"\ndouble f(double *x) { return LAPACK_dgesv_base(x); }\n'
    for flags in ((), ("-DLAPACK_FORTRAN_STRLEN_END",), ("-xc++",)):
        result = compiler.object("user", code, f"-I{tmp_path / 'include'}", *flags)
        assert "scipy_dgesv_64_" in compiler.run("nm", "-u", result)


def test_half_a_conditional_cannot_be_left_out(tmp_path: Path, plan: Plan) -> None:
    text = "int nosuch(\n#ifdef LONG\n  long x);\n#else\n  int x);\n#endif\n"
    with pytest.raises(SymbolError, match=r"odd\.h declares nosuch with half"):
        written(tmp_path, plan, odd=text)


def test_rival_headers_go_together(tmp_path: Path, plan: Plan, compiler: Compiler) -> None:
    # The same function, with and without the length of a string.
    f77 = "#ifndef F\n#define F\nint dgesv_(double *);\ndouble dgemm_(double *);\n#endif\n"
    lapack = "#ifndef L\n#define L\nvoid dgesv_(double *, unsigned long);\n#endif\n"
    written(tmp_path, plan, f77blas=f77, lapack=lapack)
    for order in (("f77blas", "lapack"), ("lapack", "f77blas")):
        code = "".join(f'#include "{name}.h"\n' for name in order) + "void *f = scipy_dgesv_64_, *g = scipy_dgemm_64_;"
        compiler.object("user", code, f"-I{tmp_path / 'include'}")


def test_plain_names_are_mapped(tmp_path: Path, plan: Plan, compiler: Compiler) -> None:
    text = written(tmp_path, plan)["openblas_plain_names"]
    assert (
        dict(re.findall(r"#define (\w+) (\w+)\n(?=#|\n)", text)).items()
        >= {name: SCIPY_ILP64.public(name) for name in PUBLIC}.items()
    )
    code = '#include "openblas_plain_names.h"\ndouble dgemm_(double *); double f(double *x) { return dgemm_(x); }\n'
    assert "scipy_dgemm_64_" in compiler.run("nm", "-u", compiler.object("user", code, f"-I{tmp_path / 'include'}"))


def test_plain_names_of_a_library_that_has_them(tmp_path: Path) -> None:
    plain = Plan.make(PUBLIC | INTERNAL, Naming("", "", "openblas"))
    assert "#define dgemm_" not in written(tmp_path, plain)["openblas_plain_names"]


@pytest.mark.parametrize("name", ["openblas_config", "lapacke_config"])
def test_unknown_form_of_a_header_is_an_error(tmp_path: Path, plan: Plan, name: str) -> None:
    with pytest.raises(SymbolError, match=f"another form.*{name}"):
        written(tmp_path, plan, **{name: "int x;\n"})


def test_missing_header_is_an_error(tmp_path: Path, plan: Plan) -> None:
    with pytest.raises(SymbolError, match=r"none\.h cannot be read"):
        write_headers([tmp_path / "none.h"], tmp_path / "include", plan)


def test_integers_of_the_library_are_the_headers(tmp_path: Path, plan: Plan) -> None:
    source = tmp_path / "lapacke_config.h"
    source.write_text("#ifndef G\n#define G\n#endif\n", encoding="utf-8")
    write_headers([source], tmp_path / "ilp64", plan)
    write_headers([source], tmp_path / "lp64", plan, ilp64=False)
    assert "#define LAPACK_ILP64" in (tmp_path / "ilp64" / source.name).read_text()
    assert "LAPACK_ILP64" not in (tmp_path / "lp64" / source.name).read_text()


@pytest.mark.parametrize(
    ("naming", "macro"),
    [
        (SCIPY_ILP64, "scipy_##FUNC##_64_"),
        (Naming("", "_64", "x", suffix_before_underscore=True), "FUNC##_64_"),
        (Naming("", "", "x"), "FUNC##_"),
    ],
)
def test_fortran_macro(naming: Naming, macro: str) -> None:
    assert fortran_macro(naming, "FUNC") == macro
