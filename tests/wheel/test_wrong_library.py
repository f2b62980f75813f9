"""A library that is no good is told in one line that names the file, whatever is wrong with it."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import artifacts
from artifacts import LIBRARY, PACKAGE, Environment

# What asks for no library, and is answered whatever has become of it.
INDEPENDENT = ("--version", "--cflags", "--pkgconfigdir", "--cmakedir", "--build-info")
FUNCTIONS = ("get_openblas_config", "get_pkg_config", "get_corename", "get_num_threads")


def with_bytes(place: int, data: bytes) -> Callable[[bytes], bytes]:
    return lambda whole: whole[:place] + data + whole[place + len(data) :]


def number(place: int, value: int, form: str = "<H") -> Callable[[bytes], bytes]:
    return with_bytes(place, struct.pack(form, value))


# What is done to the library's bytes, and what is said of it then.
WRONG: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda _: b"", "is empty"),
    "text": (lambda _: b"not a library", "is no library"),
    "two bytes": (lambda whole: whole[:2], "was cut off after 2 bytes"),
    "half a header": (lambda whole: whole[:40], "was cut off after 40 bytes"),
    "header only": (lambda whole: whole[:64], "was cut off: it has 64 bytes, of "),
    "first half": (lambda whole: whole[: len(whole) // 2], "was cut off: it has "),
    "without its last byte": (lambda whole: whole[:-1], "was cut off: it has "),
    "another machine's": (number(18, 183), "is for AArch64 (64 bits, little-endian), and this Python is for x86-64"),
    "unknown machine's": (number(18, 65000), "is for machines of ELF number 65000"),
    "32 bits": (with_bytes(4, b"\1"), "is for x86-64 (32 bits, little-endian)"),
    "big-endian": (with_bytes(5, b"\2"), "big-endian), and this Python"),
    "unknown class": (with_bytes(4, b"\7"), "is no library"),
    "program": (number(16, 2), "is an ELF file, but no shared library"),
    "headers far away": (number(32, 2**63 + 5, "<Q"), "was cut off"),
    "headers too short": (number(54, 3), "is damaged"),
}


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    return artifacts.install(wheel, tmp_path_factory.mktemp("wrong") / "venv")


@pytest.fixture(scope="module")
def whole(contents: Path) -> bytes:
    return (contents / PACKAGE / "lib" / LIBRARY).read_bytes()


@pytest.fixture
def library(installed: Environment) -> Path:
    path = installed.package / "lib" / LIBRARY
    if path.is_dir():
        path.rmdir()
    path.unlink(missing_ok=True)
    return path


def assert_one_line(done: subprocess.CompletedProcess[str], library: Path, message: str) -> None:
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1), done.stderr
    for part in ("error: OpenBLAS ", str(library), message, f"; install {PACKAGE} again"):
        assert part in done.stderr


def assert_told(installed: Environment, library: Path, message: str) -> None:
    """The program, an import and a function of the package say it; what needs no library is answered."""
    assert_one_line(installed.start("-m", PACKAGE), library, message)
    assert_one_line(installed.start("-m", PACKAGE, "--json"), library, message)
    answered = installed.start("-m", PACKAGE, *INDEPENDENT[:-1])
    assert answered.returncode == 0, answered.stderr
    assert "-DHAVE_BLAS_ILP64" in answered.stdout
    imported = installed.start("-c", f"import {PACKAGE}")
    assert (imported.returncode, f"{PACKAGE}._library.LibraryError: OpenBLAS " in imported.stderr) == (1, True)
    assert message in imported.stderr


@pytest.mark.parametrize("wrong", WRONG)
def test_wrong_library(installed: Environment, library: Path, whole: bytes, wrong: str) -> None:
    change, message = WRONG[wrong]
    library.write_bytes(change(whole))
    assert_told(installed, library, message)


def test_folder_in_its_place(installed: Environment, library: Path) -> None:
    library.mkdir()
    assert_told(installed, library, "is a folder and no file")


def test_pipe_in_its_place(installed: Environment, library: Path) -> None:
    os.mkfifo(library)
    # Who opens it waits for a writer, for ever.
    command: list[str | Path] = [installed.python, "-m", PACKAGE]
    subprocess.run(command, cwd=installed.folder, capture_output=True, timeout=60, check=False)
    assert_told(installed, library, "is no regular file")


def test_link_to_nothing_in_its_place(installed: Environment, library: Path) -> None:
    library.symlink_to("nowhere")
    assert_told(installed, library, "cannot be read: No such file")


def test_library_of_another_program(installed: Environment, library: Path, tmp_path: Path) -> None:
    (tmp_path / "other.c").write_text("int other;\n")
    subprocess.run(["cc", "-shared", "-fPIC", tmp_path / "other.c", "-o", library], check=True)
    assert_one_line(installed.start("-m", PACKAGE), library, "has no function scipy_openblas_get_config64_")


def test_library_that_wants_what_is_not_there(installed: Environment, library: Path, tmp_path: Path) -> None:
    (tmp_path / "other.c").write_text("int missing(void);\nint other(void) { return missing(); }\n")
    subprocess.run(["cc", "-shared", "-fPIC", "-Wl,-z,now", tmp_path / "other.c", "-o", library], check=True)
    assert_told(installed, library, "is refused by the dynamic linker: undefined symbol: missing")


def test_library_that_may_not_be_read(installed: Environment, library: Path, whole: bytes) -> None:
    library.write_bytes(whole)
    library.chmod(0)
    command: list[str | Path] = [installed.python, "-m", PACKAGE]
    if os.geteuid() == 0:
        if not shutil.which("setpriv"):
            pytest.skip("root may read every file, and there is no setpriv to take that away")
        command[:0] = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]
    done = subprocess.run(command, cwd=installed.folder, capture_output=True, text=True, check=False)
    assert_one_line(done, library, "cannot be read: Permission denied")


@pytest.mark.parametrize("option", INDEPENDENT)
def test_missing_library_is_told_with_the_answer(installed: Environment, library: Path, option: str) -> None:
    done = installed.start("-m", PACKAGE, option)
    assert (done.returncode, done.stderr.count("\n")) == (0, 1)
    assert done.stdout
    assert f"warning: OpenBLAS is missing: there is no {library}; install {PACKAGE} again" in done.stderr


def test_missing_library_has_no_flags(installed: Environment, library: Path) -> None:
    assert_one_line(installed.start("-m", PACKAGE, "--cflags", "--libs"), library, "is missing: there is no ")


@pytest.mark.parametrize("function", FUNCTIONS)
def test_functions_raise_the_same(installed: Environment, library: Path, whole: bytes, function: str) -> None:
    # Imported to be run, as python -m does, the package is there without the library.
    code = f"""
import runpy, sys
try:
    runpy.run_module({PACKAGE!r} + "._pkg_config")
finally:
    package = sys.modules[{PACKAGE!r}]
try:
    package.{function}()
except package.LibraryError as error:
    print(isinstance(error, ImportError), error)
"""
    library.write_bytes(whole[:100000])
    told = installed.run(code)
    assert told.startswith(f"True OpenBLAS cannot be loaded: {library} was cut off: it has 100000 bytes, of ")
    assert told.count("\n") == 1


@pytest.mark.parametrize("option", [*INDEPENDENT, "--libs", "--help"])
def test_library_is_not_loaded_where_it_is_not_needed(environment: Environment, option: str) -> None:
    code = f"""
import runpy, sys
sys.argv[1:] = [{option!r}]
try:
    runpy.run_module({PACKAGE!r}, run_name="__main__")
except SystemExit as end:
    print(end.code, {LIBRARY!r} in open("/proc/self/maps").read())
"""
    assert environment.run(code).splitlines()[-1] == "0 False"


def test_program_that_imports_the_package_gets_the_library(environment: Environment, tmp_path: Path) -> None:
    # Its own import comes while Python looks for the module to run, too.
    program = tmp_path / "program"
    program.mkdir()
    (program / "__init__.py").write_text(f"import {PACKAGE}\n")
    (program / "__main__.py").write_text("print('libscipy_openblas' in open('/proc/self/maps').read())\n")
    done = environment.start("-m", "program", PYTHONPATH=str(tmp_path))
    assert done.stdout == "True\n", done.stderr
