"""The files that count: a tree that was changed is told before anything is built of it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from openblas_build.errors import SourceError
from openblas_build.settings import Settings
from openblas_build.sources import locate
from openblas_build.sources.digest import listing
from small_sources import SmallLock


@pytest.fixture
def lock(tmp_path: Path) -> SmallLock:
    made = SmallLock(tmp_path / "openblas_src", tmp_path / "store")
    locate(Settings(archives=made.store), made.folder, {})
    return made


def told(lock: SmallLock) -> str:
    with pytest.raises(SourceError) as caught:
        locate(Settings(), lock.folder, {})
    return str(caught.value)


def untouched(lock: SmallLock) -> bool:
    return locate(Settings(), lock.folder, {}).locked


def test_changed_missing_and_extra_files_are_named_with_what_to_do(lock: SmallLock) -> None:
    (lock.tree / "interface/gemm.c").write_text("int x;\n")
    (lock.tree / "lapack-netlib/SRC/dgetrf.f").unlink()
    (lock.tree / "kernel/x86_64/ours.S").touch()
    assert told(lock).splitlines() == [
        f"{lock.tree} is not the tree that the lock names",
        "changed: interface/gemm.c",
        "missing: lapack-netlib/SRC/dgetrf.f",
        "not of the lock's tree: kernel/x86_64/ours.S",
        "remove that folder, and it is made anew; or move it elsewhere, if it is a tree of your own,",
        "and give it with -C openblas.source=FOLDER",
    ]
    shutil.rmtree(lock.tree)
    assert locate(Settings(archives=lock.store), lock.folder, {}).locked


def test_the_first_of_many_files_are_named_and_the_others_counted(lock: SmallLock) -> None:
    for number in range(8):
        (lock.tree / f"driver{number}.c").touch()
    assert "driver0.c, driver1.c, driver2.c, driver3.c, driver4.c and 3 more\n" in told(lock)


def test_what_no_build_reads_does_not_count(lock: SmallLock) -> None:
    (lock.tree / "README.md").unlink()
    shutil.rmtree(lock.tree / "benchmark")
    for extra in ("docs/x.c", "notes.txt", "kernel/.x.c.swp", "kernel/x.c~", "test/__pycache__/x.pyc", "build/x.h"):
        (lock.tree / extra).parent.mkdir(parents=True, exist_ok=True)
        (lock.tree / extra).touch()
    assert untouched(lock)


def test_a_link_counts_as_what_it_leads_to(lock: SmallLock, tmp_path: Path) -> None:
    file = lock.tree / "interface/gemm.c"
    file.rename(tmp_path / "gemm.c")
    file.symlink_to(tmp_path / "gemm.c")
    assert untouched(lock)
    (tmp_path / "gemm.c").write_text("int x;\n")
    assert "changed: interface/gemm.c\n" in told(lock)
    (tmp_path / "gemm.c").unlink()
    assert "changed: interface/gemm.c\n" in told(lock)
    file.unlink()
    (lock.tree / "kernel/more").symlink_to(tmp_path)
    text = told(lock)
    assert "missing: interface/gemm.c\n" in text
    assert "not of the lock's tree: kernel/more\n" in text


def test_folder_that_is_no_tree_is_told(lock: SmallLock) -> None:
    shutil.rmtree(lock.tree)
    (lock.tree / "kernel").mkdir(parents=True)
    assert "missing: CMakeLists.txt, LICENSE, cmake/lapack.cmake" in told(lock)


def test_sha256sum_understands_the_list(lock: SmallLock) -> None:
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "--quiet", lock.folder / "tree.sha256"],
        cwd=lock.tree, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_list_is_sorted_and_the_same_in_any_folder(lock: SmallLock, tmp_path: Path) -> None:
    text = (lock.folder / "tree.sha256").read_text()
    assert listing(shutil.copytree(lock.tree, tmp_path / "elsewhere")) == text
    paths = [line.split("  ")[1] for line in text.splitlines()]
    assert paths == sorted(paths)
    assert {"common.h", "kernel/x86_64/dgemm.S", "lapack-netlib/TESTING/MATGEN/dlatms.f"} < set(paths)
    assert not {"README.md", "benchmark/gemm.c", "lapack-netlib/DOCS/lawn81.tex"} & set(paths)
