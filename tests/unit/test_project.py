"""The project's own folders: licences change with a build that succeeds, and with no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from openblas_build import project
from openblas_build.errors import told
from openblas_build.sources import Tree


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    path = tmp_path / "tree"
    (path / "lapack-netlib" / "LAPACKE").mkdir(parents=True)
    for name in ("LICENSE", "GotoBLAS_00License.txt", "lapack-netlib/LICENSE", "lapack-netlib/LAPACKE/LICENSE"):
        (path / name).write_text(f"new {name}\n", encoding="utf-8")
    return Tree(path, "0.3.34")


def texts(root: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in (root / "openblas_src" / "licenses").iterdir()}


def before(root: Path) -> dict[str, str]:
    folder = root / "openblas_src" / "licenses"
    folder.mkdir(parents=True)
    (folder / "Older.txt").write_text("older\n", encoding="utf-8")
    return texts(root)


def test_licences_of_a_build_that_succeeds_stay(tmp_path: Path, tree: Tree) -> None:
    before(tmp_path)
    with project.licenses(tmp_path, tree):
        inside = texts(tmp_path)
    assert set(inside) == {f"{name}.txt" for name in tree.licenses}
    assert texts(tmp_path) == inside


@pytest.mark.parametrize("keep", [True, False])
def test_licences_of_another_come_back(tmp_path: Path, tree: Tree, keep: bool) -> None:
    expected = before(tmp_path)
    with pytest.raises(KeyboardInterrupt), project.licenses(tmp_path, tree, keep=keep):
        raise KeyboardInterrupt
    assert texts(tmp_path) == expected


def test_metadata_alone_change_no_licence(tmp_path: Path, tree: Tree) -> None:
    expected = before(tmp_path)
    with project.licenses(tmp_path, tree, keep=False):
        assert texts(tmp_path) != expected
    assert texts(tmp_path) == expected


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (PermissionError(13, "Permission denied", "/x/y"), "/x/y: Permission denied\ngive this user the right"),
        (OSError(28, "No space left on device", "/x"), "/x: No space left on device\nmake room there"),
        (OSError(30, "Read-only file system", b"/x"), "/x: Read-only file system\nthe file system is read-only"),
        (OSError("some words"), "some words"),
        (KeyboardInterrupt(), "interrupted"),
    ],
)
def test_what_the_system_refuses_is_told(error: BaseException, text: str) -> None:
    assert told(error).startswith(text)
    assert len(told(OSError(36, "File name too long", "/" + "x" * 5000))) < 300
