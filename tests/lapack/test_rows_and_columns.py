"""Every function of LAPACKE that takes matrices by rows and by columns does the same with both.

The functions are those of the wheel's header, their arguments are made up by their names (`lapacke.py`), with every
letter that they take and three shapes of matrices. In both layouts a matrix is the corner of a larger one, all of whose
numbers are compared: what a function should leave alone as well. Left out are

- xLATMS: by columns it sets rows to zero that are not the matrix's;
- xORBDB, xORCSD and those of complex matrices, which by rows go another way to one of many right answers;
- functions that want XBLAS, and xGEDMD, whose functions without workspace are not in the header.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from isolated import findings
from lapacke import COLUMNS, ROWS, Lapacke

_PROGRAM = Path(__file__).parents[1] / "lapacke_layouts.py"
_LEFT_OUT = re.compile("[sdcz](latms|(or|un)(bdb|csd))$")


def test_all_functions(paths: tuple[Path, Path]) -> None:
    functions = Lapacke(*paths).functions
    names = [
        name
        for name, function in functions.items()
        if not name.endswith("_work")
        and [argument.name for argument in function.arguments][:1] == ["matrix_layout"]
        and not _LEFT_OUT.match(name)
    ]
    assert len(names) > 1100
    found = findings(_PROGRAM, paths, names)
    assert {name: each for name, each in found.items() if each} == {}
    assert sorted(found) == sorted(names)


@pytest.mark.parametrize(
    ("name", "letters", "unused"),
    [
        ("gesdd", {"jobz": b"N"}, ["u", "vt"]),
        ("gesvd", {"jobu": b"N", "jobvt": b"N"}, ["u", "vt"]),
        ("gesvdx", {"jobu": b"N", "jobvt": b"N", "range": b"A"}, ["u", "vt"]),
        ("gesvj", {"joba": b"G", "jobu": b"N", "jobv": b"N"}, ["v"]),
        (
            "gejsv",
            {"joba": b"G", "jobu": b"N", "jobv": b"N", "jobr": b"N", "jobt": b"N", "jobp": b"N"},
            ["u", "v"],
        ),
    ],
)
@pytest.mark.parametrize("kind", ["s", "d", "c", "z"])
def test_vectors_that_nobody_wants_need_no_room(
    paths: tuple[Path, Path], kind: str, name: str, letters: dict[str, bytes], unused: list[str]
) -> None:
    lapacke = Lapacke(*paths)
    sizes = {"m": 7, "n": 5, **{f"ld{each}": 1 for each in unused}}
    for layout in (COLUMNS, ROWS):
        assert lapacke.call(f"{kind}{name}", layout, sizes, letters, {}).info == 0


@pytest.mark.parametrize("kind", ["s", "d", "c", "z"])
@pytest.mark.parametrize("job", [b"N", b"E", b"V", b"B"])
def test_reordering_has_room_for_its_sizes(paths: tuple[Path, Path], job: bytes, kind: str) -> None:
    lapacke = Lapacke(*paths)
    letters = {"job": job, "compq": b"N"}
    triangle = np.triu(np.ones((lapacke.room, lapacke.room))) + np.diag(np.arange(lapacke.room))
    number = {"s": np.float32, "d": np.float64, "c": np.complex64, "z": np.complex128}[kind]
    call = lapacke.call(f"{kind}trsen", COLUMNS, {"n": 5}, letters, {"t": triangle.T.ravel().astype(number)})
    assert call.info == 0
    assert call.touched_beside() == []
