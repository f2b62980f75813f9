"""How NumPy and SciPy are checked: who is judged by whom, and what is seen meanwhile."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from consumers import environment
from consumers.__main__ import judge, main
from consumers.environment import Environment
from consumers.table import OURS_VENDORED, WAYS
from openblas_build.errors import AuditError, ToolError

(PUBLISHED,) = (way for way in WAYS if way.published)


@pytest.fixture
def here(tmp_path: Path) -> Environment:
    """An environment with this Python in it, and nothing installed."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(sys.executable)
    return Environment(tmp_path)


def test_what_fails_with_the_published_wheel_may_fail() -> None:
    judge({OURS_VENDORED: frozenset({"a"}), PUBLISHED: frozenset({"a", "b"})})


def test_what_passes_with_the_published_wheel_must_pass() -> None:
    with pytest.raises(AuditError, match=r"(?s)with this wheel.*vendored: b c$"):
        judge({OURS_VENDORED: frozenset({"a", "c", "b"}), PUBLISHED: frozenset({"a"})})


def test_without_the_published_wheel_nothing_may_fail() -> None:
    judge({OURS_VENDORED: frozenset()})
    with pytest.raises(AuditError, match="a"):
        judge({OURS_VENDORED: frozenset({"a"})})


def test_long_work_tells_how_far_it_is(
    here: Environment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(environment, "_EVERY", 0.0)
    code = "print('[3/40] Compiling x'); print('........ [ 42%]'); print('[no] [7]'); raise SystemExit(5)"
    status, lines = here.watch("x", "-c", code)
    assert (status, lines) == (5, ["[3/40] Compiling x", "........ [ 42%]", "[no] [7]"])
    assert capsys.readouterr().out == "*** x: 3/40, 0 s\n*** x: 42%, 0 s\n"


def test_missing_python_is_a_message(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match=r"cannot run .*No such file"):
        Environment(tmp_path).watch("x", "-c", "")


def test_missing_wheel_is_a_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["numpy", str(tmp_path / "no.whl")]) == 1
    assert capsys.readouterr().err == f"error: there is no wheel {tmp_path / 'no.whl'}\n"
