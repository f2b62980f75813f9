"""The table of all platforms."""

from __future__ import annotations

from pathlib import Path

import pytest

from checks.platforms import matrix, system
from openblas_build.naming import INTERFACES
from openblas_build.targets import ROWS, Row, row_of

AARCH64 = "manylinux_2_17_aarch64"


def test_a_platform_that_fails_has_its_reason_in_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel = tmp_path / f"scipy_openblas64-1-py3-none-{AARCH64}.whl"
    wheel.write_bytes(b"not a wheel")
    monkeypatch.setattr(matrix, "newest_wheel", lambda *_: wheel)
    line = matrix.line(row_of(AARCH64), INTERFACES["ilp64"], run_it=False)
    assert line.failed
    assert line.cells[:2] == (AARCH64, "ilp64")
    assert "not an ELF file" in line.cells[-1]


def test_table_is_markdown() -> None:
    text = matrix.table([matrix.Line(("tag", "lp64", "1.0", "5", "glibc 2.17", "ARMV8", "audited"))])
    lines = text.splitlines()
    assert lines[0].startswith("| platform | interface | MB |")
    assert lines[-1] == "| tag | lp64 | 1.0 | 5 | glibc 2.17 | ARMV8 | audited |"
    assert len({line.count(" | ") for line in lines}) == 1


@pytest.mark.parametrize("row", ROWS.values(), ids=lambda row: row.tag)
def test_apt_of_another_machine_touches_nothing_of_this_one(row: Row, tmp_path: Path) -> None:
    text = system._apt_conf(row, tmp_path)
    assert f'APT::Architecture "{row.debian}";' in text
    places = [line for line in text.splitlines() if line.startswith("Dir::")]
    assert all(str(tmp_path) in line or "/dev/null" in line for line in places)
    assert {line.split()[0] for line in places} >= {"Dir::State::lists", "Dir::State::status", "Dir::Cache"}
