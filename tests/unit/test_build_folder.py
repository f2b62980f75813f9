"""The next build in the same folder: kept, made anew, or refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from openblas_build import build_folder
from openblas_build.errors import SettingError

FACTS = {"the C compiler": "cc 12", "the source": "one"}


def built(folder: Path) -> Path:
    build_folder.renew(folder, FACTS)
    (folder / "CMakeCache.txt").write_text("CMAKE_PROJECT_NAME:STATIC=scipy_openblas\n", encoding="utf-8")
    (folder / "openblas").mkdir()
    (folder / "openblas" / "a.o").touch()
    return folder


def test_same_facts_keep_everything(tmp_path: Path) -> None:
    folder = built(tmp_path / "build")
    build_folder.renew(folder, dict(FACTS))
    assert (folder / "openblas" / "a.o").exists()


def test_other_facts_begin_anew_and_say_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = built(tmp_path / "build")
    (folder / "tree").symlink_to(tmp_path)
    build_folder.renew(folder, {**FACTS, "the C compiler": "cc 13", "CMake": "4"})
    assert "CMake and the C compiler changed since the last build; building anew" in capsys.readouterr().out
    assert [path.name for path in folder.iterdir()] == ["made-with.json"]
    assert (tmp_path / "build").exists()
    build_folder.renew(folder, {**FACTS, "the C compiler": "cc 13", "CMake": "4"})
    assert not capsys.readouterr().out


@pytest.mark.parametrize("text", ["", "{", "[1]"])
def test_facts_that_were_cut_off_begin_anew(tmp_path: Path, text: str) -> None:
    folder = built(tmp_path / "build")
    (folder / "made-with.json").write_text(text, encoding="utf-8")
    build_folder.renew(folder, FACTS)
    assert not (folder / "openblas").exists()


def test_folder_without_facts_is_ours_by_its_cache(tmp_path: Path) -> None:
    folder = built(tmp_path / "build")
    (folder / "made-with.json").unlink()
    build_folder.renew(folder, FACTS)
    assert not (folder / "openblas").exists()


def test_another_projects_build_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "CMakeCache.txt").write_text("CMAKE_PROJECT_NAME:STATIC=other\n", encoding="utf-8")
    with pytest.raises(SettingError, match=r"another project's build; .* -C build-dir=FOLDER"):
        build_folder.renew(tmp_path, FACTS)
    assert [path.name for path in tmp_path.iterdir()] == ["CMakeCache.txt"]


def test_what_no_build_made_stays(tmp_path: Path) -> None:
    folder = built(tmp_path)
    (folder / "dist").mkdir()
    (folder / "dist" / "a.whl").touch()
    build_folder.renew(folder, {**FACTS, "CMake": "4"})
    assert {path.name for path in folder.iterdir()} == {"dist", "made-with.json"}
    assert (folder / "dist" / "a.whl").exists()


@pytest.mark.parametrize("character", ['"', ";", "\\", "\n"])
def test_paths_that_cmake_cannot_take_are_refused(character: str) -> None:
    with pytest.raises(SettingError, match="CMake cannot take the build folder"):
        build_folder.check_path(Path(f"/a{character}b"), "the build folder")


def test_usual_and_odd_paths_are_taken() -> None:
    build_folder.check_path(Path("/home/é user's #1 + $x (2) & 100 %/" + "l" * 200), "the build folder")
