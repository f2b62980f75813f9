"""Options in, one object out, or an error that says what would have been right."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from openblas_build.errors import SettingError
from openblas_build.settings import OPTIONS, Settings, foreign


def test_defaults_are_those_of_the_published_wheel() -> None:
    settings = Settings.load(None, {})
    assert (settings.num_threads, settings.threading) == (64, "pthreads")
    assert settings.target is None


@pytest.mark.parametrize(
    "config",
    [
        {"openblas.num-threads": "1"},
        {"openblas.threading": "none"},
        {"openblas.num-threads": "1", "openblas.threading": "openmp"},
        {"openblas.num-threads": "8", "openblas.threading": "none"},
    ],
)
def test_one_thread_and_no_threads_are_the_same(config: dict[str, str]) -> None:
    settings = Settings.load(config, {})
    assert (settings.num_threads, settings.threading) == (1, "none")


def test_config_setting_wins_over_the_environment() -> None:
    environ = {"SCIPY_OPENBLAS_NUM_THREADS": "8", "SCIPY_OPENBLAS_JOBS": "3"}
    settings = Settings.load({"openblas.num-threads": "16"}, environ)
    assert (settings.num_threads, settings.jobs) == (16, 3)


def test_the_librarys_own_variables_are_not_options() -> None:
    assert Settings.load(None, {"OPENBLAS_NUM_THREADS": "4"}) == Settings()


@pytest.mark.parametrize("text", ["NEHALEM,HASWELL", "NEHALEM HASWELL", "NEHALEM;HASWELL", " NEHALEM, HASWELL "])
def test_lists_take_any_usual_separator(text: str) -> None:
    assert Settings.load({"openblas.dynamic-list": text}, {}).dynamic_list == ("NEHALEM", "HASWELL")


def test_naming_has_to_fit_the_interface() -> None:
    assert Settings.load({"openblas.interface": "lp64"}, {}).naming_value.library == "scipy_openblas"
    with pytest.raises(SettingError, match="openblas64 is not for the interface lp64"):
        Settings.load({"openblas.interface": "lp64", "openblas.naming": "openblas64"}, {})


def test_unknown_option_suggests_the_near_one() -> None:
    with pytest.raises(SettingError, match=r"unknown option openblas\.numthreads; did you mean openblas\.num-threads"):
        Settings.load({"openblas.numthreads": "4"}, {})


def test_unknown_variable_is_an_error_too() -> None:
    with pytest.raises(SettingError, match="SCIPY_OPENBLAS_THREADS"):
        Settings.load(None, {"SCIPY_OPENBLAS_THREADS": "4"})


@pytest.mark.parametrize(
    ("key", "value", "accepted"),
    [
        ("num-threads", "0", "from 1 to 1024"),
        ("num-threads", "many", "from 1 to 1024"),
        ("num-threads", "-4", "from 1 to 1024"),
        ("threading", "tbb", "pthreads, openmp, none"),
        ("target", "haswell", "capitals"),
        ("dynamic-list", "", "capitals"),
        ("dynamic-list", "HASWELL,zen", "capitals"),
        ("jobs", "1.5", "whole number"),
        ("glibc", "3", "2.17"),
        ("glibc", "old", "2.17"),
        ("interface", "ilp32", "ilp64, lp64"),
        ("kernels", "fast", "auto, tuned, stock"),
        ("naming", "scipi", "scipy, openblas64, netlib64, plain, or a pattern"),
        ("source", "/no/such/place", "that exists and can be read; this one: No such file or directory"),
        ("source", "/dev/zero", "a folder or an archive that exists and can be read; this is a character device"),
        ("source", "", "this is empty; leave it out"),
        ("source", " ", "this is empty"),
        ("source", "~nouser/x", "there is no home folder of ~nouser"),
        ("source", "a\0b", "no path has the byte 0 in it"),
        ("source", __file__ + "/x", "Not a directory"),
        ("archives", "", "a folder that exists and can be read; this is empty"),
        ("archives", "~nouser/x", "there is no home folder of ~nouser"),
        ("archives", "/no/such/place", "a folder that exists"),
        ("archives", __file__, "a folder that exists"),
        ("compiler-launcher", "", "ccache"),
    ],
)
def test_bad_value_names_key_value_and_what_is_accepted(key: str, value: str, accepted: str) -> None:
    with pytest.raises(SettingError) as caught:
        Settings.load({f"openblas.{key}": value}, {})
    text = str(caught.value)
    assert f"openblas.{key}" in text
    assert repr(value) in text
    assert accepted in text


@pytest.mark.parametrize("key", ["source", "archives"])
def test_what_is_no_source_is_told_at_once_in_a_line(tmp_path: Path, key: str) -> None:
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "empty").touch()
    (tmp_path / "dangling").symlink_to("gone")
    (tmp_path / "loop").symlink_to("loop")
    values = {
        tmp_path / "fifo": "this is a FIFO",
        tmp_path / "empty": {"source": "this file is empty", "archives": "this is a file"}[key],
        tmp_path / "dangling": "it is a link to gone, which is not there",
        tmp_path / "loop": "it is a link to loop, which is not there",
        Path("/" + "x" * 5000): "File name too long",
        Path("/x" * 2500): "File name too long",
    }
    for path, told in values.items():
        for config, environ in (
            ({f"openblas.{key}": str(path)}, {}),
            ({}, {f"SCIPY_OPENBLAS_{key.upper()}": str(path)}),
        ):
            with pytest.raises(SettingError, match=told) as caught:
                Settings.load(config, environ)
            assert len(str(caught.value).splitlines()) == 1
            assert len(str(caught.value)) < 500


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else and back")
@pytest.mark.parametrize("key", ["source", "archives"])
def test_what_may_not_be_read_is_told(tmp_path: Path, key: str) -> None:
    for folder in [tmp_path, *tmp_path.parents][:3]:
        folder.chmod(0o755)
    (tmp_path / "closed" / "inside").mkdir(parents=True)
    (tmp_path / "closed").chmod(0)
    (tmp_path / "secret").write_text("x")
    (tmp_path / "secret").chmod(0)
    values = {"closed": "this folder may not be read", "closed/inside": "Permission denied"}
    if key == "source":
        values["secret"] = "this file may not be read"
    # os.access asks for the real user, so both are changed: in a process of its own.
    code = "import os; from openblas_build.settings import *; os.setuid(65534); Settings.load(None, os.environ)"
    for name, told in values.items():
        environ = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(sys.path),
            f"SCIPY_OPENBLAS_{key.upper()}": str(tmp_path / name),
        }
        done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=False)
        assert told in done.stderr.splitlines()[-1]


def test_contradiction_is_an_error_and_repetition_is_not() -> None:
    assert Settings.load({"openblas.jobs": ["2", "2"]}, {}).jobs == 2
    with pytest.raises(SettingError, match="more than once"):
        Settings.load({"openblas.jobs": ["2", "3"]}, {})


def test_environment_reads_back_as_the_same_settings(tmp_path: Path) -> None:
    config = {
        "openblas.platform": "manylinux_2_17_x86_64",
        "openblas.num-threads": "12",
        "openblas.threading": "openmp",
        "openblas.target": "HASWELL",
        "openblas.dynamic-list": "SKYLAKEX,ZEN",
        "openblas.glibc": "2.28",
        "openblas.interface": "lp64",
        "openblas.naming": "my_{name}_v2{_}",
        "openblas.kernels": "stock",
        "openblas.source": str(tmp_path),
        "openblas.archives": str(tmp_path),
        "openblas.jobs": "2",
        "openblas.compiler-launcher": "none",
    }
    assert len(config) == len(OPTIONS)
    settings = Settings.load(config, {})
    assert Settings.load(None, settings.environment()) == settings


def test_foreign_settings_are_left_to_scikit_build_core() -> None:
    config = {"openblas.jobs": "2", "cmake.verbose": "true", "cmake.args": ["-A", "-B"]}
    assert foreign(config) == {"cmake.verbose": "true", "cmake.args": ["-A", "-B"]}
