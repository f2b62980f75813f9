"""A tree of two archives, as Debian has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from openblas_build.errors import SourceError
from openblas_build.sources.assemble import assemble
from openblas_build.sources.lock import Archive, Correction, LockedSource
from small_sources import CMAKE, tar_of

LISTING = "set(SLASRC dgesv.f dlarft_lvl2.f)\nset(DLASRC dcombssq.f dgetrf.f)\nset(X la_constants.f90)\n"
LAPACK = {
    "lapack-3.12.1/LICENSE": "licence",
    "lapack-3.12.1/SRC/dgesv.f": "",
    "lapack-3.12.1/SRC/dgetrf.f": "",
    "lapack-3.12.1/SRC/la_constants.f90": "",
    "lapack-3.12.1/LAPACKE/include/lapacke_mangling_with_flags.h.in": "mangling",
}


def assembled(tmp_path: Path, lapack: dict[str, str], *corrections: Correction) -> Path:
    openblas = {
        "OpenMathLib-OpenBLAS-abc/CMakeLists.txt": CMAKE.format(patch=34),
        "OpenMathLib-OpenBLAS-abc/LICENSE": "licence",
        "OpenMathLib-OpenBLAS-abc/cmake/lapack.cmake": LISTING,
    }
    archives = {
        Archive("openblas", "o.tar.xz", "1" * 64): tar_of(openblas, tmp_path / "o.tar.gz"),
        Archive("lapack", "l.tar.gz", "2" * 64): tar_of(lapack, tmp_path / "l.tar.gz"),
    }
    source = LockedSource("debian", "0.3.34", tuple(archives), "sid", corrections)
    return assemble(source, archives, tmp_path / "src" / "OpenBLAS-0.3.34-sid").path


def test_tree_is_complete_and_says_what_was_changed(tmp_path: Path) -> None:
    tree = assembled(tmp_path, LAPACK)
    assert (tree / "lapack-netlib/SRC/dgesv.f").exists()
    assert (tree / "lapack-netlib/LAPACKE/include/lapacke_mangling.h").read_text() == "mangling"
    listing = (tree / "cmake/lapack.cmake").read_text()
    assert "dgesv.f" in listing
    assert "la_constants.f90" in listing
    assert "lvl2" not in listing
    assert "combssq" not in listing
    record = (tree / "openblas-provenance.json").read_text()
    assert "dlarft_lvl2.f" in record
    assert "2" * 64 in record


def test_unexpected_gap_in_lapack_is_an_error(tmp_path: Path) -> None:
    lapack = {name: text for name, text in LAPACK.items() if not name.endswith("dgetrf.f")}
    with pytest.raises(SourceError, match=r"lacks files.*dgetrf\.f"):
        assembled(tmp_path, lapack)
    assert list((tmp_path / "src").iterdir()) == []


def test_a_correction_goes_behind_its_line(tmp_path: Path) -> None:
    lapack = {**LAPACK, "lapack-3.12.1/SRC/dgesv.f": "      A = 1\n      B = A\n"}
    tree = assembled(
        tmp_path, lapack, Correction("l.tar.gz", "SRC/dgesv.f", "      A = 1", "      C = 2", "it is missing")
    )
    assert (tree / "lapack-netlib/SRC/dgesv.f").read_text() == "      A = 1\n      C = 2\n      B = A\n"
    assert "because it is missing" in (tree / "openblas-provenance.json").read_text()


def test_a_correction_that_does_not_fit_is_an_error(tmp_path: Path) -> None:
    correction = Correction("l.tar.gz", "SRC/dgesv.f", "      A = 1", "      C = 2", "it is missing")
    with pytest.raises(SourceError, match=r"should have one line 'A = 1', and has 0"):
        assembled(tmp_path, LAPACK, correction)
    assert list((tmp_path / "src").iterdir()) == []
