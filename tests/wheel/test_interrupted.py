"""A build that is interrupted, or finds no room: told in a line, nothing half-written, and the next one is right."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

import artifacts
from openblas_build.naming import convention

# What is said before the longest steps of such a build.
BEGUN = "Building project with Ninja"


def heed_interrupts() -> None:
    """Undo what a shell does for programs in the background, which would go on."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def start(folder: Path, before: Sequence[str] = (), **variables: str) -> subprocess.Popen[str]:
    """Start a build in a process group of its own, as a terminal does; `before` are words to put before its command."""
    return subprocess.Popen(
        [*before, *artifacts.wheel_command(folder, artifacts.openblas_build(), naming="plain"), "--verbose"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, **variables},
        text=True,
        start_new_session=True,
        preexec_fn=heed_interrupts,  # noqa: PLW1509 - nothing here has threads
    )


def wheels(folder: Path) -> list[Path]:
    """Return what is in the folder for wheels."""
    return list((folder / "dist").glob("*"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "SIGKILL"])
def test_build_that_is_interrupted(tmp_path: Path, number: signal.Signals) -> None:
    text = ""
    with start(tmp_path) as build:
        assert build.stdout is not None
        for line in build.stdout:
            text += line
            if BEGUN in line:
                time.sleep(1)
                os.killpg(build.pid, number)
        status = build.wait()
    assert BEGUN in text, text
    assert status != 0, text
    assert "Traceback" not in text, text
    if number == signal.SIGINT:  # pip's word; it does not read ours any more
        assert "Operation cancelled by user" in text, text
    assert wheels(tmp_path) == []
    wheel = artifacts.make_wheel(tmp_path, artifacts.openblas_build(), naming="plain")
    library = (
        artifacts.unpacked(wheel, tmp_path / "contents") / artifacts.PACKAGE / "lib" / convention("plain").file_name
    )
    assert library.stat().st_size > 10_000_000


def mounted(folder: Path, options: str) -> list[str]:
    """Return the words before a command that sees an empty file system of its own in `folder`."""
    folder.mkdir()
    words = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--user", "--map-root-user"]
    words += ["sh", "-c", f'mount -t tmpfs -o {options} none "$1" && shift && exec "$@"', "sh", str(folder)]
    tried = subprocess.run([*words, "true"], capture_output=True, text=True, check=False)
    if tried.returncode:
        pytest.skip(f"file systems cannot be mounted here: {tried.stderr.strip()}")
    return words


@pytest.mark.parametrize("full", ["build", "temporary"])
def test_full_disk(tmp_path: Path, full: str) -> None:
    """There is room to begin, and none for the library."""
    before = mounted(tmp_path / full, "size=12m")
    with start(tmp_path, before, **({"TMPDIR": str(tmp_path / full)} if full == "temporary" else {})) as build:
        text = build.communicate()[0]
    assert build.returncode != 0, text
    assert "No space left on device" in text, text
    assert "Traceback" not in text, text
    assert wheels(tmp_path) == []


def test_home_that_cannot_be_written(tmp_path: Path) -> None:
    with start(tmp_path, mounted(tmp_path / "home", "ro"), HOME=str(tmp_path / "home"), XDG_CACHE_HOME="") as build:
        text = build.communicate()[0]
    assert build.returncode == 0, text
    assert "Traceback" not in text, text
    assert len(wheels(tmp_path)) == 1
