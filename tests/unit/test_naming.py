"""Naming conventions map names out and back."""

from __future__ import annotations

import pytest

from openblas_build.errors import SettingError
from openblas_build.naming import ILP64, LP64, SCIPY_ILP64, Interface, Naming, convention
from openblas_build.settings import Settings

NETLIB = Naming("", "_64", "openblas_64", suffix_before_underscore=True)
PLAIN = Naming("", "", "openblas")


@pytest.mark.parametrize(
    ("naming", "symbol", "public"),
    [
        (SCIPY_ILP64, "dgemm_", "scipy_dgemm_64_"),
        (SCIPY_ILP64, "cblas_dgemm", "scipy_cblas_dgemm64_"),
        (SCIPY_ILP64, "LAPACKE_dgesv", "scipy_LAPACKE_dgesv64_"),
        (NETLIB, "dgemm_", "dgemm_64_"),
        (NETLIB, "cblas_dgemm", "cblas_dgemm_64"),
        (PLAIN, "dgemm_", "dgemm_"),
    ],
)
def test_names_go_out_and_come_back(naming: Naming, symbol: str, public: str) -> None:
    assert naming.public(symbol) == public
    assert naming.plain(public) == symbol


@pytest.mark.parametrize("name", ["dgemm_", "scipy_dgemm_", "dgemm_64_", "scipy_64", ""])
def test_foreign_names_do_not_come_back(name: str) -> None:
    assert SCIPY_ILP64.plain(name) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("scipy", SCIPY_ILP64),
        ("scipy_{name}64_", Naming("scipy_", "64_", "scipy_openblas64_")),
        ("{name}64_", Naming("", "64_", "openblas64_")),
        ("{name}_64{_}", NETLIB),
        ("{name}{_}", Naming("", "", "openblas")),
        ("my_{name}", Naming("my_", "", "my_openblas")),
    ],
)
def test_names_and_patterns(text: str, expected: Naming) -> None:
    assert convention(text) == expected


@pytest.mark.parametrize(
    "text", ["", "scipyy", "my_", "{name", "{name}-x", "1{name}", "{name}{name}", "a{name}{_}b", "é{name}"]
)
def test_what_is_no_convention_is_an_error(text: str) -> None:
    with pytest.raises(SettingError, match="openblas64, netlib64, plain, or a pattern"):
        convention(text)


@pytest.mark.parametrize("text", ["openblas64", "netlib64"])
def test_conventions_for_one_interface_are_refused_for_the_other(text: str) -> None:
    with pytest.raises(SettingError, match="not for the interface lp64; scipy, plain and patterns are"):
        convention(text, LP64)


@pytest.mark.parametrize(
    ("text", "interface", "macros"),
    [
        (
            "scipy",
            ILP64,
            "BLAS_SYMBOL_PREFIX=scipy_ BLAS_SYMBOL_SUFFIX=64_ HAVE_BLAS_ILP64 OPENBLAS_ILP64_NAMING_SCHEME",
        ),
        ("scipy", LP64, "BLAS_SYMBOL_PREFIX=scipy_"),
        ("openblas64", ILP64, "BLAS_SYMBOL_SUFFIX=64_ HAVE_BLAS_ILP64 OPENBLAS_ILP64_NAMING_SCHEME"),
        ("netlib64", ILP64, "HAVE_BLAS_ILP64"),
        ("plain", LP64, ""),
    ],
)
def test_definitions_for_consumers(text: str, interface: Interface, macros: str) -> None:
    assert " ".join(convention(text, interface).definitions(interface)) == macros


def test_packages_of_the_interfaces() -> None:
    assert [each.distribution for each in (ILP64, LP64)] == ["scipy-openblas64", "scipy-openblas32"]


def test_file_name() -> None:
    assert SCIPY_ILP64.file_name == "libscipy_openblas64_.so"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("cblas_{name}", "cblas_... is its own"),
        ("LAPACKE_{name}", "LAPACKE_... is its own"),
        ("{name}k_HASWELL", "dgemm_nn is a kernel of dgemm_"),
        ("{name}nn", "dgemm_nn is a kernel of dgemm_"),
        ("d{name}k_SKYLAKEX", "dgemm_nn is a kernel of dgemm_"),
        ("{name}_batch{_}", "names that OpenBLAS has already"),
        ("z{name}", "zdscal_ of dscal_"),
        ("my_{name}" + "v" * 250, "253 characters longer"),
        ("y" * 250 + "{name}", "250 characters longer"),
    ],
)
def test_patterns_whose_names_would_clash_or_be_too_long(text: str, why: str) -> None:
    with pytest.raises(SettingError, match=why):
        convention(text)
    with pytest.raises(SettingError, match=why):
        Settings.load({"openblas.naming": text}, {})


@pytest.mark.parametrize("text", ["{name}_v2", "{name}2", "my{name}", "my{name}k_HASWELL", "x_{name}_y", "{name}_x{_}"])
def test_patterns_with_something_of_their_own(text: str) -> None:
    assert convention(text).public("dgemm_") != "dgemm_"
