"""pkg-config of PyPI and of the system, with the installed file and with the generated one."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

import pytest

from artifacts import PACKAGE, Environment
from programs import Language, run

MODULE = "scipy-openblas"
SYSTEM = "/usr/bin/pkg-config"


def system_flags(folder: Path, *options: str) -> list[str]:
    return shlex.split(run(SYSTEM, *options, MODULE, PKG_CONFIG_PATH=str(folder)))


def pypi_flags(place: Environment, *options: str, **variables: str) -> list[str]:
    done = place.start("-m", "pkgconf", *options, MODULE, **variables)
    assert done.returncode == 0, done.stderr
    return shlex.split(done.stdout)


def test_pypi_finds_the_file_by_its_entry_point(place: Environment, language: Language, tmp_path: Path) -> None:
    assert language.compiled(tmp_path, pypi_flags(place, "--cflags", "--libs")) == language.output


def test_pypi_with_the_generated_file(place: Environment, generated: Path, language: Language, tmp_path: Path) -> None:
    flags = pypi_flags(place, "--cflags", "--libs", PKG_CONFIG_PATH=str(generated))
    assert language.compiled(tmp_path, flags) == language.output


# Not in a path with blanks: pkgconf 1 leaves them as they are, which the generated file gets around.
@pytest.mark.parametrize("place", ["installed", "moved"], indirect=True)
def test_system_with_the_installed_file(place: Environment, language: Language, tmp_path: Path) -> None:
    folder = place.package / "lib" / "pkgconfig"
    assert language.compiled(tmp_path, system_flags(folder, "--cflags", "--libs")) == language.output


def test_system_with_the_generated_file(generated: Path, language: Language, tmp_path: Path) -> None:
    assert language.compiled(tmp_path, system_flags(generated, "--cflags", "--libs")) == language.output


def test_generated_file_names_a_folder_of_any_name(
    environment: Environment, language: Language, tmp_path: Path
) -> None:
    site = tmp_path / """it's "1 + 1" \\ #2"""
    shutil.copytree(environment.package, site / PACKAGE)
    text = environment.run(f"import {PACKAGE} as p; print(p.get_pkg_config())", PYTHONPATH=str(site))
    (tmp_path / f"{MODULE}.pc").write_text(text, encoding="utf-8")
    flags = system_flags(tmp_path, "--cflags", "--libs")
    assert f"-I{site / PACKAGE / 'include'}" in flags
    pypi = shlex.split(run("pkgconf", "--cflags", "--libs", MODULE, PKG_CONFIG_PATH=str(tmp_path)))
    assert pypi == flags
    assert language.compiled(tmp_path, flags) == language.output


def test_version_is_the_librarys(place: Environment) -> None:
    (version,) = pypi_flags(place, "--modversion")
    assert version == place.run(f"import {PACKAGE}; print({PACKAGE}.__version__)").strip()
    assert pypi_flags(place, "--exists", "--atleast-version=0.3.20") == []
    assert place.start("-m", "pkgconf", "--exists", "--atleast-version=99", MODULE).returncode == 1


def test_flags_are_those_of_the_published_wheel(contents: Path, published: Path) -> None:
    def flags(root: Path) -> list[str]:
        text = " ".join(system_flags(root / PACKAGE / "lib" / "pkgconfig", "--cflags", "--libs"))
        return text.replace(str(root), "ROOT").split()

    assert flags(contents) == flags(published)


def test_static_flags_need_no_fortran_library(environment: Environment) -> None:
    flags = system_flags(environment.package / "lib" / "pkgconfig", "--static", "--libs")
    assert {"-lm", "-lpthread"} <= set(flags)
    assert not {"-lgfortran", "-lquadmath"}.intersection(flags)
