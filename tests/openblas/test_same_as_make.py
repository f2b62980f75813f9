"""What OpenBLAS's Makefiles compile, and what CMake made of it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from openblas_build import targets
from openblas_build.settings import Settings
from openblas_build.symbols.ar import Archive
from programs import run

# Objects of the Makefiles that CMake does not make, and why that is right.
REASONS = {
    r"(cblas_)?[qx].*|i[qx].*": "x87's extended precision, which OpenBLAS's CMake does not know",
    r"[cz](sy|he)mm3m_.*": "drivers that no function calls, in the Makefiles' library either",
    r"blasL1thread": "is blas_l1_thread with CMake",
}

# Interface, drivers and LAPACK of OpenBLAS 0.3.34, for four types and x87's two.
_AT_LEAST = 2600


def made_by_make(tree: Path, folder: Path) -> set[str]:
    """The objects that Make would compile, from a dry run; the kernels of each CPU are not among them."""
    shutil.copytree(tree, folder, ignore=shutil.ignore_patterns("lapack-netlib", "*.o", "*.a"))
    variables = targets.chosen(Settings()).makefile_variables
    options = {**variables, "INTERFACE64": "1", "NO_SHARED": "1", "NO_LAPACKE": "1"}
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    # It stops where it would go into the kernels, which is after all the others.
    done = subprocess.run(
        ["make", "-n", *(f"{name}={value}" for name, value in options.items()), "libs"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return {Path(path).stem for path in re.findall(r" -c .*-o (\S+\.o)\b", done.stdout)}


def made_by_cmake(build_folder: Path) -> Iterator[str]:
    archive = Archive(build_folder / "lib" / "libopenblas_64.a")
    return (member.name.split(".")[0] for member in archive.members())


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not on PATH")
def test_every_object_of_the_makefiles_is_there(tree: Path, build_folder: Path, tmp_path: Path) -> None:
    wanted = made_by_make(tree, tmp_path / "tree")
    assert len(wanted) >= _AT_LEAST
    missing = wanted - set(made_by_cmake(build_folder))
    unexplained = {name for name in missing if not any(re.fullmatch(pattern, name) for pattern in REASONS)}
    assert unexplained == set()


def sources_written(build_folder: Path, name: str) -> list[str]:
    """The source files that CMake generated for an object."""
    return [path.read_text(encoding="utf-8") for path in build_folder.glob(f"kernel/CMakeFiles/{name}.*")]


@pytest.mark.parametrize("name", ["dsymv_L_HASWELL", "ssymv_U_HASWELL", "dger_k_SANDYBRIDGE"])
def test_kernels_are_the_cpus_own(build_folder: Path, name: str) -> None:
    # The generic kernel is the same for two types; these CPUs have one for each.
    assert any("kernel/x86_64/" in text for text in sources_written(build_folder, name))


@pytest.mark.parametrize("name", ["zsymv_L_HASWELL", "chemv_U_SKYLAKEX", "zhemv_M_HASWELL"])
def test_this_projects_kernels_took_the_place_of_assembly(build_folder: Path, name: str) -> None:
    assert any("complex_symv.c" in text for text in sources_written(build_folder, name))


def test_this_projects_qr_took_the_place_of_lapacks(build_folder: Path) -> None:
    listed = run("nm", "--defined-only", build_folder / "lib" / "libopenblas_64.a")
    defined = [line.split()[-1] for line in listed.splitlines() if line.endswith("_")]
    for name in ("geqrf", "panel_qr", "panel_q"):
        assert sorted(each for each in defined if each[1:] == f"{name}_") == [f"{kind}{name}_" for kind in "cdsz"]
