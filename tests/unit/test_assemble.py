"""A tree of two archives, as Debian has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from openblas_build.errors import SourceError
from openblas_build.sources.assemble import assemble
from openblas_build.sources.lock import Archive, LockedSource
from small_sources import CMAKE, tar_of

LISTING = "set(SLASRC dgesv.f dlarft_lvl2.f)\nset(DLASRC dcombssq.f dgetrf.f)\nset(X la_constants.f90)\n"
LAPACK = {
    "lapack-3.12.1/LICENSE": "licence",
    "lapack-3.12.1/SRC/dgesv.f": "",
    "lapack-3.12.1/SRC/dgetrf.f": "",
    "lapack-3.12.1/SRC/la_constants.f90": "",
    "lapack-3.12.1/LAPACKE/include/lapacke_mangling_with_flags.h.in": "mangling",
}


def assembled(tmp_path: Path, lapack: dict[str, str]) -> Path:
    openblas = {
        "OpenMathLib-OpenBLAS-abc/CMakeLists.txt": CMAKE.format(patch=34),
        "OpenMathLib-OpenBLAS-abc/LICENSE": "licence",
        "OpenMathLib-OpenBLAS-abc/cmake/lapack.cmake": LISTING,
    }
    archives = {
        Archive("openblas", "o.tar.xz", "1" * 64): tar_of(openblas, tmp_path / "o.tar.gz"),
        Archive("lapack", "l.tar.gz", "2" * 64): tar_of(lapack, tmp_path / "l.tar.gz"),
    }
    source = LockedSource("debian", "0.3.34", tuple(archives), "sid")
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
