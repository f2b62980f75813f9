"""Linking for an older C library than this machine's."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from compiling import Compiler
from openblas_build.audit import Contract, audit_library, render
from openblas_build.errors import SettingError, SymbolError
from openblas_build.naming import SCIPY_ILP64
from openblas_build.relink import Toolset, default_tools, relink
from openblas_build.targets.c_libraries import Linkage, glibc
from openblas_build.targets.formats import read_library
from openblas_build.targets.linkage import native
from small_openblas import INTERFACE, KERNELS, LAPACK

TARGET = "x86_64-linux-gnu"
# On a new system pthread_create is of glibc 2.34 and pow of 2.29; both are there since ever.
LIBM_AND_THREADS = """
    #include <math.h>
    #include <pthread.h>
    static void child(void) {}
    double power_(double *x) { return pow(*x, 2.5); }
    int threads_(pthread_t *t, void *(*f)(void *)) { pthread_atfork(0, 0, child); return pthread_create(t, 0, f, 0); }
"""
NEW = "long getrandom(void *, unsigned long, unsigned); long f_(void *x) { return getrandom(x, 8, 0); }"


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Linkage:
    return glibc.floor("2.17", TARGET, "objcopy", tmp_path_factory.mktemp("glibc"))


def ziglang_folder() -> str:
    spec = importlib.util.find_spec("ziglang")
    assert spec is not None
    assert spec.origin is not None
    return str(Path(spec.origin).parent)


def link(compiler: Compiler, c_library: Linkage, code: str) -> Path:
    tools = default_tools()
    archive = compiler.archive("x", interface=INTERFACE, lapack=LAPACK, kernels=KERNELS, extra=code)
    library = compiler.folder / SCIPY_ILP64.file_name
    relink(archive, library, SCIPY_ILP64, Toolset(tools.compiler, tools.objcopy, c_library), compiler.folder / "work")
    return library


def test_symbols_are_of_the_old_library(compiler: Compiler, old: Linkage) -> None:
    library = link(compiler, old, LIBM_AND_THREADS)
    assert (2, 2, 5) in read_library(library).glibc_symbols
    report = audit_library(library, Contract(kernels=("HASWELL",), c_version="2.17"))
    assert report.ok, render(report)


def test_threads_are_in_the_c_library_of_newer_ones(compiler: Compiler, tmp_path: Path) -> None:
    library = link(compiler, glibc.floor("2.36", TARGET, "objcopy", tmp_path), LIBM_AND_THREADS)
    assert (2, 34) in read_library(library).glibc_symbols


def test_half_made_stubs_are_made_anew(tmp_path: Path) -> None:
    folder = tmp_path / "glibc-2.17"
    folder.mkdir()
    (folder / "libc.so.6").touch()
    made = glibc.floor("2.17", TARGET, "objcopy", tmp_path)
    assert all(Path(each).stat().st_size for each in made.arguments if each.startswith("/"))
    assert [path.name for path in tmp_path.iterdir()] == ["glibc-2.17"]


def test_fork_handlers_come_from_the_static_part(compiler: Compiler, old: Linkage) -> None:
    # The dynamic pthread_atfork is there for programs that were linked before 2002.
    listed = compiler.run("nm", "-D", "--undefined-only", link(compiler, old, LIBM_AND_THREADS))
    assert "__register_atfork" in listed
    assert "U pthread_atfork" not in listed


def test_static_part_brings_no_path_along(compiler: Compiler, old: Linkage) -> None:
    library = link(compiler, old, LIBM_AND_THREADS)
    report = audit_library(library, Contract(kernels=("HASWELL",), forbidden=(ziglang_folder(),)))
    assert report.ok, render(report)


def test_native_link_is_told_apart(compiler: Compiler) -> None:
    library = link(compiler, native(), LIBM_AND_THREADS)
    newest = max(read_library(library).glibc_symbols)
    if newest <= (2, 17):
        pytest.skip("this machine's own C library is an old one")
    report = audit_library(library, Contract(kernels=("HASWELL",), c_version="2.17"))
    assert [finding.check for finding in report.findings] == ["C library"]


def test_symbol_that_the_old_library_lacks_is_named(compiler: Compiler, old: Linkage) -> None:
    with pytest.raises(SymbolError, match=r"(?s)glibc 2\.17 does not have.*getrandom, wanted by extra\.o"):
        link(compiler, old, NEW)


def test_unknown_version_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"does not know glibc 2\.99"):
        glibc.floor("2.99", TARGET, "objcopy", tmp_path)
