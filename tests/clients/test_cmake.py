"""find_package(OpenBLAS CONFIG): by its folder, by prefix, and by scikit-build-core's entry points."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from artifacts import PACKAGE, Environment
from programs import C, Language, run

PROJECT = """
cmake_minimum_required(VERSION 3.19)
project(client {languages})
find_package(OpenBLAS 0.3 REQUIRED CONFIG)
add_executable(program {source})
"""
TARGET = "target_link_libraries(program PRIVATE OpenBLAS::OpenBLAS)\n"
VARIABLES = """
target_link_libraries(program PRIVATE ${OpenBLAS_LIBRARIES})
target_include_directories(program PRIVATE ${OpenBLAS_INCLUDE_DIRS})
target_compile_definitions(program PRIVATE ${OpenBLAS_DEFINITIONS})
"""

SINGULAR = VARIABLES.replace("OpenBLAS_LIBRARIES", "OpenBLAS_LIBRARY").replace("INCLUDE_DIRS", "INCLUDE_DIR")


def project(folder: Path, language: Language, rest: str) -> None:
    source = language.write(folder).name
    text = PROJECT.format(languages=language.name, source=source) + rest
    (folder / "CMakeLists.txt").write_text(text, encoding="utf-8")


@pytest.mark.parametrize("rest", [TARGET, VARIABLES, SINGULAR], ids=["target", "variables", "one library"])
@pytest.mark.parametrize("found_by", ["OpenBLAS_DIR", "OpenBLAS_ROOT", "CMAKE_PREFIX_PATH"])
def test_program(place: Environment, language: Language, rest: str, found_by: str, tmp_path: Path) -> None:
    project(tmp_path, language, rest)
    where = place.package / "lib" / "cmake" / "openblas" if found_by == "OpenBLAS_DIR" else place.package
    run("cmake", "-S", tmp_path, "-B", tmp_path / "build", f"-D{found_by}={where}")
    run("cmake", "--build", tmp_path / "build")
    assert run(tmp_path / "build" / "program") == language.output


@pytest.mark.parametrize("group", ["cmake.prefix", "cmake.root"])
def test_scikit_build_core_finds_it_by_entry_point(place: Environment, group: str, tmp_path: Path) -> None:
    project(tmp_path, C, TARGET + "install(TARGETS program DESTINATION client)\n")
    (tmp_path / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["scikit-build-core"]\nbuild-backend = "scikit_build_core.build"\n'
        '[project]\nname = "client"\nversion = "1"\n',
        encoding="utf-8",
    )
    # scikit-build-core of the tests' own environment sees the packages of the other one besides.
    site = with_one_entry_point(place, group, tmp_path / "site")
    command: list[str | Path] = [sys.executable, "-m", "pip", "wheel", tmp_path, "--no-deps", "--no-build-isolation"]
    run(*command, "--quiet", "--wheel-dir", tmp_path / "dist", PYTHONPATH=str(site))
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        program = Path(packed.extract("client/program", tmp_path))
    program.chmod(0o755)
    # Installed programs have no run path unless the project asks for one.
    assert run(program, LD_LIBRARY_PATH=str(place.package / "lib")) == C.output


def with_one_entry_point(place: Environment, group: str, site: Path) -> Path:
    """Return a folder that has the place's package, and of its entry points this group only."""
    site.mkdir()
    (site / PACKAGE).symlink_to(place.package)
    (info,) = place.site.glob("scipy_openblas64-*.dist-info")
    shutil.copytree(info, site / info.name)
    points = site / info.name / "entry_points.txt"
    sections = points.read_text(encoding="utf-8").split("\n\n")
    (section,) = (each.strip() for each in sections if each.strip().startswith(f"[{group}]"))
    points.write_text(f"{section}\n", encoding="utf-8")
    return site


@pytest.mark.parametrize(
    ("asked", "good"),
    [
        ("", True),
        ("0.3.20", True),
        ("0.3.20...<0.4", True),
        ("0.3.20...{version}", True),
        ("{version} EXACT", True),
        ("99", False),
        ("0.2 EXACT", False),
        ("0.3.20...<{version}", False),
        ("0.2...0.3.10", False),
    ],
)
def test_version_is_checked(environment: Environment, asked: str, good: bool, tmp_path: Path) -> None:
    version = environment.run(f"import {PACKAGE}; print({PACKAGE}.__version__)").strip()
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.19)\nproject(client NONE)\n"
        f"find_package(OpenBLAS {asked.format(version=version)} REQUIRED CONFIG)\n"
        'message(STATUS "found ${OpenBLAS_VERSION}")\n',
        encoding="utf-8",
    )
    command: list[str | Path] = ["cmake", "-S", tmp_path, "-B", tmp_path / "build"]
    command.append(f"-DCMAKE_PREFIX_PATH={environment.package}")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode == 0) is good, done.stdout + done.stderr
    assert (f"found {version}" in done.stdout) is good


@pytest.mark.parametrize(
    ("components", "missing"),
    [
        ("", ""),
        ("COMPONENTS pthread", ""),
        ("COMPONENTS openmp", "openmp"),
        ("COMPONENTS pthread serial", "serial"),
        ("OPTIONAL_COMPONENTS openmp", ""),
    ],
)
def test_components_are_what_runs_the_threads(
    environment: Environment, components: str, missing: str, tmp_path: Path
) -> None:
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.19)\nproject(client NONE)\n"
        f"find_package(OpenBLAS 0.3 REQUIRED CONFIG {components})\n",
        encoding="utf-8",
    )
    command: list[str | Path] = ["cmake", "-S", tmp_path, "-B", tmp_path / "build"]
    command.append(f"-DCMAKE_PREFIX_PATH={environment.package}")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode == 0) is (not missing), done.stderr
    assert (f"It has the component pthread, and not {missing}." in done.stderr) is bool(missing)


def test_other_architectures_are_told_that_it_is_not_for_them(environment: Environment, tmp_path: Path) -> None:
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.19)\nproject(client NONE)\nset(CMAKE_SIZEOF_VOID_P 4)\n"
        "find_package(OpenBLAS 0.3 REQUIRED CONFIG)\n",
        encoding="utf-8",
    )
    command: list[str | Path] = ["cmake", "-S", tmp_path, "-B", tmp_path / "build"]
    command.append(f"-DCMAKE_PREFIX_PATH={environment.package}")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "for pointers of 8 bytes" in done.stderr
