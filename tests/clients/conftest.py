"""The real wheel for these tests, in environments of all kinds."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import artifacts
from artifacts import PACKAGE, Environment
from programs import LANGUAGES, Language
from wheel_fixtures import contents, environment, published, wheel

__all__ = ["contents", "environment", "generated", "language", "place", "published", "wheel"]


@pytest.fixture(params=LANGUAGES, ids=[each.name for each in LANGUAGES])
def language(request: pytest.FixtureRequest) -> Language:
    param: Language = request.param
    return param


@pytest.fixture(scope="session", params=["installed", "moved", "with blanks + signs"])
def place(request: pytest.FixtureRequest, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with the wheel and pkgconf of PyPI: as installed, moved, in a path with odd signs."""
    folder = tmp_path_factory.mktemp(request.param)
    installed = artifacts.install(wheel, folder / "first", extra=["pkgconf"])
    if request.param == "installed":
        return installed
    target = folder / "second"
    shutil.move(installed.folder, target)
    return Environment(target)


@pytest.fixture
def generated(place: Environment, tmp_path: Path) -> Path:
    """A folder with the pkg-config file that the Python package makes."""
    folder = tmp_path / "generated"
    folder.mkdir()
    text = place.run(f"import {PACKAGE} as p; print(p.get_pkg_config())")
    (folder / "scipy-openblas.pc").write_text(text, encoding="utf-8")
    return folder
