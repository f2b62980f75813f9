"""Programs that build against the installed wheel the way that consumers do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from artifacts import Environment

PROGRAM = """
#include <stdio.h>
#include "cblas.h"
#include "lapacke.h"

int main(void) {
    double a[4] = {1, 2, 3, 4}, b[4] = {5, 6, 7, 8}, c[4];
    lapack_int pivots[2];
    scipy_cblas_dgemm64_(CblasRowMajor, CblasNoTrans, CblasNoTrans, 2, 2, 2, 1, a, 2, b, 2, 0, c, 2);
    lapack_int status = scipy_LAPACKE_dgesv64_(LAPACK_ROW_MAJOR, 2, 2, a, 2, pivots, b, 2);
    printf("%g %g %g %g ", c[0], c[1], c[2], c[3]);
    printf("%d %d %d\\n", (int)status, (int)sizeof(blasint), (int)sizeof(lapack_int));
    return 0;
}
"""
# The product, the status of the solver, and integers of 8 bytes.
EXPECTED = "19 22 43 50 0 8 8\n"


def run(*command: str | Path, **variables: str) -> str:
    done = subprocess.run(command, env={**os.environ, **variables}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "program.c"
    path.write_text(PROGRAM, encoding="utf-8")
    return path


def test_pkgconf_of_pypi(environment: Environment, source: Path, tmp_path: Path) -> None:
    folder = environment.package / "lib" / "pkgconfig"
    flags = run(
        sys.executable, "-m", "pkgconf", "--cflags", "--libs", "scipy-openblas", PKG_CONFIG_PATH=str(folder)
    ).split()
    run("cc", source, *flags, "-o", tmp_path / "program")
    assert run(tmp_path / "program") == EXPECTED


def test_generated_pkg_config_file(environment: Environment, source: Path, tmp_path: Path) -> None:
    text = environment.run("import scipy_openblas64 as p; print(p.get_pkg_config())")
    (tmp_path / "scipy-openblas.pc").write_text(text, encoding="utf-8")
    flags = run(
        sys.executable, "-m", "pkgconf", "--cflags", "--libs", "scipy-openblas", PKG_CONFIG_PATH=str(tmp_path)
    ).split()
    run("cc", source, *flags, "-o", tmp_path / "program")
    assert run(tmp_path / "program") == EXPECTED


@pytest.mark.parametrize(
    "link",
    ["OpenBLAS::OpenBLAS", "${OpenBLAS_LIBRARIES}"],
)
def test_cmake_package(environment: Environment, source: Path, tmp_path: Path, link: str) -> None:
    include = "" if "::" in link else "target_include_directories(program PRIVATE ${OpenBLAS_INCLUDE_DIRS})"
    (tmp_path / "CMakeLists.txt").write_text(
        f"""
        cmake_minimum_required(VERSION 3.19)
        project(client C)
        find_package(OpenBLAS 0.3 REQUIRED CONFIG)
        add_executable(program {source.name})
        target_link_libraries(program PRIVATE {link})
        {include}
        """,
        encoding="utf-8",
    )
    cmake = shutil.which("cmake")
    assert cmake
    package = environment.package / "lib" / "cmake" / "openblas"
    run(cmake, "-S", tmp_path, "-B", tmp_path / "build", f"-DOpenBLAS_DIR={package}")
    run(cmake, "--build", tmp_path / "build")
    assert run(tmp_path / "build" / "program") == EXPECTED


def test_cmake_refuses_a_version_that_is_too_old(environment: Environment, tmp_path: Path) -> None:
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.19)\nproject(client C)\nfind_package(OpenBLAS 99 REQUIRED CONFIG)\n",
        encoding="utf-8",
    )
    cmake = shutil.which("cmake")
    assert cmake
    package = environment.package / "lib" / "cmake" / "openblas"
    command: list[str | Path] = [cmake, "-S", tmp_path, "-B", tmp_path / "build", f"-DOpenBLAS_DIR={package}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "99" in done.stderr
