"""The command line's output where nobody reads it, where there is no room for it, and where it has odd letters."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from artifacts import PACKAGE, Environment

OPTIONS = ["", "--version", "--cflags", "--json", "--build-info", "--help"]


def through_shell(environment: Environment, script: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a script in which $program is the package's command line."""
    variables = {"program": f"'{environment.python}' -m {PACKAGE}", **variables}
    return subprocess.run(
        ["bash", "-c", script],
        cwd=environment.folder,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(params=["", "1"], ids=["buffered", "unbuffered"])
def buffering(request: pytest.FixtureRequest) -> dict[str, str]:
    return {"PYTHONUNBUFFERED": request.param}


@pytest.mark.parametrize("option", OPTIONS)
def test_reader_who_goes_away(environment: Environment, option: str, buffering: dict[str, str]) -> None:
    # "true" is gone before the first line comes.
    script = f'(sleep 0.5; eval "$program {option}") | true; echo ${{PIPESTATUS[0]}}'
    done = through_shell(environment, script, **buffering)
    assert (done.stdout, done.stderr) == ("141\n", "")


@pytest.mark.parametrize("option", OPTIONS)
def test_no_room(environment: Environment, option: str, buffering: dict[str, str]) -> None:
    done = through_shell(environment, f'eval "$program {option}" > /dev/full', **buffering)
    told = "error: cannot write to standard output: No space left on device\n"
    assert (done.returncode, done.stderr) == (1, told)


@pytest.mark.parametrize("option", OPTIONS)
def test_closed(environment: Environment, option: str) -> None:
    done = through_shell(environment, f'eval "$program {option}" >&-')
    assert (done.returncode, done.stderr) == (1, "error: standard output is closed\n")


def test_both_closed(environment: Environment) -> None:
    done = through_shell(environment, 'eval "$program --version" >&- 2>&-')
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")


@pytest.mark.parametrize("place", ["/dev/full", "/dev/null"])
def test_error_that_cannot_be_written(environment: Environment, place: str) -> None:
    done = through_shell(environment, f'eval "$program --json --libs" 2> {place}')
    assert done.returncode == 2
    assert done.stdout == ""


@pytest.mark.parametrize("document", ["--json", "--build-info"])
@pytest.mark.parametrize("other", ["--cflags", "--version"])
def test_documents_stand_alone(environment: Environment, document: str, other: str) -> None:
    for options in ((document, other), (other, document)):
        done = environment.start("-m", PACKAGE, *options)
        assert (done.returncode, done.stdout) == (2, "")
        assert f"{document} is a document of its own, and goes with no other option" in done.stderr
    assert environment.start("-m", PACKAGE, "--json", "--build-info").returncode == 2


def test_paths_come_out_as_they_are(environment: Environment, tmp_path: Path) -> None:
    # A name in another encoding, and a terminal that has no letters for it.
    site = tmp_path / os.fsdecode(b"caf\xe9")
    site.mkdir()
    (site / PACKAGE).symlink_to(environment.package)
    variables = {**os.environ, "PYTHONPATH": str(site), "PYTHONIOENCODING": "ascii"}
    command: list[str | Path] = [environment.python, "-m", PACKAGE, "--cmakedir"]
    done = subprocess.run(command, cwd=environment.folder, env=variables, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert Path(os.fsdecode(done.stdout.rstrip(b"\n"))).is_dir()
    assert b"caf\xe9" in done.stdout
