"""dependency('scipy-openblas') in Meson, with pkg-config of PyPI and of the system."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from artifacts import Environment
from programs import Language, run


def pkg_config_of(name: str, place: Environment) -> Path:
    if name == "system":
        return Path("/usr/bin/pkg-config")
    (program,) = place.site.glob("pkgconf/.bin/pkgconf")
    return program


@pytest.mark.parametrize("name", ["PyPI", "system"])
def test_program(place: Environment, generated: Path, language: Language, name: str, tmp_path: Path) -> None:
    program = pkg_config_of(name, place)
    # pkgconf 1 leaves blanks as they are, which only the generated file gets around.
    folder = place.package / "lib" / "pkgconfig"
    if name == "system" and " " in str(folder):
        folder = generated
    source = language.write(tmp_path).name
    (tmp_path / "meson.build").write_text(
        f"project('client', '{language.name.lower()}')\n"
        "openblas = dependency('scipy-openblas', version: '>=0.3.20')\n"
        f"executable('program', '{source}', dependencies: openblas)\n",
        encoding="utf-8",
    )
    meson = [sys.executable, "-m", "mesonbuild.mesonmain"]
    variables = {"PKG_CONFIG": str(program), "PKG_CONFIG_PATH": str(folder)}
    run(*meson, "setup", tmp_path / "build", cwd=tmp_path, **variables)
    run("ninja", "-C", tmp_path / "build")
    assert run(tmp_path / "build" / "program") == language.output
