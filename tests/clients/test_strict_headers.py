"""The headers compile without a warning: by GCC and Clang, in every standard of C and C++, under every naming."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pytest

import artifacts
from artifacts import PACKAGE, ROOT
from declared_functions import HEADERS, OTHERS, including
from programs import run

STRICT = ("-pedantic", "-Wall", "-Wextra", "-Werror", "-fsyntax-only")
# By the file's ending: what compiles it, and the standards, as GCC 12 and Clang 14 call them.
COMPILERS = {"c": ("gcc", "clang"), "cc": ("g++", "clang++")}
STANDARDS = {"c": ("c99", "c11", "c17", "c2x"), "cc": ("c++11", "c++14", "c++17", "c++20", "c++2b")}
ALL = [
    pytest.param(compiler, standard, ending, id=f"{compiler} {standard}")
    for ending, compilers in COMPILERS.items()
    for compiler in compilers
    for standard in STANDARDS[ending]
]
OLDEST_AND_NEWEST = [each for each in ALL if str(each.id).endswith(("c99", "c2x", "c++11", "c++2b"))]
# What a consumer may define before he includes them: other types for complex numbers, plain names.
CHOICES = {
    "plain names": ("-DOPENBLAS_PLAIN_NAMES",),
    "structures": ("-DHAVE_LAPACK_CONFIG_H", "-DLAPACK_COMPLEX_STRUCTURE", "-DFORCE_OPENBLAS_COMPLEX_STRUCT"),
    "C99": ("-DHAVE_LAPACK_CONFIG_H", "-DLAPACK_COMPLEX_C99"),
}
CPP_CHOICES = {
    "std::complex": ("-DHAVE_LAPACK_CONFIG_H", "-DLAPACK_COMPLEX_CPP"),
    "types of his own": (
        *("-include", "complex", "-Dlapack_complex_float=std::complex<float>"),
        "-Dlapack_complex_double=std::complex<double>",
    ),
}
# Each header alone, and all of them, with each as the first.
EACH = [*HEADERS, *OTHERS]
ALONE: list[Sequence[str]] = [[header] for header in EACH]
TOGETHER: list[Sequence[str]] = [EACH[place:] + EACH[:place] for place in range(len(EACH))]
NAMINGS = ("openblas64", "netlib64", "plain", "my_{name}_v2", "my_{name}_v2{_}")


def programs(folder: Path, ending: str, orders: Iterable[Sequence[str]]) -> Iterator[Path]:
    """Write programs that include headers, each in one of these orders."""
    for number, order in enumerate(orders):
        path = folder / f"{number}.{ending}"
        path.write_text(including(order) + "int main(void) { return 0; }\n", encoding="utf-8")
        yield path


@pytest.fixture(scope="module")
def include(contents: Path) -> Path:
    return contents / PACKAGE / "include"


@pytest.fixture(scope="module", params=NAMINGS)
def renamed(request: pytest.FixtureRequest, include: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The headers under another naming, made of OpenBLAS's own as a build makes them."""
    folder = tmp_path_factory.mktemp("include")
    built = artifacts.openblas_build()
    cache = (built / "CMakeCache.txt").read_text(encoding="utf-8")
    (tree,) = (line.partition("=")[2] for line in cache.splitlines() if line.startswith("CMAKE_HOME_DIRECTORY:"))
    own = [built / "openblas_config.h", built / "generated/cblas.h", built / "generated/f77blas.h"]
    own += sorted(Path(tree, "lapack-netlib/LAPACKE/include").glob("lapack*.h"))
    command: list[str | Path] = [sys.executable, ROOT / "backend", "headers", "--naming", request.param]
    command += ["--archive", built / "lib/libopenblas_64.a", "--output", folder]
    run(*command, *(path for path in own if (include / path.name).exists()))
    return folder


@pytest.mark.parametrize(("compiler", "standard", "ending"), ALL)
def test_no_warning(include: Path, tmp_path: Path, compiler: str, standard: str, ending: str) -> None:
    orders = [*ALONE, *TOGETHER, EACH[::-1]]
    run(compiler, f"-std={standard}", *STRICT, f"-I{include}", *programs(tmp_path, ending, orders))


@pytest.mark.parametrize(("compiler", "standard", "ending"), OLDEST_AND_NEWEST)
@pytest.mark.parametrize("choice", [*CHOICES, *CPP_CHOICES])
def test_no_warning_with_a_consumers_choices(
    include: Path, tmp_path: Path, compiler: str, standard: str, ending: str, choice: str
) -> None:
    if choice in CPP_CHOICES and ending == "c":
        pytest.skip("that is C++")
    defined = {**CHOICES, **CPP_CHOICES}[choice]
    orders = [*ALONE, EACH]
    run(compiler, f"-std={standard}", *STRICT, *defined, f"-I{include}", *programs(tmp_path, ending, orders))


@pytest.mark.parametrize(("compiler", "standard", "ending"), OLDEST_AND_NEWEST)
def test_no_warning_under_other_names(renamed: Path, tmp_path: Path, compiler: str, standard: str, ending: str) -> None:
    run(compiler, f"-std={standard}", *STRICT, f"-I{renamed}", *programs(tmp_path, ending, [*ALONE, EACH]))


def test_every_header_ends_with_the_end_of_a_line(include: Path) -> None:
    for path in include.iterdir():
        assert path.read_bytes().endswith(b"\n"), path.name
