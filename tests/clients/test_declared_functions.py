"""Every function that an installed header declares is in the library, whatever it is called by."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from artifacts import LIBRARY, PACKAGE
from declared_functions import (
    AT_LEAST,
    HEADERS,
    LANGUAGES,
    OTHERS,
    PLAIN_OUTPUT,
    PLAIN_PROGRAM,
    declared,
    including,
    program_of_addresses,
    source,
)
from openblas_build.audit.contract import reference
from openblas_build.targets.formats import read_library
from programs import run

STRICT = ("-Wall", "-Wextra", "-Werror")


@pytest.fixture(scope="module")
def package(contents: Path) -> Path:
    return contents / PACKAGE


def link_flags(package: Path) -> list[str]:
    return [f"-I{package / 'include'}", str(package / "lib" / LIBRARY), f"-Wl,-rpath,{package / 'lib'}"]


def test_all_headers_are_tried(package: Path) -> None:
    assert {path.name for path in (package / "include").iterdir()} == {*HEADERS, *OTHERS}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_declared_function_is_in_the_library(package: Path, tmp_path: Path, language: str) -> None:
    listed = {header: declared(package / "include", header, tmp_path) for header in HEADERS}
    for header, number in AT_LEAST.items():
        assert len(listed[header]) >= number, header
    names = set().union(*listed.values())
    program = tmp_path / "program"
    text = program_of_addresses(names, HEADERS, LIBRARY)
    run(*LANGUAGES[language], "-w", source(tmp_path, language, text), *link_flags(package), "-ldl", "-o", program)
    assert run(program) == f"{len(names)}\n"


@pytest.mark.parametrize("header", HEADERS + OTHERS)
@pytest.mark.parametrize(("language", "standard"), [("c", "c99"), ("c", "gnu17"), ("c++", "c++11"), ("c++", "gnu++20")])
def test_header_compiles_alone(package: Path, tmp_path: Path, header: str, language: str, standard: str) -> None:
    program = source(tmp_path, language, including([header]))
    run(LANGUAGES[language][0], f"-std={standard}", *STRICT, "-fsyntax-only", f"-I{package / 'include'}", program)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("order", [HEADERS, HEADERS[::-1]])
def test_headers_go_together(package: Path, tmp_path: Path, language: str, order: tuple[str, ...]) -> None:
    program = source(tmp_path, language, including(order))
    run(*LANGUAGES[language], *STRICT, "-fsyntax-only", f"-I{package / 'include'}", program)


@pytest.mark.parametrize("complex_type", ["LAPACK_COMPLEX_CPP", "LAPACK_COMPLEX_STRUCTURE", "LAPACK_COMPLEX_C99"])
def test_complex_types_of_a_consumers_choice(package: Path, tmp_path: Path, complex_type: str) -> None:
    text = "#define HAVE_LAPACK_CONFIG_H\n" + including(["lapacke.h"])
    text += "int main(void) { lapack_complex_double z; return sizeof z == 16 && sizeof(lapack_int) == 8 ? 0 : 1; }\n"
    language = "c++" if complex_type == "LAPACK_COMPLEX_CPP" else "c"
    program = source(tmp_path, language, f"#define {complex_type}\n{text}")
    run(*LANGUAGES[language], program, f"-I{package / 'include'}", "-o", tmp_path / "program")
    run(tmp_path / "program")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("how", ["header", "macro"])
def test_plain_names_calculate(package: Path, tmp_path: Path, language: str, how: str) -> None:
    text = PLAIN_PROGRAM
    if how == "macro":
        text = "#define OPENBLAS_PLAIN_NAMES\n" + text.replace('#include "openblas_plain_names.h"', "")
    run(
        *LANGUAGES[language],
        *STRICT,
        source(tmp_path, language, text),
        "-DBYTES=8",
        *link_flags(package),
        "-o",
        tmp_path / "program",
    )
    assert run(tmp_path / "program") == PLAIN_OUTPUT


@pytest.mark.parametrize("language", LANGUAGES)
def test_plain_names_reach_everything_that_is_exported(package: Path, tmp_path: Path, language: str) -> None:
    # The functions' addresses by their plain names, with declarations of the test's own.
    mapping = (package / "include" / "openblas_plain_names.h").read_text(encoding="utf-8")
    names = dict(re.findall(r"^#define (\w+) (\w+)$", mapping, re.MULTILINE))
    assert set(names.values()) == read_library(package / "lib" / LIBRARY).exports
    declarations = "".join(f"void {name}(void);\n" for name in names)
    if language == "c++":
        declarations = f'extern "C" {{\n{declarations}}}\n'
    text = program_of_addresses(names, ["openblas_plain_names.h"], LIBRARY)
    program = source(tmp_path, language, text.replace("static const", f"{declarations}static const", 1))
    run(*LANGUAGES[language], "-w", program, *link_flags(package), "-ldl", "-o", tmp_path / "program")
    assert run(tmp_path / "program") == f"{len(names)}\n"


def test_what_the_published_headers_offer_is_declared(package: Path, published: Path, tmp_path: Path) -> None:
    theirs = published / PACKAGE
    compared = reference("0.3.34")
    assert compared is not None
    exported = read_library(theirs / "lib" / LIBRARY).exports
    headers = [header for header in HEADERS if (theirs / "include" / header).exists()]

    def plain(name: str) -> str:
        return re.sub(r"^scipy_(\w+)64_$", r"\1", name)

    offered = {
        plain(name) for header in headers for name in declared(theirs / "include", header, tmp_path) if name in exported
    }
    ours = {plain(name) for header in HEADERS for name in declared(package / "include", header, tmp_path)}
    excused = "|".join(difference.pattern for difference in compared.differences)
    assert len(offered) > 2500
    assert {name for name in offered - ours if not re.fullmatch(excused, name)} == set()
