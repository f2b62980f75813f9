"""Getting the source: verified, unpacked inside its folder, assembled whole or not at all."""

from __future__ import annotations

import hashlib
import json
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Callable

import pytest

from openblas_build import project
from openblas_build.errors import ChecksumError, SourceError, UnreachableError
from openblas_build.settings import Settings
from openblas_build.sources import archives_of, locate
from openblas_build.sources.cache import Cache
from openblas_build.sources.http import download
from openblas_build.sources.lock import Archive, Lock
from openblas_build.sources.tree import Tree
from openblas_build.sources.unpack import unpack
from small_sources import CMAKE, release, tar_of


def checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def link(name: str, target: str, kind: bytes = tarfile.SYMTYPE) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


class Server:
    """A server with one file and the faults of real ones."""

    def __init__(self) -> None:
        self.content = b""
        self.break_after: int | None = None
        self.ranges = True
        self.requests: list[str | None] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                wanted = self.headers.get("Range")
                outer.requests.append(wanted)
                if self.path != "/file.tar.gz":
                    self.send_error(404)
                    return
                start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and outer.ranges else 0
                if start >= len(outer.content) > 0:
                    self.send_error(416)
                    return
                rest = outer.content[start:]
                self.send_response(206 if start else 200)
                self.send_header("Content-Length", str(len(rest)))
                self.end_headers()
                if outer.break_after is not None:
                    rest, outer.break_after = rest[: outer.break_after], None
                self.wfile.write(rest)

            def log_message(self, *_: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}/file.tar.gz"
        self._thread = threading.Thread(target=self._http.serve_forever)
        self._thread.start()

    def close(self) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def archive(self) -> Archive:
        return Archive("openblas", "file.tar.gz", hashlib.sha256(self.content).hexdigest(), url=self.url)


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An openblas_src folder with an empty lock."""
    path = tmp_path / "openblas_src"
    path.mkdir()
    return path


def write_lock(folder: Path, *sources: str) -> None:
    (folder / "sources.toml").write_text("build-number = 2\n" + "\n".join(sources), encoding="utf-8")


def release_entry(url: str, sha256: str, version: str = "0.3.34") -> str:
    return (
        f'[[source]]\nkind = "release"\nversion = "{version}"\n'
        f'[[source.archive]]\nrole = "openblas"\nurl = "{url}"\nsha256 = "{sha256}"\n'
    )


# --- downloads -----------------------------------------------------------------------------------


def test_download_is_kept_and_not_repeated(server: Server, tmp_path: Path) -> None:
    server.content = b"x" * 300_000
    cache = Cache(tmp_path / "cache")
    path = cache.get(server.archive(), download)
    assert path.read_bytes() == server.content
    assert cache.get(server.archive(), download) == path
    assert len(server.requests) == 1


def test_broken_download_goes_on_where_it_stopped(server: Server, tmp_path: Path) -> None:
    server.content = bytes(range(256)) * 1000
    server.break_after = 100_000
    path = Cache(tmp_path).get(server.archive(), download)
    assert path.read_bytes() == server.content
    assert server.requests == [None, "bytes=100000-"]


def test_broken_download_starts_again_where_the_server_cannot_resume(server: Server, tmp_path: Path) -> None:
    server.content = bytes(range(256)) * 1000
    server.break_after, server.ranges = 100_000, False
    assert Cache(tmp_path).get(server.archive(), download).read_bytes() == server.content


def test_leftover_of_another_file_is_thrown_away(server: Server, tmp_path: Path) -> None:
    server.content = b"right" * 1000
    cache = Cache(tmp_path)
    part = cache.path(server.archive()).with_name(cache.path(server.archive()).name + ".part")
    part.write_bytes(b"x" * 10_000)
    assert cache.get(server.archive(), download).read_bytes() == server.content


def test_wrong_checksum_says_what_was_expected_and_found(server: Server, tmp_path: Path) -> None:
    server.content = b"right"
    archive = server.archive()
    server.content = b"wrong"
    cache = Cache(tmp_path)
    with pytest.raises(ChecksumError) as caught:
        cache.get(archive, download)
    text = str(caught.value)
    assert "file.tar.gz" in text
    assert archive.sha256 in text
    assert hashlib.sha256(b"wrong").hexdigest() in text
    assert [path.name for path in tmp_path.iterdir() if not path.name.endswith(".lock")] == []


def test_damaged_cache_is_repaired(server: Server, tmp_path: Path) -> None:
    server.content = b"content"
    cache = Cache(tmp_path)
    cache.get(server.archive(), download).write_bytes(b"damaged")
    assert cache.get(server.archive(), download).read_bytes() == b"content"


def test_missing_file_is_unreachable(server: Server, tmp_path: Path) -> None:
    archive = Archive("openblas", "x", "0" * 64, url=server.url + ".not")
    with pytest.raises(UnreachableError, match="404"):
        Cache(tmp_path).get(archive, download)


def test_dead_server_is_unreachable(tmp_path: Path) -> None:
    archive = Archive("openblas", "x", "0" * 64, url="http://127.0.0.1:9/x")
    with pytest.raises(UnreachableError, match="cannot be reached"):
        Cache(tmp_path).get(archive, download)


def test_two_at_once_download_once(server: Server, tmp_path: Path) -> None:
    server.content = b"x" * 1_000_000
    found: list[Path] = []
    threads = [
        threading.Thread(target=lambda: found.append(Cache(tmp_path).get(server.archive(), download))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(server.requests) == 1


def test_cache_follows_xdg(tmp_path: Path) -> None:
    assert Cache.of_user({"XDG_CACHE_HOME": str(tmp_path)}).folder.is_relative_to(tmp_path)
    assert Cache.of_user({"XDG_CACHE_HOME": "relative"}).folder.is_relative_to(Path.home())


# --- unpacking -----------------------------------------------------------------------------------


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


# --- the whole way -------------------------------------------------------------------------------

Locate = Callable[[Settings], Tree]


@pytest.fixture
def find(folder: Path, tmp_path: Path) -> Locate:
    return lambda settings: locate(settings, folder, {"XDG_CACHE_HOME": str(tmp_path / "cache")})


def test_release_is_brought_and_recorded(server: Server, folder: Path, tmp_path: Path, find: Locate) -> None:
    server.content = release(tmp_path / "r.tar.gz").read_bytes()
    sha256 = hashlib.sha256(server.content).hexdigest()
    write_lock(folder, release_entry(server.url, sha256))
    tree = find(Settings())
    assert tree.version == "0.3.34"
    assert tree.wheel_version(2) == "0.3.34.0.2"
    record = json.loads((tree.path / "openblas-provenance.json").read_text())
    assert record["archives"] == [{"role": "openblas", "name": "file.tar.gz", "sha256": sha256}]
    # The second time it is there.
    assert find(Settings()).path == tree.path
    assert len(server.requests) == 1
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


def test_unreachable_way_is_passed_over_with_one_line(
    server: Server, folder: Path, tmp_path: Path, find: Locate, capsys: pytest.CaptureFixture[str]
) -> None:
    server.content = release(tmp_path / "r.tar.gz", patch="29").read_bytes()
    sha256 = hashlib.sha256(server.content).hexdigest()
    write_lock(
        folder,
        release_entry("http://127.0.0.1:9/OpenBLAS.tar.gz", "0" * 64),
        release_entry(server.url, sha256, version="0.3.29"),
    )
    # The version follows the source that was really used.
    assert find(Settings()).wheel_version(0) == "0.3.29.0.0"
    lines = [line for line in capsys.readouterr().out.splitlines() if "passing over" in line]
    assert len(lines) == 1
    assert "the upstream release 0.3.34" in lines[0]


def test_wrong_checksum_stops_and_does_not_pass_over(
    server: Server, folder: Path, tmp_path: Path, find: Locate
) -> None:
    server.content = release(tmp_path / "r.tar.gz").read_bytes()
    good = hashlib.sha256(server.content).hexdigest()
    write_lock(folder, release_entry(server.url, "0" * 64), release_entry(server.url, good))
    with pytest.raises(ChecksumError, match=r"file\.tar\.gz"):
        find(Settings())
    assert [path.name for path in folder.iterdir()] == ["sources.toml"]


def test_no_way_at_all_says_what_to_do(folder: Path, find: Locate) -> None:
    write_lock(folder, release_entry("http://127.0.0.1:9/OpenBLAS.tar.gz", "0" * 64))
    with pytest.raises(SourceError, match=r"(?s)127\.0\.0\.1:9.*-C openblas\.source=FILE"):
        find(Settings())


def test_given_folder_and_archive_come_first(folder: Path, tmp_path: Path, find: Locate) -> None:
    write_lock(folder, release_entry("http://127.0.0.1:9/OpenBLAS.tar.gz", "0" * 64))
    archive = release(tmp_path / "mine.tar.gz", patch="33")
    tree = find(Settings(source=archive))
    assert tree.version == "0.3.33"
    assert tree.provenance["archives"][0]["sha256"] == checksum(archive)
    assert find(Settings(source=tree.path)).version == "0.3.33"
    assert find(Settings(source=archive)).path == tree.path


def test_tree_in_the_folder_is_taken(folder: Path, tmp_path: Path, find: Locate) -> None:
    write_lock(folder, release_entry("http://127.0.0.1:9/OpenBLAS.tar.gz", "0" * 64))
    unpack(release(tmp_path / "x.tar.gz", patch="30"), tmp_path / "unpacked")
    (tmp_path / "unpacked" / "OpenBLAS-0.3.34").rename(folder / "OpenBLAS")
    assert find(Settings()).version == "0.3.30"


def test_two_unknown_trees_are_a_question(folder: Path, tmp_path: Path, find: Locate) -> None:
    write_lock(folder, release_entry("http://127.0.0.1:9/OpenBLAS.tar.gz", "0" * 64))
    for name in ("one", "two"):
        unpack(release(tmp_path / f"{name}.tar.gz"), tmp_path / name)
        (tmp_path / name / "OpenBLAS-0.3.34").rename(folder / name)
    with pytest.raises(SourceError, match=r"more than one OpenBLAS tree.*one, two"):
        find(Settings())


def test_tree_of_an_older_lock_is_not_taken_for_the_new(
    server: Server, folder: Path, tmp_path: Path, find: Locate
) -> None:
    server.content = release(tmp_path / "r.tar.gz").read_bytes()
    write_lock(folder, release_entry(server.url, hashlib.sha256(server.content).hexdigest()))
    find(Settings())
    write_lock(folder, release_entry(server.url, "1" * 64))
    with pytest.raises(SourceError, match="other archives than the lock names; remove it"):
        find(Settings())


def test_tree_without_lapack_says_so(folder: Path, tmp_path: Path, find: Locate) -> None:
    write_lock(folder, release_entry("http://127.0.0.1:9/OpenBLAS.tar.gz", "0" * 64))
    archive = tar_of({"OpenBLAS/CMakeLists.txt": CMAKE.format(patch=34)}, tmp_path / "ds.tar.gz")
    with pytest.raises(SourceError, match="lapack-netlib is missing"):
        find(Settings(source=archive))
    assert not list(folder.glob("given-*"))


def test_development_tree_is_not_called_a_release(tmp_path: Path) -> None:
    unpack(release(tmp_path / "x.tar.gz", patch="34.dev"), tmp_path / "dev")
    tree = Tree.open(tmp_path / "dev" / "OpenBLAS-0.3.34")
    assert tree.wheel_version(0) == "0.3.34.0.0+dev"


def test_broken_lock_is_told(folder: Path, find: Locate) -> None:
    (folder / "sources.toml").write_text("build-number = \n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"sources\.toml is broken"):
        find(Settings())


def test_the_real_lock_is_sound() -> None:
    lock = Lock.read(Path(__file__).parents[2] / "openblas_src" / "sources.toml")
    assert [source.kind for source in lock.sources] == ["release", "debian", "debian"]
    assert all(len(archive.sha256) == 64 for source in lock.sources for archive in source.archives)


# --- source distributions ------------------------------------------------------------------------


def test_carried_archives_are_used_without_a_network(folder: Path, tmp_path: Path, find: Locate) -> None:
    archive = release(tmp_path / "r.tar.gz")
    write_lock(
        folder,
        release_entry("http://127.0.0.1:9/other.tar.gz", "0" * 64, version="0.3.99"),
        release_entry("http://127.0.0.1:9/OpenBLAS.tar.gz", checksum(archive)),
    )
    (folder / "archives").mkdir()
    archive.rename(folder / "archives" / "OpenBLAS.tar.gz")
    tree = find(Settings())
    assert tree.version == "0.3.34"
    assert archives_of(tree, folder, {"XDG_CACHE_HOME": str(tmp_path)}) == {
        "OpenBLAS.tar.gz": folder / "archives" / "OpenBLAS.tar.gz"
    }


def test_archives_are_collected_as_often_as_one_likes(
    server: Server, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    server.content = release(tmp_path / "r.tar.gz").read_bytes()
    write_lock(folder, release_entry(server.url, hashlib.sha256(server.content).hexdigest()))
    tree = project.locate_tree(tmp_path, Settings())
    carried = folder / "archives"
    carried.mkdir()
    (carried / "stale.tar.gz").touch()
    for _ in range(2):
        project.collect_archives(tmp_path, tree)
        assert {path.name: path.read_bytes() for path in carried.iterdir()} == {"file.tar.gz": server.content}


def test_damaged_carried_archive_stops(folder: Path, tmp_path: Path, find: Locate) -> None:
    archive = release(tmp_path / "r.tar.gz")
    write_lock(folder, release_entry("http://127.0.0.1:9/OpenBLAS.tar.gz", "0" * 64))
    (folder / "archives").mkdir()
    archive.rename(folder / "archives" / "OpenBLAS.tar.gz")
    with pytest.raises(ChecksumError, match=r"OpenBLAS\.tar\.gz"):
        find(Settings())


def test_unlocked_tree_cannot_be_carried(folder: Path, tmp_path: Path, find: Locate) -> None:
    write_lock(folder, release_entry("http://127.0.0.1:9/OpenBLAS.tar.gz", "0" * 64))
    tree = find(Settings(source=release(tmp_path / "mine.tar.gz")))
    with pytest.raises(SourceError, match="not made of archives that the lock names"):
        archives_of(tree, folder, {"XDG_CACHE_HOME": str(tmp_path)})
