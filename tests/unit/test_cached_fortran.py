"""The launcher that takes Fortran through ccache, with the real ccache and compiler."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from artifacts import ROOT

FUNCTION = "      integer function {name}()\n      {name} = {value}\n      end\n"


@pytest.fixture
def launcher(tmp_path: Path) -> Path:
    return launcher_for(tmp_path, "x86_64-linux-gnu")


def launcher_for(folder: Path, machine: str) -> Path:
    ccache = shutil.which("ccache")
    assert ccache, "ccache is not on PATH; 'make wheel' installs it"
    template = (ROOT / "cmake" / "templates" / "cached-fortran.in").read_text(encoding="utf-8")
    values = {
        "@OPENBLAS_COMPILER_LAUNCHER@": ccache,
        "@fortran_version@": "GNU Fortran of the tests",
        "@fortran_machine@": machine,
    }
    for name, value in values.items():
        template = template.replace(name, value)
    path = folder / f"cached-fortran-{machine}"
    path.write_text(template, encoding="utf-8")
    path.chmod(0o755)
    return path


class Folder:
    """A folder to compile in, and the compiler cache that it shares with others."""

    def __init__(self, launcher: Path, folder: Path, cache: Path) -> None:
        folder.mkdir()
        self.launcher, self.folder = launcher, folder
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("CCACHE_")},
            "CCACHE_DIR": str(cache),
            "CCACHE_BASEDIR": str(folder),
            "CCACHE_NOHASHDIR": "1",
        }

    def compile(self, name: str, text: str) -> bytes:
        source, output = self.folder / f"{name}.f", self.folder / f"{name}.o"
        source.write_text(text)
        options: list[str | Path] = [
            f"-ffile-prefix-map={self.folder}=here",
            "-O1",
            "-fPIC",
            "-c",
            source,
            "-o",
            output,
        ]
        subprocess.run(
            [self.launcher, "gfortran", *options], env=self.environment, cwd=self.folder, check=True, timeout=60
        )
        return output.read_bytes()

    def hits(self) -> int:
        done = subprocess.run(
            ["ccache", "--print-stats"], env=self.environment, capture_output=True, text=True, check=True
        )
        counters = dict(line.split("\t") for line in done.stdout.splitlines())
        return int(counters["direct_cache_hit"]) + int(counters["preprocessed_cache_hit"])


def test_each_source_has_its_own_object(launcher: Path, tmp_path: Path) -> None:
    folder = Folder(launcher, tmp_path / "a", tmp_path / "cache")
    one, other = (folder.compile(name, FUNCTION.format(name=name, value=1)) for name in ("one", "other"))
    changed = folder.compile("one", FUNCTION.format(name="one", value=2))
    assert b"one_" in one
    assert b"other_" in other
    assert len({one, other, changed}) == 3
    assert folder.hits() == 0


def test_another_machine_is_not_served(launcher: Path, tmp_path: Path) -> None:
    # Its compiler says the same of its version.
    text = FUNCTION.format(name="f", value=1)
    Folder(launcher, tmp_path / "a", tmp_path / "cache").compile("f", text)
    other = Folder(launcher_for(tmp_path, "s390x-linux-gnu"), tmp_path / "b", tmp_path / "cache")
    other.compile("f", text)
    assert other.hits() == 0


def test_another_folder_is_served(launcher: Path, tmp_path: Path) -> None:
    first = Folder(launcher, tmp_path / "a", tmp_path / "cache").compile("f", FUNCTION.format(name="f", value=1))
    second = Folder(launcher, tmp_path / "another", tmp_path / "cache")
    assert second.compile("f", FUNCTION.format(name="f", value=1)) == first
    assert second.hits() == 1


def test_modules_are_compiled_as_ever(launcher: Path, tmp_path: Path) -> None:
    folder = Folder(launcher, tmp_path / "a", tmp_path / "cache")
    for _ in range(2):
        folder.compile("m", "      module numbers\n      integer, parameter :: n = 3\n      end module\n")
        assert (folder.folder / "numbers.mod").exists()
        (folder.folder / "numbers.mod").unlink()
    assert folder.hits() == 0


def test_error_is_an_error(launcher: Path, tmp_path: Path) -> None:
    folder = Folder(launcher, tmp_path / "a", tmp_path / "cache")
    with pytest.raises(subprocess.CalledProcessError):
        folder.compile("bad", "      this is not Fortran\n")
