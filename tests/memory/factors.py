"""LU and Cholesky of matrices with NaN or infinity: what is done before that number matters is right."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from memory.operands import Argument, Call, Maker, Numbers, Operand
from memory.placing import Regions


def wrong_factors(regions: Regions, maker: Maker, n: int) -> Iterator[str]:
    """What is wrong with the factors of matrices of order n, and of such with more rows or columns."""
    for rows, columns in ((n, n), (n + 7, n), (n, n + 7)):
        for value in (np.nan, np.inf):
            for row, column in _places(maker, rows, columns):
                what = f"{maker.kind}getrf {rows}x{columns}, {value} at {row}, {column}"
                yield from (
                    f"{what}: {wrong}" for wrong in _wrong_lu(regions, maker, (rows, columns), (row, column), value)
                )
    for upper in (True, False):
        for row, column in _places(maker, n, n):
            for name in ("potrf", "potf2", "posv"):
                if row >= column:
                    found = _wrong_cholesky(regions, maker, name, upper, (n, row, column))
                    yield from (f"{maker.kind}{name} {upper} {n}, {row}, {column}: {wrong}" for wrong in found)


def _places(maker: Maker, rows: int, columns: int) -> list[tuple[int, int]]:
    """In the first and the last column, on the diagonal, and elsewhere."""
    least = min(rows, columns)
    rows_, columns_ = maker.random.integers(0, rows, 4), maker.random.integers(0, columns, 4)
    last, diagonal = int(maker.random.integers(0, rows)), int(maker.random.integers(0, least))
    places = [
        (0, 0),
        (0, columns - 1),
        (last, columns - 1),
        (rows - 1, 0),
        (diagonal, diagonal),
        (least - 1, least - 1),
    ]
    return places + [(int(row), int(column)) for row, column in zip(rows_, columns_)]


def _factored(regions: Regions, call: Call, a: Operand) -> tuple[list[Numbers], Numbers]:
    after, fault = regions.run(call, regions.at_begin(call.operands))
    assert not fault
    return after, a.numbers_of(after[0])


def _wrong_lu(
    regions: Regions, maker: Maker, shape: tuple[int, int], place: tuple[int, int], value: float
) -> Iterator[str]:
    (rows, columns), (row, column) = shape, place
    a, pivots, info = maker.matrix(rows, columns), maker.integers([0] * min(shape)), maker.integers([0])

    def factored(a: Operand) -> tuple[list[Numbers], Numbers]:
        arguments: list[Argument] = [rows, columns, a, a.step, pivots, info]
        return _factored(regions, Call(f"{maker.kind}getrf", arguments, [0, 1]), a)

    (_, clean_pivots, _), clean = factored(a)
    (_, found_pivots, _), found = factored(a.with_number(int(a.places[row, column]), value))
    # Where the row is when that column's turn comes.
    at = row
    for step, pivot in enumerate(clean_pivots[:column] - 1):
        at = {step: int(pivot), int(pivot): step}.get(at, at)
    if (found_pivots[:column] != clean_pivots[:column]).any():
        yield "other pivots"
        return
    if not np.isfinite(found[:, :column]).all():
        yield "earlier columns are not finite"
    # Rows that have had their pivots, and all others if no other pivot is to be found.
    done = rows if column >= min(shape) else column
    right = np.zeros(shape, bool)
    right[:done] = True
    right[min(at, column) :, column] = False
    tolerance = 1000 * np.finfo(clean.dtype).eps * max(shape)
    if not np.isfinite(found[right]).all():
        yield f"not finite: {np.argwhere(right & ~np.isfinite(found))[:3].tolist()}"
    elif not np.allclose(found[right], clean[right], rtol=tolerance, atol=tolerance):
        yield "wrong numbers"


def _wrong_cholesky(
    regions: Regions, maker: Maker, name: str, upper: bool, place: tuple[int, int, int]
) -> Iterator[str]:
    """Of NaN in a row of the lower triangle, or a column of the upper one, the pivot of that row is the first."""
    n, row, column = place
    a, info = maker.triangle(n, upper), maker.integers([0])
    b = maker.matrix(n, 3)

    def factored(a: Operand) -> tuple[list[Numbers], Numbers]:
        right_sides: list[Argument] = [3, a, a.step, b, b.step] if name == "posv" else [a, a.step]
        arguments: list[Argument] = [b"U" if upper else b"L", n, *right_sides, info]
        return _factored(regions, Call(maker.kind + name, arguments, [0]), a)

    _, clean = factored(a)
    (*_, found_info), found = factored(a.with_number(int(a.places[(column, row) if upper else (row, column)]), np.nan))
    if found_info[0] != row + 1:
        yield f"INFO is {found_info[0]}, not {row + 1}"
    before, now = clean[:row, :row], found[:row, :row]
    if not np.isfinite(now).all():
        yield "earlier columns are not finite"
    elif not np.allclose(before, now, rtol=1e-3 if maker.kind in "sc" else 1e-10):
        yield "wrong numbers"
