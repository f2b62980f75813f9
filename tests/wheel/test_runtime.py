"""The runtime package, as it is installed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import artifacts
from artifacts import LIBRARY, PACKAGE, Environment

# What the published wheel's __init__ has in __all__, and what its documentation names besides.
OFFERED = [
    "get_include_dir",
    "get_lib_dir",
    "get_library",
    "get_openblas_config",
    "get_pkg_config",
    "write__distributor_init",
    "__version__",
]


def test_smoke(environment: Environment) -> None:
    done = environment.start("-m", PACKAGE)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("OpenBLAS using 'OpenBLAS ")
    assert lines[1].startswith("kernel: ")
    assert lines[2].startswith("threads: ")
    assert [line.split()[0] for line in lines[3:]] == ["ok"] * 4


@pytest.mark.parametrize("kernel", ["PRESCOTT", "NEHALEM", "SANDYBRIDGE", "HASWELL", "SKYLAKEX"])
def test_kernel_is_chosen_at_run_time(environment: Environment, kernel: str) -> None:
    flags = Path("/proc/cpuinfo").read_text()
    feature = {"SANDYBRIDGE": " avx ", "HASWELL": " avx2 ", "SKYLAKEX": " avx512vl "}.get(kernel, " sse3 ")
    if feature not in flags.replace("\n", " ").replace("pni", "sse3"):
        pytest.skip(f"this CPU cannot run {kernel}'s kernels")
    done = environment.start("-m", PACKAGE, OPENBLAS_CORETYPE=kernel)
    assert done.returncode == 0, done.stdout + done.stderr
    # OpenBLAS compares with each CPU's table in turn, and those that were not built stand for PRESCOTT.
    name = "katmai" if kernel == "PRESCOTT" else kernel.lower()
    assert f"kernel: {name}\n" in done.stdout.lower()


def test_thread_count_follows_the_environment(environment: Environment) -> None:
    assert "threads: 1\n" in environment.start("-m", PACKAGE, OPENBLAS_NUM_THREADS="1").stdout


def test_other_pythons(wheel: Path, tmp_path: Path) -> None:
    pythons = artifacts.other_pythons()
    if not pythons:
        pytest.skip("there is no Python of another version on this machine")
    for number, python in enumerate(pythons):
        environment = artifacts.install(wheel, tmp_path / str(number), python)
        done = environment.start("-W", "error", "-m", PACKAGE)
        assert done.returncode == 0, f"{python}: {done.stdout}{done.stderr}"


def test_everything_that_the_published_package_offers(environment: Environment, published: Path) -> None:
    code = (
        f"import {PACKAGE} as p, inspect, json; "
        f"print(json.dumps({{n: str(inspect.signature(getattr(p, n))) if callable(getattr(p, n)) else '' "
        f"for n in {OFFERED}}}))"
    )
    ours = json.loads(environment.run(code.replace("inspect.signature", "inspect.getfullargspec")))
    theirs = json.loads(
        environment.run(
            f"import sys; sys.path.insert(0, {str(published)!r})\n" + code.replace("signature", "getfullargspec")
        )
    )

    def arguments(text: str) -> str:
        return text.split(", varargs", maxsplit=1)[0]

    assert {name: arguments(text) for name, text in ours.items()} == {
        name: arguments(text) for name, text in theirs.items()
    }


def test_results_are_those_of_the_published_package(environment: Environment, published: Path) -> None:
    code = (
        f"import {PACKAGE} as p, json\n"
        "print(json.dumps([p.get_library(), p.get_library(True), p.get_library(fullname=False),"
        " p.__version__, p.get_openblas_config().split()[:2], p.get_pkg_config(use_prefix=True)]))"
    )
    ours = json.loads(environment.run(code))
    theirs = json.loads(environment.run(f"import sys; sys.path.insert(0, {str(published)!r})\n{code}"))
    assert ours[:3] == theirs[:3] == ["scipy_openblas64_", LIBRARY, "scipy_openblas64_"]

    def flags(text: str) -> dict[str, list[str]]:
        fields = [line.partition(":") for line in text.splitlines() if ": " in line]
        return {name: value.split() for name, _, value in fields if name in ("Libs", "Cflags", "Name")}

    assert flags(ours[5]) == flags(theirs[5])
    if ours[3].startswith("0.3.34."):
        assert ours[3:5] == theirs[3:5]


def test_folders_are_there(environment: Environment) -> None:
    lib, include = environment.run(f"import {PACKAGE} as p; print(p.get_lib_dir(), p.get_include_dir())").split()
    assert (Path(lib) / LIBRARY).is_file()
    assert (Path(include) / "cblas.h").is_file()


def test_import_makes_the_symbols_visible(environment: Environment) -> None:
    code = f"import {PACKAGE}, ctypes; ctypes.CDLL(None).scipy_dgemm_64_; print('visible')"
    assert environment.run(code) == "visible\n"


def test_distributor_init(environment: Environment, tmp_path: Path) -> None:
    environment.run(f"import {PACKAGE} as p; p.write__distributor_init({str(tmp_path)!r})")
    path = f"import sys; sys.path.insert(0, {str(tmp_path)!r})"
    code = f"{path}; import _distributor_init; print({PACKAGE!r} in sys.modules)"
    assert environment.run(code) == "True\n"


def test_runtime_needs_the_standard_library_only(environment: Environment) -> None:
    code = f"import sys; before = set(sys.modules); import {PACKAGE}; print(*sorted(set(sys.modules) - before))"
    loaded = {name.partition(".")[0] for name in environment.run(code).split()}
    assert loaded - set(sys.stdlib_module_names) == {PACKAGE}


@pytest.fixture
def broken(wheel: Path, tmp_path: Path) -> Environment:
    return artifacts.install(wheel, tmp_path / "broken")


def test_missing_library_is_one_clear_line(broken: Environment) -> None:
    library = broken.package / "lib" / LIBRARY
    library.unlink()
    done = broken.start("-m", PACKAGE)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "OpenBLAS is missing" in done.stderr
    assert str(library) in done.stderr
    imported = broken.start("-c", f"import {PACKAGE}")
    assert "LibraryError: OpenBLAS is missing" in imported.stderr


def test_damaged_library_is_one_clear_line(broken: Environment) -> None:
    library = broken.package / "lib" / LIBRARY
    library.write_bytes(b"not a library")
    done = broken.start("-m", PACKAGE)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "cannot be loaded" in done.stderr


def test_build_info(environment: Environment) -> None:
    done = environment.start("-m", PACKAGE, "--build-info")
    assert done.returncode == 0, done.stderr
    record = json.loads(done.stdout)
    assert record["kernels"] == ["PRESCOTT", "NEHALEM", "SANDYBRIDGE", "HASWELL", "SKYLAKEX"]
    assert record["threading"] == "pthreads"
    assert "GNU Fortran" in record["fortran-compiler"]
    assert len(record["source"]["tree"]) == 64
    assert "/" not in record["c-compiler"] + record["linker"]


def test_unknown_argument_is_a_usage_error(environment: Environment) -> None:
    done = environment.start("-m", PACKAGE, "--nonsense")
    assert (done.returncode, done.stderr.count("usage:")) == (2, 1)


def test_wrong_library_fails_the_self_test(broken: Environment, tmp_path: Path) -> None:
    # A library with all the names and the wrong results: the product is left as it was, integers have 32 bits.
    source = tmp_path / "wrong.c"
    source.write_text(
        """
        const char *scipy_openblas_get_config64_(void) { return "OpenBLAS 0"; }
        const char *scipy_openblas_get_corename64_(void) { return "NONE"; }
        int scipy_openblas_get_num_threads64_(void) { return 1; }
        double scipy_cblas_ddot64_(int n) { return n > 0 ? n : 0; }
        void scipy_cblas_dgemm64_(void) {}
        void scipy_dgemm_64_(void) {}
        long scipy_LAPACKE_dgesv64_(void) { return 0; }
        """,
        encoding="utf-8",
    )
    library = broken.package / "lib" / LIBRARY
    library.unlink()
    compiler = shutil.which("cc")
    assert compiler
    subprocess.run([compiler, "-shared", "-fPIC", source, "-o", library], check=True)
    done = broken.start("-m", PACKAGE)
    assert done.returncode == 1
    assert done.stdout.count("WRONG") == 4
