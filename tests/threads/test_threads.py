"""Threads of the library: nothing hangs, crashes or comes out wrong, whoever calls and however few there are."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from artifacts import LIBRARY, PACKAGE, ROOT
from wheel_fixtures import contents, wheel

__all__ = ["contents", "wheel"]

PROGRAM = Path(__file__).with_name("calls.c")
LIMIT = 240  # seconds; all routines take a few

# Linux's own least stack of a program's threads in other languages: Java's with JNI has 1 MiB, musl's 128 KiB.
STACK, STACK_OF_ONE = 256 * 1024, 128 * 1024


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("calls") / "calls"
    subprocess.run(["cc", "-O1", "-w", PROGRAM, "-o", path, "-ldl", "-lm", "-lpthread"], check=True)
    return path


@pytest.fixture(scope="session")
def library(contents: Path) -> Path:
    return contents / PACKAGE / "lib" / LIBRARY


def passes(command: list[str | Path], limits: Callable[[], None] | None = None, **variables: str) -> None:
    """Start the program with an environment and limits of its own: it has to end in time, and without a word."""
    done = subprocess.run(
        command,
        env={**os.environ, **variables},
        preexec_fn=limits,
        timeout=LIMIT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_threads_and_one_agree(program: Path, library: Path, threads: int) -> None:
    passes([program, library, "plain"], OPENBLAS_NUM_THREADS=str(threads))


@pytest.mark.parametrize("threads", [2, 4])
def test_tasks_that_somebody_runs_one_after_another(program: Path, library: Path, threads: int) -> None:
    passes([program, library, "callback"], OPENBLAS_NUM_THREADS=str(threads))


@pytest.mark.parametrize(("threads", "callers"), [(1, 4), (2, 2), (2, 4), (4, 3)])
def test_several_callers(program: Path, library: Path, threads: int, callers: int) -> None:
    passes([program, library, "callers", str(callers)], OPENBLAS_NUM_THREADS=str(threads))


def test_forks_while_another_thread_calculates(program: Path, library: Path) -> None:
    passes([program, library, "forks"], OPENBLAS_NUM_THREADS="2")


def test_no_child_waits_for_a_lock_that_its_parent_held(program: Path, library: Path) -> None:
    """Of a thousand, two to four did."""
    passes([program, library, "often", "1500"], OPENBLAS_NUM_THREADS="2")


@pytest.mark.parametrize(("threads", "stack"), [(1, STACK_OF_ONE), (2, STACK), (4, STACK), (32, STACK)])
def test_callers_with_a_small_stack(program: Path, library: Path, threads: int, stack: int) -> None:
    passes([program, library, "stack", str(stack)], OPENBLAS_NUM_THREADS=str(threads))


def test_no_room_for_threads(program: Path, library: Path) -> None:
    """With 4 GiB of addresses, three threads with a stack of 1 GiB are all that can be."""

    def limits() -> None:
        resource.setrlimit(resource.RLIMIT_STACK, (1 << 30, 1 << 30))
        resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))

    passes([program, library, "plain"], limits, OPENBLAS_NUM_THREADS="8")


def test_callers_are_counted(tmp_path: Path) -> None:
    """Without a library: so that a call by itself uses all threads, and as many callers as threads none."""
    source = PROGRAM.with_name("counted.c")
    program = tmp_path / "counted"
    folder = ROOT / "overlay" / "tree" / "driver" / "others"
    subprocess.run(["cc", "-O1", "-Wall", "-Werror", f"-I{folder}", source, "-o", program, "-lpthread"], check=True)
    # A moment is short: on a busy machine it may be over before it is looked for.
    steps = [subprocess.run([program], check=False).returncode for _ in range(20)]
    assert 0 in steps
    assert set(steps) <= {0, 3}
