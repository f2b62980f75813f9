"""An archive is unpacked into its folder, and nowhere else."""

from __future__ import annotations

import tarfile
import zipfile
from pathlib import Path

import pytest

from openblas_build.errors import SourceError
from openblas_build.sources.unpack import unpack
from small_sources import tar_of


def link(name: str, target: str, kind: bytes = tarfile.SYMTYPE) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


@pytest.mark.parametrize("name", ["/etc/x", "../x", "a/../../x", "a\\..\\x"])
def test_names_that_lead_outside_are_refused(tmp_path: Path, name: str) -> None:
    path = tar_of({"a/good": "x", name: "x"}, tmp_path / "x.tar.gz")
    with pytest.raises(SourceError, match="outside"):
        unpack(path, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    "bad",
    [
        link("a/link", "/etc/passwd"),
        link("a/link", "../../x"),
        link("link", ".."),
        link("a/link", "../x", tarfile.LNKTYPE),
    ],
    ids=lambda info: f"{info.name}->{info.linkname}",
)
def test_links_that_lead_outside_are_refused(tmp_path: Path, bad: tarfile.TarInfo) -> None:
    path = tar_of({"a/good": "x"}, tmp_path / "x.tar.gz", bad)
    with pytest.raises(SourceError, match="outside"):
        unpack(path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_device_files_are_refused(tmp_path: Path) -> None:
    device = tarfile.TarInfo("a/null")
    device.type, device.devmajor, device.devminor = tarfile.CHRTYPE, 1, 3
    with pytest.raises(SourceError, match="special file: a/null"):
        unpack(tar_of({}, tmp_path / "x.tar.gz", device), tmp_path / "out")


def test_files_below_a_link_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        tar.addfile(link("a/inside", "."))
        tar.addfile(tarfile.TarInfo("a/inside/file"))
    with pytest.raises(SourceError, match="below the link"):
        unpack(path, tmp_path / "out")


def test_links_inside_are_kept(tmp_path: Path) -> None:
    path = tar_of({"a/file": "x"}, tmp_path / "x.tar.gz", link("a/link", "file"), link("b/up", "../a/file"))
    unpack(path, tmp_path / "out")
    assert (tmp_path / "out/a/link").read_text() == "x"
    assert (tmp_path / "out/b/up").read_text() == "x"


@pytest.mark.parametrize("name", ["/x", "../x", "a/../../x"])
def test_zip_names_are_checked_too(tmp_path: Path, name: str) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(name, "x")
    with pytest.raises(SourceError, match="outside"):
        unpack(path, tmp_path / "out")


@pytest.mark.parametrize("content", [b"", b"no archive", b"\x1f\x8b cut"])
def test_what_is_no_archive_is_an_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.tar.gz"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"cannot unpack .*x\.tar\.gz"):
        unpack(path, tmp_path / "out")
    assert not (tmp_path / "out").exists()
