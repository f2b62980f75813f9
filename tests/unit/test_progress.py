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
    for step in range(1, 991):
        now[0] += 1.0
        progress.line(f"@step {step}/2000@ Building C object x{step}.c.o")
    progress.line("FAILED: x.o")
    assert passed == ["FAILED: x.o"]
    assert len(news) == 65  # one in 15 seconds
    assert news[0] == "compiling OpenBLAS:   0 %, step 16 of 2000, 15 s"  # too early to say more
    assert news[31] == "compiling OpenBLAS:  24 %, step 481 of 2000, 8 min 00 s, about 25 min 16 s left"


def test_quick_steps_do_not_make_the_rest_look_short() -> None:
    news: list[str] = []
    now = [0.0]
    progress = Progress(news.append, print, clock=lambda: now[0])
    for step in range(1, 1001):
        progress.line(f"@step {step}/1600@ Generating Fortran dyndep file")
    for step in range(1001, 1501):
        now[0] += 1.0
        progress.line(f"@step {step}/1600@ Building Fortran object x.f.o")
    assert news[-1].endswith("step 1495 of 1600, 8 min 15 s, about 1 min 45 s left")


def test_small_graphs_are_told_step_by_step() -> None:
    news: list[str] = []
    progress = Progress(news.append, print)
    progress.line("@step 3/9@ Performing configure step for 'openblas'")
    progress.line("@step 4/9@ cd /somewhere && cmake -E touch stamp")
    assert news == ["Performing configure step for 'openblas'"]


def test_output_of_children_goes_through(capfd: pytest.CaptureFixture[str]) -> None:
    with narrated():
        assert "%f/%t" in os.environ["NINJA_STATUS"]
        print("from Python")
        code = "print('@step 1/999@ Building C object a.o'); print('a warning')"
        subprocess.run([sys.executable, "-c", code], check=True)
    print("afterwards")
    assert capfd.readouterr().out.splitlines() == ["from Python", "a warning", "afterwards"]
    assert "NINJA_STATUS" not in os.environ


def test_output_is_restored_after_a_failure(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit), narrated():
        raise SystemExit(1)
    print("still here")
    assert "still here" in capfd.readouterr().out
