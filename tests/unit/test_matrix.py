"""The table of all platforms."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from checks.platforms import matrix, system
from checks.platforms.trials import Result
from openblas_build.naming import INTERFACES
from openblas_build.targets import ROWS, Row, row_of

AARCH64 = "manylinux_2_17_aarch64"


def test_a_platform_that_fails_has_its_reason_in_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel = tmp_path / f"scipy_openblas64-1-py3-none-{AARCH64}.whl"
    wheel.write_bytes(b"not a wheel")
    monkeypatch.setattr(matrix, "newest_wheel", lambda *_: wheel)
    line = matrix.line(row_of(AARCH64), INTERFACES["ilp64"], build=True, run_it=False)
    assert line.failed
    assert line.cells[:2] == (AARCH64, "ilp64")
    assert "not an ELF file" in line.cells[-1]
    assert len(line.cells) == len(matrix._HEAD)


def test_table_is_markdown() -> None:
    text = matrix.table([matrix.Line(("tag", "lp64", "1.0", "5", "0", "glibc 2.17", "32 bits", "ARMV8", "audited"))])
    lines = text.splitlines()
    assert lines[0].startswith("| platform | interface | MB |")
    assert lines[-1] == "| tag | lp64 | 1.0 | 5 | 0 | glibc 2.17 | 32 bits | ARMV8 | audited |"
    assert len({line.count(" | ") for line in lines}) == 1


def test_what_came_of_trials_is_below_the_table() -> None:
    lines = [
        matrix.Line(("tag", "lp64"), results=(Result("self-test", "ok"), Result("threads", "as with one"))),
        matrix.Line(("other", "lp64", "not built")),
    ]
    text = matrix.document(lines)
    assert "| other | lp64 | not built |" in text
    assert text.endswith("\n## tag, lp64\n\n- self-test: ok\n- threads: as with one\n")


def _write(wheel: Path, library: bytes, record: str) -> None:
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("scipy_openblas64/lib/libscipy_openblas64_.so", library)
        archive.writestr("scipy_openblas64-1.dist-info/build-record.json", record)


def test_a_library_is_tried_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel = tmp_path / "scipy_openblas64-1.whl"
    _write(wheel, b"one", "")
    runs = []

    def tried(*_: object, **__: object) -> Iterator[Result]:
        runs.append(1)
        yield Result("self-test", "ok")

    monkeypatch.setattr(matrix, "_KEPT", tmp_path / "matrix.json")
    monkeypatch.setattr(matrix, "run", lambda *_, **__: "")
    monkeypatch.setattr(matrix, "tried", tried)
    row = row_of(AARCH64)
    assert matrix._results(wheel, row, run_it=False) == ()
    for record in ("", "made at another time"):
        _write(wheel, b"one", record)
        assert matrix._results(wheel, row, run_it=True) == (Result("self-test", "ok"),)
    assert len(runs) == 1
    _write(wheel, b"another", "")
    assert matrix._results(wheel, row, run_it=False) == ()


@pytest.mark.parametrize("row", ROWS.values(), ids=lambda row: row.tag)
def test_apt_of_another_machine_touches_nothing_of_this_one(row: Row, tmp_path: Path) -> None:
    text = system._apt_conf(row, tmp_path)
    assert f'APT::Architecture "{row.debian}";' in text
    places = [line for line in text.splitlines() if line.startswith("Dir::")]
    assert all(str(tmp_path) in line or "/dev/null" in line for line in places)
    assert {line.split()[0] for line in places} >= {"Dir::State::lists", "Dir::State::status", "Dir::Cache"}
