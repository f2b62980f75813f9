"""Ninja's output in few lines, with what matters untouched."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from openblas_build.progress import Progress, narrated


def test_steps_are_summed_up_and_the_rest_passes() -> None:
    news: list[str] = []
    passed: list[str] = []
    now = [0.0]
    progress = Progress(news.append, passed.append, clock=lambda: now[0])
    for step in range(1, 101):
        now[0] += 1.0
        progress.line(f"@step {step}/200@ Building C object x{step}.c.o")
    progress.line("FAILED: x.o")
    assert passed == ["FAILED: x.o"]
    assert len(news) == 6  # one in 15 seconds
    assert news[-1] == "compiling OpenBLAS:  45 %, step 91 of 200, 1 min 30 s, about 1 min 48 s left"


def test_quick_steps_do_not_make_the_rest_look_short() -> None:
    news: list[str] = []
    now = [0.0]
    progress = Progress(news.append, print, clock=lambda: now[0])
    for step in range(1, 1001):
        progress.line(f"@step {step}/1100@ Generating Fortran dyndep file")
    for step in range(1001, 1021):
        now[0] += 1.0
        progress.line(f"@step {step}/1100@ Building Fortran object x.f.o")
    assert news[-1].endswith("about 1 min 25 s left")


def test_output_of_children_goes_through(capfd: pytest.CaptureFixture[str]) -> None:
    with narrated():
        assert "%f/%t" in os.environ["NINJA_STATUS"]
        print("from Python")
        code = "print('@step 1/9@ Building C object a.o'); print('a warning')"
        subprocess.run([sys.executable, "-c", code], check=True)
    print("afterwards")
    assert capfd.readouterr().out.splitlines() == ["from Python", "a warning", "afterwards"]
    assert "NINJA_STATUS" not in os.environ


def test_output_is_restored_after_a_failure(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit), narrated():
        raise SystemExit(1)
    print("still here")
    assert "still here" in capfd.readouterr().out
