"""Naming conventions map names out and back."""

from __future__ import annotations

import pytest

from openblas_build.naming import SCIPY_ILP64, Naming

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


def test_file_name() -> None:
    assert SCIPY_ILP64.file_name == "libscipy_openblas64_.so"
