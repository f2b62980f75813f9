"""Downloads and the cache: gone on with where they broke, verified, one for all who ask at once."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from openblas_build.errors import ChecksumError, SourceError, UnreachableError
from openblas_build.sources.cache import Cache
from openblas_build.sources.http import download
from openblas_build.sources.lock import Archive
from small_server import Server


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


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
    archive = Archive("openblas", "x", "0" * 64, url=f"{server.url}/not-there")
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


def test_damaged_cache_is_as_good_as_none(server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    server.content = b"content"
    cache = Cache(tmp_path / "cache")
    assert cache.find(server.archive()) is None
    path = cache.get(server.archive(), download)
    assert cache.find(server.archive()) == path
    path.write_bytes(b"con")
    assert cache.find(server.archive()) is None
    assert "is damaged and is not used" in capsys.readouterr().out


def test_folder_in_the_place_of_an_archive_is_told(server: Server, tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.path(server.archive()).mkdir()
    for ask in (cache.find, lambda archive: cache.get(archive, download)):
        with pytest.raises(SourceError, match=r"file\.tar\.gz is a folder, where a file should be; remove it"):
            ask(server.archive())


def test_cache_that_cannot_be_written_is_told(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SourceError, match=r"(?s)cannot write to the cache.*XDG_CACHE_HOME.*openblas\.archives=FOLDER"):
        Cache(tmp_path / "file" / "cache").get(server.archive(), download)
