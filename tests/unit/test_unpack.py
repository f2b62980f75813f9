"""An archive is unpacked into its folder, and nowhere else."""

from __future__ import annotations

import gzip
import hashlib
import io
import lzma
import os
import stat
import tarfile
import time
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Union

import pytest

from openblas_build.errors import SourceError
from openblas_build.sources import layout
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
    with pytest.raises(SourceError, match="special file: 'a/null'"):
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


# --- members that get at others through links ---------------------------------------------------------


def file(name: str, content: bytes = b"hostile", kind: bytes = tarfile.REGTYPE) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.type, info.size = kind, len(content)
    return info, content


def special(name: str, kind: bytes) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = kind
    return info


Entry = Union[tarfile.TarInfo, tuple[tarfile.TarInfo, bytes]]
Members = Iterable[Entry]


def packed(path: Path, members: Members) -> Path:
    with tarfile.open(path, "w:gz", format=tarfile.PAX_FORMAT) as tar:
        for member in members:
            info, content = member if isinstance(member, tuple) else (member, b"")
            tar.addfile(info, io.BytesIO(content))
    return path


HARD = tarfile.LNKTYPE
HOSTILE: dict[str, list[Entry]] = {
    "a chain of links": [link("L", "."), link("M", "L/L/.."), file("M/x")],
    "a file through links that look as if they stayed": [link("L", "."), link("M", "L/../victim"), file("M")],
    "a link through a link": [link("a/L", "."), link("a/M", "L/../..")],
    "a link through the link that it is": [link("L", "L/..")],
    "a link through a later link": [link("M", "a/L/../../x"), link("a/L", "b/c/d/e"), special("a/b", tarfile.DIRTYPE)],
    "a file in the place of a link": [link("L", "victim"), file("L")],
    "a link in the place of a file": [file("L"), link("L", "victim"), file("L")],
    "a file by another spelling of a link": [link("a/L", "../victim"), file("./a//L")],
    "a link twice": [link("L", "x"), link("L", "y")],
    "a folder in the place of a link": [link("L", "."), special("L", tarfile.DIRTYPE), file("L/x")],
    "a hard link in the place of a link": [file("f"), link("L", "x"), link("L", "f", HARD)],
    "a file below a later link": [file("a/L/x"), link("a/L", "..")],
    "a file below a file": [file("f"), file("f/x")],
    "a hard link through a link": [link("L", "."), file("f"), link("H", "L/f", HARD)],
    "a hard link to a link": [link("L", "../victim".replace("../", "")), link("H", "L", HARD), file("H")],
    "a hard link below a link": [link("L", "."), file("f"), link("L/H", "f", HARD)],
    "a hard link to nothing": [link("H", "victim", HARD)],
    "a hard link to a later file": [link("H", "f", HARD), file("f")],
    "a hard link to a folder": [special("d", tarfile.DIRTYPE), link("H", "d", HARD)],
    "an absolute hard link": [link("H", "/etc/passwd", HARD)],
    "a link to nothing": [link("L", "")],
    "a link with a backslash": [link("L", "..\\x")],
    "a FIFO": [special("a/f", tarfile.FIFOTYPE)],
    "a character device": [special("a/f", tarfile.CHRTYPE)],
    "a block device": [special("a/f", tarfile.BLKTYPE)],
    "an unknown type": [special("a/f", b"Z")],
    "a file for the folder itself": [file(".")],
    "a link for the folder itself": [link(".", "x")],
    "an absolute name": [file("/etc/x")],
}


@pytest.mark.parametrize("members", HOSTILE.values(), ids=HOSTILE)
def test_hostile_archives_are_refused_before_anything_is_written(tmp_path: Path, members: Members) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "victim").write_text("mine")
    path = packed(tmp_path / "x.tar.gz", members)
    with pytest.raises(SourceError, match=r"^cannot unpack .*x\.tar\.gz: it has .*") as caught:
        unpack(path, tmp_path / "deep" / "out")
    assert len(str(caught.value).splitlines()) == 1
    assert sorted(each.name for each in tmp_path.rglob("*")) == ["deep", "victim", "x.tar.gz"]
    assert (tmp_path / "deep" / "victim").read_text() == "mine"


def test_rights_are_those_of_plain_files(tmp_path: Path) -> None:
    members = []
    for name, mode in (("plain", 0o7666), ("program", 0o6777), ("secret", 0o000)):
        info, content = file(name)
        info.mode, info.uid, info.mtime = mode, 12345, 1_000_000_000
        members.append((info, content))
    unpack(packed(tmp_path / "x.tar.gz", members), tmp_path / "out")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "out").iterdir()}
    assert modes == {"plain": 0o644, "program": 0o755, "secret": 0o644}
    assert {path.stat().st_uid for path in (tmp_path / "out").iterdir()} == {os.geteuid()}
    assert {path.stat().st_mtime for path in (tmp_path / "out").iterdir()} == {1_000_000_000}


def test_hard_links_become_files_of_their_own(tmp_path: Path) -> None:
    members: list[Entry] = [file("a/f", b"x"), link("a/g", "a/f", HARD), link("h", "a/g", HARD)]
    unpack(packed(tmp_path / "x.tar.gz", members), tmp_path / "out")
    (tmp_path / "out/a/f").write_text("changed")
    assert [(tmp_path / "out" / name).read_bytes() for name in ("a/g", "h")] == [b"x", b"x"]


def test_links_to_links_inside_are_kept(tmp_path: Path) -> None:
    members: list[Entry] = [
        link("lib.so", "lib.so.1"),
        link("lib.so.1", "./lib.so.1.2"),
        file("lib.so.1.2", b"x"),
        special(".", b"5"),
    ]
    unpack(packed(tmp_path / "x.tar.gz", members), tmp_path / "out")
    assert (tmp_path / "out/lib.so").read_bytes() == b"x"


@pytest.mark.parametrize("mode", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK])
def test_zip_links_and_special_files_are_refused(tmp_path: Path, mode: int) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as zipped:
        info = zipfile.ZipInfo("L")
        info.external_attr = (mode | 0o777) << 16
        zipped.writestr(info, "..")
        zipped.writestr("L/x", "x")
    with pytest.raises(SourceError, match="special file: 'L'"):
        unpack(tmp_path / "x.zip", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_zip_names_are_there_once(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as zipped:
        zipped.writestr("a/x", "x")
        zipped.writestr("a/./x", "y")
    with pytest.raises(SourceError, match=r"'a/\./x' twice"):
        unpack(tmp_path / "x.zip", tmp_path / "out")


def test_zip_is_unpacked_whatever_its_name(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.tar.gz", "w", zipfile.ZIP_DEFLATED) as zipped:
        info = zipfile.ZipInfo("a/run")
        info.external_attr = (stat.S_IFREG | 0o4755) << 16
        zipped.writestr(info, "x")
        zipped.writestr("a/b/", "")
    unpack(tmp_path / "x.tar.gz", tmp_path / "out")
    assert stat.S_IMODE((tmp_path / "out/a/run").stat().st_mode) == 0o755
    assert (tmp_path / "out/a/b").is_dir()


def test_more_than_any_source_has_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = packed(tmp_path / "x.tar.gz", [file("f", bytes(600)), link("g", "f", HARD)])
    monkeypatch.setattr(layout, "MOST_BYTES", 1000)
    with pytest.raises(SourceError, match=r"more than .* members, or 1,000 bytes"):
        unpack(path, tmp_path / "out")


# --- archives that are cut -----------------------------------------------------------------------------


def plain_tar(path: Path) -> bytes:
    return gzip.decompress(packed(path, [file(f"f{number}", bytes(700)) for number in range(4)]).read_bytes())


# In a header, in a file, between two members, before the end's mark.
@pytest.mark.parametrize("length", [100, 600, 1536, 1600, 3072, 6144])
@pytest.mark.parametrize("compress", [bytes, gzip.compress, lzma.compress], ids=["tar", "gz", "xz"])
def test_a_tar_that_ends_early_is_cut(tmp_path: Path, length: int, compress: type[bytes]) -> None:
    whole = plain_tar(tmp_path / "whole.tar.gz")
    path = tmp_path / "x.tar"
    path.write_bytes(compress(whole[:length]))
    with pytest.raises(
        SourceError, match=r"^cannot unpack .*x\.tar: it is (cut or damaged \(|neither a tar)"
    ) as caught:
        unpack(path, tmp_path / "out")
    assert len(str(caught.value).splitlines()) == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("compress", [gzip.compress, lzma.compress], ids=["gz", "xz"])
def test_a_compressed_file_that_is_cut_or_damaged(tmp_path: Path, compress: type[bytes]) -> None:
    whole = compress(plain_tar(tmp_path / "whole.tar.gz"))
    middle = len(whole) // 2
    for content in (whole[:middle], whole[:-1], whole[:middle] + b"damaged!" + whole[middle + 8 :]):
        (tmp_path / "x").write_bytes(content)
        with pytest.raises(SourceError, match=r"^cannot unpack .*: it is cut or damaged \("):
            unpack(tmp_path / "x", tmp_path / "out")
        assert not (tmp_path / "out").exists()


def test_a_damaged_header_is_not_taken_for_the_end(tmp_path: Path) -> None:
    content = bytearray(plain_tar(tmp_path / "whole.tar.gz"))
    content[1536 + 148] ^= 1  # in the second header's checksum
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(SourceError, match=r"cut or damaged \(bad checksum\)"):
        unpack(tmp_path / "x", tmp_path / "out")


def test_a_long_name_without_end_is_not_read(tmp_path: Path) -> None:
    info = special("x", tarfile.XHDTYPE)
    info.size = 1 << 40
    (tmp_path / "x").write_bytes(info.tobuf(tarfile.GNU_FORMAT))
    with pytest.raises(SourceError, match=r"cut or damaged \(a header of 1,099,511,627,776 bytes\)"):
        unpack(tmp_path / "x", tmp_path / "out")


@pytest.mark.parametrize("content", [b"", b"text\n" * 1000, bytes(5000)], ids=["empty", "text", "zeros"])
def test_no_archive_says_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(SourceError, match=r"cannot unpack .*x: it is (empty|neither a tar .* nor a zip archive)$"):
        unpack(tmp_path / "x", tmp_path / "out")


@pytest.mark.parametrize("device", ["/dev/zero", "FIFO"])
def test_what_is_no_file_is_not_read(tmp_path: Path, device: str) -> None:
    os.mkfifo(tmp_path / "FIFO")
    began = time.monotonic()
    with pytest.raises(SourceError, match="where a file should be"):
        unpack(tmp_path / device, tmp_path / "out")
    assert time.monotonic() - began < 1


def test_a_folder_that_is_there_already_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").touch()
    with pytest.raises(SourceError, match="cannot make the folder"):
        unpack(tar_of({"a": "x"}, tmp_path / "x.tar.gz"), tmp_path / "out")
    assert (tmp_path / "out" / "mine").exists()


# --- the archives of the lock ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["lapack_3.12.1.orig.tar.gz", "openblas_0.3.34+ds.orig.tar.xz"])
def test_real_archives_are_unpacked_as_tar_does(tmp_path: Path, name: str) -> None:
    archive = Path(os.environ.get("SCIPY_OPENBLAS_ARCHIVES", ""), name)
    if not archive.is_file():
        pytest.skip("the lock's archives are not on this machine")
    unpack(archive, tmp_path / "out")
    there = {path.relative_to(tmp_path / "out").as_posix(): path for path in (tmp_path / "out").rglob("*")}
    with tarfile.open(archive) as tar:
        for info in tar:
            path = there.pop(info.name)
            assert path.is_dir() == info.isdir()
            content = tar.extractfile(info)
            if content is not None:
                assert hashlib.sha256(path.read_bytes()).digest() == hashlib.sha256(content.read()).digest()
                assert (path.stat().st_mtime, bool(path.stat().st_mode & 0o100)) == (
                    info.mtime,
                    bool(info.mode & 0o100),
                )
    assert not there
