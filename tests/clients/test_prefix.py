"""CMake alone: configured, built and installed under a prefix, shared and static, without pip."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import artifacts
from artifacts import LIBRARY, ROOT
from openblas_build.audit import Contract, audit_library, render
from openblas_build.naming import ILP64, SCIPY_ILP64
from programs import C, Language, run

LIB = "lib/somewhere"


def configured(folder: Path, **options: str | Path) -> subprocess.CompletedProcess[str]:
    """Configure the project in `folder`, with OpenBLAS out of the wheel's build folder."""
    defines = {"OPENBLAS_BUILT": artifacts.openblas_build(), "Python_EXECUTABLE": sys.executable, **options}
    command: list[str | Path] = ["cmake", "-G", "Ninja", "-S", ROOT, "-B", folder]
    command += [f"-D{key}={value}" for key, value in defines.items()]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def prefix(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A prefix that was moved after the installation, with a library folder that is not the usual one."""
    folder = tmp_path_factory.mktemp("prefix")
    done = configured(folder / "build", OPENBLAS_STATIC="ON", CMAKE_INSTALL_LIBDIR=LIB)
    assert done.returncode == 0, done.stdout + done.stderr
    run("cmake", "--build", folder / "build")
    run("cmake", "--install", folder / "build", "--prefix", folder / "installed")
    return (folder / "installed").rename(folder / "moved")


def test_files_are_in_the_usual_places(prefix: Path) -> None:
    found = {str(path.relative_to(prefix)) for path in prefix.rglob("*") if path.is_file()}
    headers = {name for name in found if name.startswith("include/") and name.endswith(".h")}
    licences = {name for name in found if name.startswith("share/licenses/scipy_openblas64_/")}
    assert {"include/cblas.h", "include/lapacke.h", "include/openblas_plain_names.h"} <= headers
    assert {Path(name).name for name in licences} == {"LICENSE", *artifacts.LICENCES}
    assert found - headers - licences == {
        f"{LIB}/{LIBRARY}",
        f"{LIB}/libscipy_openblas64_.a",
        f"{LIB}/pkgconfig/scipy-openblas.pc",
        f"{LIB}/cmake/openblas/OpenBLASConfig.cmake",
        f"{LIB}/cmake/openblas/OpenBLASConfigVersion.cmake",
    }


def test_contract_is_kept(prefix: Path) -> None:
    report = audit_library(prefix / LIB / LIBRARY, Contract(naming=SCIPY_ILP64, interface=ILP64))
    assert report.ok, render(report)


def test_pkg_config(prefix: Path, language: Language, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pkgconf", "--cflags", "--libs", "scipy-openblas"]
    flags = shlex.split(run(*command, PKG_CONFIG_PATH=str(prefix / LIB / "pkgconfig")))
    assert language.compiled(tmp_path, flags) == language.output


@pytest.mark.parametrize("target", ["OpenBLAS::OpenBLAS", "OpenBLAS::OpenBLAS_static"])
def test_cmake(prefix: Path, language: Language, target: str, tmp_path: Path) -> None:
    source = language.write(tmp_path).name
    (tmp_path / "CMakeLists.txt").write_text(
        f"cmake_minimum_required(VERSION 3.19)\nproject(client {language.name})\n"
        f"find_package(OpenBLAS 0.3 REQUIRED CONFIG)\nadd_executable(program {source})\n"
        f"target_link_libraries(program PRIVATE {target})\n",
        encoding="utf-8",
    )
    run("cmake", "-S", tmp_path, "-B", tmp_path / "build", f"-DOpenBLAS_DIR={prefix / LIB / 'cmake' / 'openblas'}")
    run("cmake", "--build", tmp_path / "build")
    program = tmp_path / "build" / "program"
    assert run(program) == language.output
    needed = run("readelf", "-d", program)
    assert (LIBRARY in needed) is (target == "OpenBLAS::OpenBLAS")


def test_static_library_has_names_of_its_own_only(prefix: Path) -> None:
    listed = run("nm", "--defined-only", "--extern-only", "--format=posix", prefix / LIB / "libscipy_openblas64_.a")
    names = {line.split()[0] for line in listed.splitlines() if not line.endswith(":")}
    assert len(names) > 9000
    assert {name for name in names if not name.startswith("scipy_")} == set()


def test_static_libraries_of_two_conventions_go_into_one_program(prefix: Path, tmp_path: Path) -> None:
    built = artifacts.openblas_build()
    runtime = tmp_path / "runtime.o"
    run("cc", "-O2", "-fPIC", "-c", ROOT / "cmake" / "fortran_runtime.c", "-o", runtime)
    command: list[str | Path] = [sys.executable, ROOT / "backend", "static", "--naming", "openblas64"]
    command += ["--archive", built / "lib" / "libopenblas_64.a", "--object", runtime, "--output", tmp_path]
    run(*command, "--objcopy", "objcopy", "--ar", "ar")
    other = C.text.replace("scipy_LAPACKE_dgesv64_", "LAPACKE_dgesv64_")
    declared = "lapack_int LAPACKE_dgesv64_(int, lapack_int, lapack_int, double *, lapack_int, lapack_int *, "
    declared += "double *, lapack_int);"
    (tmp_path / "program.c").write_text(other.replace("int main", f"{declared}\nint main"), encoding="utf-8")
    libraries = [prefix / LIB / "libscipy_openblas64_.a", tmp_path / "libopenblas64_.a"]
    flags = [f"-I{prefix / 'include'}", "-DHAVE_BLAS_ILP64"]
    run("cc", tmp_path / "program.c", *flags, *libraries, "-lm", "-lpthread", "-o", tmp_path / "program")
    assert run(tmp_path / "program") == C.output


def test_options_are_checked_as_those_of_the_wheel(tmp_path: Path) -> None:
    done = configured(tmp_path, OPENBLAS_NAMING="scipi")
    assert done.returncode != 0
    assert "'scipi' is no good: it takes scipy, openblas64, netlib64, plain" in done.stderr


def test_archive_of_the_other_interface_is_refused(tmp_path: Path) -> None:
    done = configured(tmp_path, OPENBLAS_INTERFACE="lp64")
    assert done.returncode != 0
    assert "OPENBLAS_BUILT is no build folder of OpenBLAS for lp64" in done.stderr


def test_options_reach_the_files(tmp_path: Path) -> None:
    done = configured(
        tmp_path, OPENBLAS_NAMING="my_{name}", OPENBLAS_NUM_THREADS="8", OPENBLAS_DYNAMIC_LIST="HASWELL;ZEN"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    text = (tmp_path / "generated" / "my_openblas.pc").read_text(encoding="utf-8")
    assert "MAX_THREADS=8" in text
    assert "-DBLAS_SYMBOL_PREFIX=my_" in text
    assert "set(OPENBLAS_FAMILIES [==[PRESCOTT;HASWELL;ZEN]==])" in (tmp_path / "configured.cmake").read_text()


def test_python_without_the_modules_is_told_what_to_install() -> None:
    command: list[str | Path] = [sys.executable, "-I", "-S", ROOT / "backend", "source"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "install pyelftools, pefile, macholib, packaging, filelock" in done.stderr


def test_absolute_folders_may_have_blanks(tmp_path: Path) -> None:
    done = configured(tmp_path, CMAKE_INSTALL_LIBDIR="/opt/my libs + more", CMAKE_INSTALL_INCLUDEDIR="/opt/it's #1")
    assert done.returncode == 0, done.stdout + done.stderr
    command = ["pkg-config", "--cflags", "--libs-only-other", "scipy-openblas"]
    flags = shlex.split(run(*command, PKG_CONFIG_PATH=str(tmp_path / "generated")))
    assert flags[0] == "-I/opt/it's #1"
    assert flags[-1] == "-Wl,-rpath,/opt/my libs + more"
    config = (tmp_path / "generated" / "OpenBLASConfig.cmake").read_text(encoding="utf-8")
    assert '"/opt/my libs + more"' in config
