"""The whole library under every naming convention, from one archive."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

import artifacts
from artifacts import PACKAGE, Environment
from openblas_build.audit import Contract, audit_file, render
from openblas_build.naming import CONVENTIONS, ILP64, Naming, convention

# Named by a declaration of the program's own and by a header, in plain names and in the convention's.
PROGRAM = """
#include <stdio.h>
#include "cblas.h"
#include "lapacke.h"
void {dgemm}(const char *, const char *, const blasint *, const blasint *, const blasint *, const double *,
             const double *, const blasint *, const double *, const blasint *, const double *, double *,
             const blasint *, size_t, size_t);
int main(void) {{
    const blasint two = 2;
    const double unit = 1, zero = 0;
    double a[4] = {{1, 2, 3, 4}}, b[4] = {{5, 6, 7, 8}}, c[4], f[4];
    lapack_int pivots[2];
    {dgemm}("N", "N", &two, &two, &two, &unit, b, &two, a, &two, &zero, f, &two, 1, 1);
    {cblas_dgemm}(CblasRowMajor, CblasNoTrans, CblasNoTrans, 2, 2, 2, 1, a, 2, b, 2, 0, c, 2);
    lapack_int status = {LAPACKE_dgesv}(LAPACK_ROW_MAJOR, 2, 2, a, 2, pivots, b, 2);
    printf("%g %g %g %g %g %g %d\\n", f[0], f[1], f[3], c[0], c[1], c[3], (int)status);
    return 0;
}}
"""
OUTPUT = "19 22 50 19 22 50 0\n"


@dataclass(frozen=True)
class Built:
    text: str
    naming: Naming
    wheel: Path
    environment: Environment

    @property
    def package(self) -> Path:
        return self.environment.package


@pytest.fixture(scope="module", params=["openblas64", "netlib64", "plain", "my_{name}_v2{_}"])
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("naming")
    wheel = artifacts.make_wheel(folder, artifacts.openblas_build(), naming=request.param)
    return Built(
        request.param,
        convention(request.param),
        wheel,
        artifacts.install(wheel, folder / "venv", extra=["threadpoolctl"]),
    )


def test_contract_is_kept(built: Built) -> None:
    report = audit_file(built.wheel, Contract(naming=built.naming, interface=ILP64))
    assert report.ok, render(report)


def test_files_are_called_as_the_convention_says(built: Built) -> None:
    found = {str(path.relative_to(built.package)) for path in (built.package / "lib").rglob("*") if path.is_file()}
    assert found == {
        f"lib/{built.naming.file_name}",
        f"lib/pkgconfig/{built.naming.library}.pc",
        "lib/cmake/openblas/OpenBLASConfig.cmake",
        "lib/cmake/openblas/OpenBLASConfigVersion.cmake",
    }


def test_runtime_package_follows(built: Built) -> None:
    done = built.environment.start("-m", PACKAGE)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("\nok ") == 4
    code = f"import {PACKAGE} as p; print(p.get_library(), p.get_library(True))"
    assert built.environment.run(code).split() == [built.naming.library, built.naming.file_name]


def test_threadpoolctl_recognises_the_known_conventions(built: Built) -> None:
    code = (
        f"import {PACKAGE}, threadpoolctl; print(*(each['internal_api'] for each in threadpoolctl.threadpool_info()))"
    )
    # It knows libraries by the beginning of their names, and the prefixes and suffixes of the known conventions.
    assert built.environment.run(code).strip() == ("openblas" if built.text in CONVENTIONS else "")


@pytest.mark.parametrize("names", ["its own", "plain"])
@pytest.mark.parametrize("finder", ["pkg-config", "CMake"])
def test_program_builds_and_runs(built: Built, tmp_path: Path, names: str, finder: str) -> None:
    plain = {name.rstrip("_"): name for name in ("dgemm_", "cblas_dgemm", "LAPACKE_dgesv")}
    called = plain if names == "plain" else {key: built.naming.public(name) for key, name in plain.items()}
    text = PROGRAM.format(**called)
    if names == "plain":
        text = f'#include "openblas_plain_names.h"\n{text}'
    (tmp_path / "program.c").write_text(text, encoding="utf-8")
    program = with_cmake(built, tmp_path) if finder == "CMake" else with_pkg_config(built, tmp_path)
    assert run(program) == OUTPUT


def with_pkg_config(built: Built, folder: Path) -> Path:
    command = [sys.executable, "-m", "pkgconf", "--cflags", "--libs", built.naming.pkg_config_module]
    flags = run(*command, PKG_CONFIG_PATH=str(built.package / "lib" / "pkgconfig")).split()
    run("cc", folder / "program.c", *flags, "-o", folder / "program")
    return folder / "program"


def with_cmake(built: Built, folder: Path) -> Path:
    (folder / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.15)\nproject(client C)\n"
        "find_package(OpenBLAS REQUIRED CONFIG)\nadd_executable(program program.c)\n"
        "target_link_libraries(program PRIVATE OpenBLAS::OpenBLAS)\n",
        encoding="utf-8",
    )
    run("cmake", "-S", folder, "-B", folder / "build", f"-DCMAKE_PREFIX_PATH={built.package}")
    run("cmake", "--build", folder / "build")
    return folder / "build" / "program"


def run(*command: str | Path, **variables: str) -> str:
    done = subprocess.run(command, env={**os.environ, **variables}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout
