"""The source distribution carries its sources, and the wheel that comes of it is the same."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from artifacts import ROOT
from openblas_build.sources.digest import LIST_FILE
from openblas_build.sources.lock import LOCK_FILE, Lock
from programs import run


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sdist")
    command = [sys.executable, "-m", "build", "--sdist", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (path,) = folder.iterdir()
    return path


def test_archives_are_in_it_and_no_tree(sdist: Path) -> None:
    with tarfile.open(sdist) as tar:
        names = {name.partition("/")[2] for name in tar.getnames()}
    archives = {name for name in names if name.startswith("openblas_src/archives/")}
    lock = Lock.read(ROOT / "openblas_src" / LOCK_FILE)
    for part in lock.parts:
        assert archives & {f"openblas_src/archives/{archive.name}" for archive in part.archives}
    assert len(archives) == len(lock.parts)
    assert {f"openblas_src/{name}" for name in (LOCK_FILE, LIST_FILE)} <= names
    assert {"PKG-INFO", "LICENSE", "CMakeLists.txt"} <= names
    others = {name for name in names if not name.startswith("overlay/")}
    assert not any(name.endswith((".f", ".S")) or "lapack-netlib" in name for name in others)
    assert "overlay/manifest.toml" in names


def test_wheel_of_the_sdist_is_the_same_without_a_way_to_the_sources(sdist: Path, wheel: Path, tmp_path: Path) -> None:
    run("tar", "--extract", "--file", sdist, "--directory", tmp_path)
    (source,) = (path for path in tmp_path.iterdir() if path.is_dir())
    # No folder of archives, no cache, no server that answers, and no apt: what is carried along has to do.
    environ = {name: value for name, value in os.environ.items() if not name.lower().endswith(("_proxy", "_archives"))}
    environ.update(XDG_CACHE_HOME=str(tmp_path / "cache"), https_proxy="http://127.0.0.1:9")
    environ.setdefault("CCACHE_DIR", str(Path.home() / ".cache" / "ccache"))
    no_apt = tmp_path / "bin"
    no_apt.mkdir()
    for name in ("apt-get", "apt-cache"):
        (no_apt / name).write_text("#!/bin/sh\nexit 100\n", encoding="utf-8")
        (no_apt / name).chmod(0o755)
    environ["PATH"] = f"{no_apt}{os.pathsep}{environ['PATH']}"
    command = [sys.executable, "-m", "pip", "wheel", ".", "--no-deps", "--no-build-isolation", "-w", "out", "-v"]
    done = subprocess.run(command, cwd=source, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    assert "carried along" in done.stdout + done.stderr
    (built,) = (source / "out").glob("*.whl")
    assert built.name == wheel.name
    # Another folder, another time, the same bytes.
    assert built.read_bytes() == wheel.read_bytes()
