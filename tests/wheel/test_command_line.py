"""``python -m scipy_openblas64`` as a tool of those who build, and thread control."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

import artifacts
from artifacts import LIBRARY, PACKAGE, Environment
from programs import LANGUAGES, Language


def asked(environment: Environment, *options: str) -> str:
    done = environment.start("-m", PACKAGE, *options)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout.removesuffix("\n")


@pytest.mark.parametrize("language", LANGUAGES, ids=[each.name for each in LANGUAGES])
def test_flags_build_a_program(environment: Environment, language: Language, tmp_path: Path) -> None:
    flags = asked(environment, "--cflags", "--libs")
    assert "\n" not in flags
    assert language.compiled(tmp_path, flags.split()) == language.output


def test_flags_are_those_of_the_pkg_config_file(environment: Environment) -> None:
    text = environment.run(f"import {PACKAGE} as p; print(p.get_pkg_config())")
    lines = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
    lib, include = environment.package / "lib", environment.package / "include"
    assert asked(environment, "--cflags") == lines["Cflags"].replace("${includedir}", str(include))
    assert asked(environment, "--libs") == lines["Libs"].replace("${libdir}", str(lib))


def test_blanks_are_quoted_for_a_shell(wheel: Path, tmp_path: Path) -> None:
    environment = artifacts.install(wheel, tmp_path / "with blanks")
    first, *_ = shlex.split(asked(environment, "--libs"))
    assert first == str(environment.package / "lib" / LIBRARY)


def test_folders(environment: Environment) -> None:
    assert (Path(asked(environment, "--pkgconfigdir")) / "scipy-openblas.pc").is_file()
    assert (Path(asked(environment, "--cmakedir")) / "OpenBLASConfig.cmake").is_file()


def test_version(environment: Environment) -> None:
    assert asked(environment, "--version") == environment.run(f"import {PACKAGE}; print({PACKAGE}.__version__)").strip()


def test_json(environment: Environment, tuned: bool) -> None:
    facts = json.loads(asked(environment, "--json"))
    assert facts["config"].startswith(f"OpenBLAS {facts['version'].rpartition('.0.0')[0]}")
    assert facts["integer_bits"] == 64
    assert facts["kernels"] == ("tuned" if tuned else "stock")
    assert Path(facts["library_file"]).name == LIBRARY == f"lib{facts['library']}.so"
    assert facts["c_name"].format("cblas_dgemm") == "scipy_cblas_dgemm64_"
    assert facts["fortran_name"].format("dgemm") == "scipy_dgemm_64_"
    for key in ("library_file", "include_dir", "lib_dir", "pkgconfig_dir", "cmake_dir"):
        assert Path(facts[key]).exists(), key
    assert shlex.join(facts["cflags"]) == asked(environment, "--cflags")
    assert facts["num_threads"] >= 1


def test_flags_need_no_library_that_works(wheel: Path, tmp_path: Path) -> None:
    broken = artifacts.install(wheel, tmp_path / "broken")
    (broken.package / "lib" / LIBRARY).write_bytes(b"")
    assert "-DHAVE_BLAS_ILP64" in asked(broken, "--cflags")
    assert broken.start("-m", PACKAGE, "--json").returncode == 1


def test_help_names_every_option(environment: Environment) -> None:
    text = asked(environment, "--help")
    for option in ("version", "cflags", "libs", "pkgconfigdir", "cmakedir", "json", "build-info"):
        assert f"--{option}" in text


def test_thread_control(environment: Environment) -> None:
    code = f"""
import {PACKAGE} as p
before = p.get_num_threads()
p.set_num_threads(2)
print(p.get_num_threads())
p.set_num_threads(10**12)
print(p.get_num_threads() <= 64)
for wrong in (0, -1, 1.5, "2"):
    try:
        p.set_num_threads(wrong)
    except (TypeError, ValueError) as error:
        print(type(error).__name__)
p.set_num_threads(before)
print(p.get_num_threads() == before)
"""
    assert environment.run(code).split() == ["2", "True", "ValueError", "ValueError", "TypeError", "TypeError", "True"]


def test_corename_is_the_chosen_kernel(environment: Environment) -> None:
    code = f"import {PACKAGE} as p; print(p.get_corename())"
    assert environment.run(code, OPENBLAS_CORETYPE="NEHALEM").strip().upper() == "NEHALEM"


@pytest.fixture(scope="module")
def with_threadpoolctl(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    return artifacts.install(wheel, tmp_path_factory.mktemp("threadpoolctl") / "venv", extra=["threadpoolctl"])


def test_threadpoolctl_recognises_the_library(with_threadpoolctl: Environment) -> None:
    code = f"""
import {PACKAGE} as p, threadpoolctl, json
(found,) = threadpoolctl.threadpool_info()
with threadpoolctl.threadpool_limits(2, user_api="blas"):
    found["limited"] = p.get_num_threads()
p.set_num_threads(3)
found["seen"] = threadpoolctl.threadpool_info()[0]["num_threads"]
found["corename"] = p.get_corename()
print(json.dumps(found))
"""
    found = json.loads(with_threadpoolctl.run(code))
    assert Path(found["filepath"]).name == LIBRARY
    assert (found["user_api"], found["internal_api"]) == ("blas", "openblas")
    assert found["threading_layer"] == "pthreads"
    assert found["architecture"] == found["corename"]
    assert found["version"].startswith("0.3.")
    assert (found["limited"], found["seen"]) == (2, 3)
