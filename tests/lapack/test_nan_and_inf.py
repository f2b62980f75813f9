"""What LAPACK does with NaN and Inf: it ends soon, says so, and writes nowhere else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dense import TYPES, Library
from isolated import findings

_PROGRAM = Path(__file__).parents[1] / "lapacke_not_finite.py"

# ruff: noqa: SIM905 - lists of names
_OF_ALL_TYPES = (
    "geev geevx gees geesx ggev ggev3 gges gges3 ggesx ggevx hseqr hgeqz gebal gesvd gesdd gesvdx gesvdq gejsv bdsqr "
    "gels gelsd gelss gelsy getsls gesv gesvx gbsv gtsv posv ppsv pbsv ptsv pstrf stegr stemr steqr stedc pteqr stein "
    "sysv sysv_aa sysv_aa_2stage sysv_rk sysv_rook spsv ggsvd3 tgsja"
).split()
_SYMMETRIC = "ev evd evr evx ev_2stage evd_2stage evr_2stage evx_2stage gv gvd gvx".split()
_BANDS = "bev bevd bevx bev_2stage bgv bgvd bgvx pev pevd pevx pgv pgvd pgvx".split()
_REAL = "bdsdc bdsvdx stev stevd stevr stevx".split()
_HERMITIAN = "sv sv_aa sv_aa_2stage sv_rk".split()


def _names(kind: str) -> list[str]:
    symmetric = "sy" if kind in "sd" else "he"
    names = [*_OF_ALL_TYPES, *(f"{symmetric}{each}" for each in _SYMMETRIC)]
    names += [f"{symmetric[0]}{each}" for each in _BANDS]
    names += _REAL if kind in "sd" else ["hpsv", *(f"he{each}" for each in _HERMITIAN)]
    return [f"{kind}{name}" for name in names]


@pytest.mark.parametrize("kind", TYPES)
def test_drivers_end_and_write_nothing_beside_their_arrays(paths: tuple[Path, Path], kind: str) -> None:
    names = _names(kind)
    found = findings(_PROGRAM, paths, names)
    assert {name: each for name, each in found.items() if each} == {}
    assert sorted(found) == sorted(names)


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("triangle", [b"U", b"L"])
def test_packed_factorization_stops_at_nan_in_its_last_pivot(library: Library, triangle: bytes, kind: str) -> None:
    order = 5
    last = 1 if triangle == b"U" else order
    for name in ("sptrf",) if kind in "sd" else ("sptrf", "hptrf"):
        packed = np.zeros(order * (order + 1) // 2, TYPES[kind])
        diagonal = _diagonal(order, triangle)
        packed[diagonal] = 1
        packed[diagonal[last - 1]] = np.nan
        pivots, info = np.full(order + 40, -77, np.int64), np.full(1, -1, np.int64)
        library.call(f"{kind}{name}", triangle, order, packed, pivots[20:], info)
        assert info[0] == last
        assert (pivots[20 : 20 + order] == np.arange(order) + 1).all()
        assert (pivots[:20] == -77).all()
        assert (pivots[20 + order :] == -77).all()


def _diagonal(order: int, triangle: bytes) -> list[int]:
    """The places of the diagonal in a packed triangle."""
    if triangle == b"U":
        return [j * (j + 3) // 2 for j in range(order)]
    return [j * order - j * (j - 1) // 2 for j in range(order)]


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("triangle", [b"U", b"L"])
@pytest.mark.parametrize(("row", "column"), [(0, 0), (2, 2), (6, 6), (3, 2), (6, 5)])
def test_cholesky_says_which_pivot_is_no_number(
    library: Library, row: int, column: int, triangle: bytes, kind: str
) -> None:
    """Of packed matrices and of bands: the row of the NaN, whose pivot it reaches first."""
    order, below = 7, 2
    matrix = 4 * np.eye(order, dtype=TYPES[kind]) + np.eye(order, k=1) + np.eye(order, k=-1)
    matrix[row, column] = matrix[column, row] = np.nan
    upper = triangle == b"U"
    packed = [matrix[i, j] for j in range(order) for i in (range(j + 1) if upper else range(j, order))]
    info = np.full(1, -1, np.int64)
    library.call(f"{kind}pptrf", triangle, order, np.array(packed, TYPES[kind]), info)
    assert info[0] == row + 1
    band = np.zeros((below + 1, order), TYPES[kind], order="F")
    for j in range(order):
        for i in range(max(0, j - below), j + 1) if upper else range(j, min(order, j + below + 1)):
            band[below + i - j if upper else i - j, j] = matrix[i, j]
    library.call(f"{kind}pbtrf", triangle, order, below, band, below + 1, info)
    assert info[0] == row + 1


@pytest.mark.parametrize("kind", TYPES)
def test_cholesky_of_three_diagonals_says_which_pivot_is_no_number(library: Library, kind: str) -> None:
    for order in (1, 4, 5, 9, 30):
        real = np.zeros(1, TYPES[kind]).real.dtype
        for place in range(order):
            diagonal, beside, info = np.full(order, 4, real), np.ones(order, TYPES[kind]), np.full(1, -1, np.int64)
            diagonal[place] = np.nan
            library.call(f"{kind}pttrf", order, diagonal, beside, info)
            assert info[0] == place + 1
        for place in range(order - 1):
            diagonal, beside, info = np.full(order, 4, real), np.ones(order, TYPES[kind]), np.full(1, -1, np.int64)
            beside[place] = np.nan
            library.call(f"{kind}pttrf", order, diagonal, beside, info)
            assert info[0] == place + 2


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("triangle", [b"U", b"L"])
def test_cholesky_with_pivoting_does_not_take_nan_for_full_rank(library: Library, triangle: bytes, kind: str) -> None:
    order = 90
    for place in (0, 1, 40, order - 1):
        matrix = np.asfortranarray(np.eye(order, dtype=TYPES[kind]))
        matrix[place, place] = np.nan
        real = matrix.real.dtype
        pivots, rank, info = np.zeros(order, np.int64), np.zeros(1, np.int64), np.zeros(1, np.int64)
        tolerance, work = np.full(1, -1, real), np.zeros(2 * order, real)
        library.call(f"{kind}pstrf", triangle, order, matrix, order, pivots, rank, tolerance, work, info)
        assert info[0] == 1
        assert rank[0] < order


@pytest.mark.parametrize("kind", TYPES)
def test_eigenvalues_of_infinity_touch_nothing_before_them(library: Library, kind: str) -> None:
    """Of a matrix full of Inf, and of NaN, which is refused."""
    order = 9
    for number, expected in ((np.nan, -4), (np.inf, None)):
        matrix = np.full((order, order), number, TYPES[kind], order="F")
        values = np.full((2, order + 64), 77, TYPES[kind])
        parts = [each[32:] for each in values][: 2 if kind in "sd" else 1]
        vectors, work, info = np.zeros(order * order, TYPES[kind]), np.zeros(90 * order, TYPES[kind]), np.zeros(1, int)
        more = [] if kind in "sd" else [np.zeros(2 * order, matrix.real.dtype)]
        library.call(
            f"{kind}geev", b"N", b"N", order, matrix, order, *parts, vectors, order, vectors, order, work, len(work),
            *more, info,
        )  # fmt: skip
        assert info[0] == expected if expected else info[0] != 0
        assert (values[:, :32] == 77).all()
        assert (values[:, 32 + order :] == 77).all()
