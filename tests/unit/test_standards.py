"""Headers of OpenBLAS's form are made such that standard C and C++ take them."""

from __future__ import annotations

from openblas_build.headers.standards import conforming, shared_types

CALLBACK = "typedef void (*openblas_callback)(int number, void *data);\n"
OTHERS = "typedef struct { int x; } pair;\ntypedef long BLASLONG;\n"


def test_types_that_two_headers_define_are_defined_once() -> None:
    shared = shared_types([CALLBACK + OTHERS, CALLBACK])
    assert shared == {"openblas_callback"}
    text = conforming("cblas.h", CALLBACK + OTHERS, shared)
    assert text == (f"#ifndef OPENBLAS_CALLBACK_DEFINED\n#define OPENBLAS_CALLBACK_DEFINED\n{CALLBACK}#endif\n{OTHERS}")


def test_types_of_newer_standards_are_extensions() -> None:
    text = conforming(
        "x.h", "  typedef float _Complex one;\ntypedef _Float16 two;\ntypedef float three;\n", frozenset()
    )
    assert text == (
        "  __extension__ typedef float _Complex one;\n__extension__ typedef _Float16 two;\ntypedef float three;\n"
    )


def test_complex_types_of_macros_have_names_in_cpp() -> None:
    text = conforming("lapack.h", "#define lapack_complex_double   double _Complex\n", frozenset())
    assert "__extension__ typedef double _Complex lapack_complex_double_c99;" in text
    assert "#else\n#define lapack_complex_double double _Complex\n#endif\n" in text


def test_last_line_ends() -> None:
    assert conforming("x.h", "#endif", frozenset()) == "#endif\n"
    assert conforming("x.h", "#endif\n", frozenset()) == "#endif\n"


def test_other_text_stays_as_it_is() -> None:
    text = "#ifndef LAPACK_COMPLEX_CUSTOM\nint f(void);\n#endif\n"
    assert conforming("lapacke_config.h", text, frozenset()) == text
