"""Questions for the size of workspace, what INFO says of too little, and arguments that are inputs only."""

from __future__ import annotations

import numpy as np
import pytest

from dense import TYPES, Library, Matrix, random_matrix
from fortran_arguments import UNITARY, held, integer, real, zeros


@pytest.mark.parametrize("kind", ["c", "z"])
@pytest.mark.parametrize("name", ["heevd", "heevd_2stage", "hpevd", "hbevd", "hegvd", "hpgvd", "hbgvd", "stedc"])
def test_real_workspace_is_not_rounded_down(library: Library, name: str, kind: str) -> None:
    a, w = zeros(4, kind), np.zeros(4, real(kind))
    for order in range(5000, 5040):
        work, real_work, integers, found = zeros(1, kind), held(0, kind), integer(), integer()
        how = b"N" if name.endswith("2stage") else b"V"
        before = {
            "heevd": (how, b"U", order, a, order, w),
            "heevd_2stage": (how, b"U", order, a, order, w),
            "hpevd": (how, b"U", order, a, w, a, order),
            "hbevd": (how, b"U", order, 1, a, 2, w, a, order),
            "hegvd": (1, how, b"U", order, a, order, a, order, w),
            "hpgvd": (1, how, b"U", order, a, a, w, a, order),
            "hbgvd": (how, b"U", order, 1, 1, a, 2, a, 2, w, a, order),
            "stedc": (b"I", order, w, w, a, order),
        }[name]
        library.call(f"{kind}{name}", *before, work, -1, real_work, -1, integers, -1, found)
        assert found[0] == 0
        wanted = {"stedc": 1 + 4 * order + 2 * order**2, "heevd_2stage": order}.get(name, 1 + 5 * order + 2 * order**2)
        assert int(real_work[0]) >= wanted


@pytest.mark.parametrize("kind", TYPES)
def test_q_of_nothing(library: Library, kind: str) -> None:
    a, work, found = zeros(100, kind), zeros(1, kind), integer()
    arguments = b"L", b"N", 5, 7, 0, a, 1, a, a, 5
    library.call(f"{kind}{UNITARY[kind]}mlq", *arguments, work, -1, found)
    assert found[0] == 0
    room = int(work[0].real)
    library.call(f"{kind}{UNITARY[kind]}mlq", *arguments, zeros(room, kind), room, found)
    assert found[0] == 0


@pytest.mark.parametrize("kind", TYPES)
def test_reordered_pairs_have_room_for_their_condition(library: Library, kind: str) -> None:
    order, chosen = 40, 20
    select = (np.arange(order) < chosen).astype(np.int64)
    a, values, work, found = zeros(order * order, kind), zeros(order, kind), zeros(1, kind), integer()
    parts = (values, values) if kind in "sd" else (values,)
    number = held(0, kind)
    library.call(
        f"{kind}tgsen", 1, 1, 1, select, order, a, order, a, order, *parts, values, a, order, a, order, integer(),
        number, number, np.zeros(2, real(kind)), work, -1, integer(), -1, found,
    )  # fmt: skip
    assert found[0] == 0
    assert work[0].real > 2 * chosen * (order - chosen)


@pytest.mark.parametrize("kind", TYPES)
def test_sylvester_equations_leave_the_size_of_their_workspace_alone(library: Library, kind: str) -> None:
    order = 4
    a, size, found = np.eye(order, dtype=TYPES[kind], order="F"), np.full(1, -1), integer()
    integers = (np.zeros(20, np.int64), -1) if kind in "sd" else ()
    library.call(
        f"{kind}trsyl3", b"N", b"N", 1, order, order, a, order, a, order, a.copy(), order, held(1, kind), *integers,
        np.zeros(99, real(kind)), size, found,
    )  # fmt: skip
    assert found[0] == 0
    assert size[0] == -1


@pytest.mark.parametrize("kind", TYPES)
def test_truncated_qr_leaves_its_bound_alone(library: Library, kind: str) -> None:
    rows, columns = 4, 3
    a, most, found = random_matrix(rows, columns, kind), np.full(1, 100), integer()
    norms = np.linalg.norm(a, axis=0).astype(real(kind))
    place = int(norms.argmax())
    library.call(
        f"{kind}laqp2rk", rows, columns, 0, 0, most, held(-1, kind), held(-1, kind), place + 1,
        norms[place : place + 1].copy(), a, rows, integer(), held(0, kind), held(0, kind),
        np.arange(1, columns + 1), zeros(columns, kind), norms, norms.copy(), zeros(9, kind), found,
    )  # fmt: skip
    assert found[0] == 0
    assert most[0] == 100


@pytest.mark.parametrize("kind", TYPES)
def test_jacobi_svd_answers_for_a_tolerance_of_the_caller(library: Library, kind: str) -> None:
    order = 4
    a, found = random_matrix(order, order, kind), integer()
    rest = (zeros(99, kind), -1) if kind in "sd" else (zeros(99, kind), -1, np.zeros(99, real(kind)), -1)
    library.call(
        f"{kind}gesvj", b"G", b"C", b"N", order, order, a, order, np.zeros(order, real(kind)), 0, a, order, *rest, found
    )
    assert found[0] == 0


@pytest.mark.parametrize("kind", TYPES)
def test_info_codes(library: Library, kind: str) -> None:
    """Too little workspace is named by its place, blocks of no columns are refused."""
    a, w, integers, found = zeros(100, kind), np.zeros(100, real(kind)), np.zeros(99, np.int64), integer()
    more: tuple[Matrix | int, ...] = () if kind in "sd" else (w,)
    library.call(
        f"{kind}ggsvd3", b"N", b"N", b"N", 2, 2, 2, integer(), integer(), a, 2, a, 2, w, w, a, 1, a, 1, a, 1, a, 0,
        *more, integers, found,
    )  # fmt: skip
    assert found[0] == -22
    library.call(f"{kind}{UNITARY[kind]}bdb4", 8, 5, 5, a, 5, a, 3, w, w, a, a, a, a, a, 0, found)
    assert found[0] == -15
    more = () if kind in "sd" else (w, 100)
    places: tuple[Matrix | int, ...] = (a, 2) * 4
    library.call(
        f"{kind}{UNITARY[kind]}csd", b"Y", b"Y", b"Y", b"Y", b"N", b"D", 4, 2, 2, *places, w, *places, a, 0, *more,
        integers, found,
    )  # fmt: skip
    assert found[0] == -28
    library.call(f"{kind}laswlq", 0, 5, 1, 0, a, 1, a, 1, a, 5, found)
    assert found[0] == -4


@pytest.mark.parametrize("kind", TYPES)
def test_xerbla_names_the_argument(library: Library, kind: str, capfd: pytest.CaptureFixture[str]) -> None:
    order = 300
    a, q = np.asfortranarray(np.eye(order, dtype=TYPES[kind])), np.asfortranarray(np.eye(order, dtype=TYPES[kind]))
    values = zeros(order, kind)
    parts, more = ((values, values), []) if kind in "sd" else ((values,), [np.zeros(order, real(kind))])
    library.call(
        f"{kind}laqz0", b"S", b"I", b"I", order, 1, order, a, order, a.copy(order="F"), order, *parts, values, q, order,
        q.copy(order="F"), order, zeros(1, kind), 1, *more, 0, integer(),
    )  # fmt: skip
    out, err = capfd.readouterr()
    number = 19 if kind in "sd" else 18
    assert f"LAQZ0 parameter number {number} " in out + err
