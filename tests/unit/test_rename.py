"""One project, two packages: the second is the first by another name, in every place and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from artifacts import ROOT
from openblas_build import hooks, pipeline
from openblas_build.naming import ILP64, LP64
from openblas_build.toml import tomllib
from openblas_build.wheel import archive, rename_metadata, rename_wheel
from openblas_build.wheel.archive import Content

INFO = "scipy_openblas64-1.dist-info"
METADATA = "Metadata-Version: 2.4\nName: scipy-openblas64\nVersion: 1\n\nText\nName: scipy-openblas64\n"
CONTENTS = {
    "scipy_openblas64/__init__.py": Content(b"# scipy_openblas64\n"),
    "scipy_openblas64/lib/libscipy_openblas.so": Content(b"\x7fELF scipy_openblas64", executable=True),
    f"{INFO}/METADATA": Content(METADATA.encode()),
    f"{INFO}/entry_points.txt": Content(b"[pkg_config]\nscipy-openblas = scipy_openblas64.lib.pkgconfig\n"),
    f"{INFO}/RECORD": Content(b""),
}


@pytest.fixture
def built(tmp_path: Path) -> Path:
    path = tmp_path / "scipy_openblas64-1-py3-none-linux_x86_64.whl"
    archive.write(path, CONTENTS, {})
    return path


def test_wheel_of_the_projects_own_name_stays(built: Path, tmp_path: Path) -> None:
    assert rename_wheel(built, tmp_path / "renamed", ILP64) == built


def test_wheel_gets_the_other_name(built: Path, tmp_path: Path) -> None:
    wheel = rename_wheel(built, tmp_path / "renamed", LP64)
    assert wheel.name == "scipy_openblas32-1-py3-none-linux_x86_64.whl"
    contents = archive.read(wheel)
    info = INFO.replace("64", "32")
    assert contents.keys() == {name.replace("scipy_openblas64", "scipy_openblas32") for name in CONTENTS}
    assert (
        contents["scipy_openblas32/lib/libscipy_openblas.so"] == CONTENTS["scipy_openblas64/lib/libscipy_openblas.so"]
    )
    assert contents[f"{info}/METADATA"].data.decode() == METADATA.replace("openblas64", "openblas32", 1)
    assert contents[f"{info}/entry_points.txt"].data.endswith(b"= scipy_openblas32.lib.pkgconfig\n")
    assert b"scipy_openblas32/__init__.py,sha256=" in contents[f"{info}/RECORD"].data


def test_prepared_metadata_get_the_other_name(tmp_path: Path) -> None:
    for name, content in CONTENTS.items():
        if name.startswith(INFO):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_bytes(content.data)
    assert rename_metadata(tmp_path, INFO, ILP64) == INFO
    assert rename_metadata(tmp_path, INFO, LP64) == "scipy_openblas32-1.dist-info"
    assert [path.name for path in tmp_path.iterdir()] == ["scipy_openblas32-1.dist-info"]
    text = (tmp_path / "scipy_openblas32-1.dist-info" / "METADATA").read_text(encoding="utf-8")
    assert "Name: scipy-openblas32\nVersion" in text


def test_project_is_called_as_the_table_says() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)
    assert project["project"]["name"] == ILP64.distribution
    assert project["tool"]["scikit-build"]["wheel"]["install-dir"] == ILP64.package


def test_editable_install_of_the_other_package_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    with pytest.raises(SystemExit):
        hooks.build_editable(str(tmp_path), {"openblas.interface": "lp64"})
    assert "install a wheel to have scipy_openblas32" in capsys.readouterr().err


def test_interfaces_have_build_folders_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    folders = {pipeline.prepare(ROOT, {"openblas.interface": interface.name}).build_dir for interface in (ILP64, LP64)}
    assert len(folders) == 2
