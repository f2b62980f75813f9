"""Downloads and the cache: gone on with where they broke, verified, one for all who ask at once."""

from __future__ import annotations

import hashlib
import itertools
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Callable

import pytest

from openblas_build.errors import ChecksumError, SourceError, UnreachableError
from openblas_build.held import held
from openblas_build.sources.apt import DebianArchive
from openblas_build.sources.cache import Cache
from openblas_build.sources.http import download
from openblas_build.sources.lock import Archive, Size
from openblas_build.sources.pace import Patience
from openblas_build.sources.partial import PartialFile
from small_server import Script, Server


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
    server.content = b"wrong"  # of the same size
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
    archive = Archive("openblas", "x", "0" * 64, Size(1), url=f"{server.url}/not-there")
    with pytest.raises(UnreachableError, match="404"):
        Cache(tmp_path).get(archive, download)


def test_dead_server_is_unreachable(tmp_path: Path) -> None:
    archive = Archive("openblas", "x", "0" * 64, Size(1), url="http://127.0.0.1:9/x")
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


# --- never more bytes than the lock says ----------------------------------------------------------------

CONTENT = bytes(range(256)) * 256  # 64 KiB
HEAD = b"HTTP/1.1 200 OK\r\n"
HASTY = Patience(connect=2, silence=0.4, window=1, rate=1000)

Scripted = Callable[..., Script]


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    running: list[Script] = []

    def start(pieces: Callable[[], Iterable[bytes]], pause: float = 0) -> Script:
        running.append(Script(pieces, pause))
        return running[-1]

    yield start
    for each in running:
        each.close()


def wanted(url: str, content: bytes = CONTENT, size: Size | None = None) -> Archive:
    digest = hashlib.sha256(content).hexdigest()
    return Archive("openblas", "file.tar.gz", digest, size or Size(len(content)), url=url)


def hasty(archive: Archive, path: Path) -> None:
    download(archive, path, HASTY)


def endless_chunks() -> Iterator[bytes]:
    yield HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    yield from itertools.repeat(b"10000\r\n" + bytes(0x10000) + b"\r\n")


def endless() -> Iterator[bytes]:
    yield HEAD + b"\r\n"
    yield from itertools.repeat(bytes(0x10000))


def said(length: bytes, body: Iterable[bytes]) -> Callable[[], Iterable[bytes]]:
    return lambda: [HEAD + b"Content-Length: " + length + b"\r\n\r\n", *body]


TOO_MUCH = {
    "chunks without end": endless_chunks,
    "no length and no end": endless,
    "one byte more": lambda: [HEAD + b"\r\n", CONTENT, b"x"],
    "a length of 1 TB": said(b"1000000000000", [CONTENT]),
    "a length that is none": said(b"many", [CONTENT, CONTENT]),
    "a negative length": said(b"-5", [CONTENT, CONTENT]),
    "too short a length": said(b"100", [CONTENT]),
}


@pytest.mark.parametrize("size", [Size(len(CONTENT)), Size(len(CONTENT), exact=False)], ids=["size", "limit"])
@pytest.mark.parametrize("pieces", TOO_MUCH.values(), ids=TOO_MUCH)
def test_no_byte_beyond_the_size_is_taken(
    scripted: Scripted, tmp_path: Path, pieces: Callable[[], Iterable[bytes]], size: Size
) -> None:
    server = scripted(pieces)
    with pytest.raises(ChecksumError, match=r"^wrong (size|checksum) of file\.tar\.gz") as caught:
        Cache(tmp_path).get(wanted(server.url, size=size), hasty)
    if "wrong size" in str(caught.value):
        assert len(str(caught.value).splitlines()) == 1 or "it is cut" in str(caught.value)
    assert server.requests == 1
    assert server.sent < 20_000_000  # what was under way in the buffers between
    assert [path.suffix for path in tmp_path.iterdir()] == [".lock"]


def test_nothing_beyond_the_size_is_written(
    scripted: Scripted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part, written = tmp_path / "part", 0
    archive = wanted(scripted(endless_chunks).url)
    write = PartialFile.write

    def counted(self: PartialFile, block: bytes) -> None:
        nonlocal written
        written += len(block)
        write(self, block)

    monkeypatch.setattr(PartialFile, "write", counted)
    with pytest.raises(ChecksumError, match="sends more than the lock's 65,536 bytes"):
        download(archive, part, HASTY)
    assert written == len(CONTENT)
    assert not part.exists()


def test_short_answer_is_told(scripted: Scripted, tmp_path: Path) -> None:
    server = scripted(lambda: [HEAD + b"\r\n", CONTENT[:1000]])
    with pytest.raises(UnreachableError, match=r"tried 2 times, .*ended after 1,000 bytes of 65,536$") as caught:
        Cache(tmp_path).get(wanted(server.url), hasty)
    assert server.url in str(caught.value)
    assert server.requests == 2


def test_limit_takes_any_size_below(scripted: Scripted, tmp_path: Path) -> None:
    server = scripted(said(b"65536", [CONTENT]))
    archive = wanted(server.url, size=Size(100_000, exact=False))
    assert Cache(tmp_path).get(archive, hasty).read_bytes() == CONTENT


def test_a_connection_that_stays_open_is_not_waited_for_long(scripted: Scripted, tmp_path: Path) -> None:
    server = scripted(lambda: itertools.chain([HEAD + b"\r\n", CONTENT], itertools.repeat(b"")), pause=0.1)
    assert Cache(tmp_path).get(wanted(server.url), hasty).read_bytes() == CONTENT


# --- given up in time ---------------------------------------------------------------------------------


def one_by_one(head: bytes) -> Callable[[], Iterable[bytes]]:
    return lambda: itertools.chain([head], itertools.repeat(b"1"))


SLOW = {
    "nothing at all": (lambda: itertools.repeat(b""), "nothing came for 0.4 seconds"),
    "half a head": (lambda: itertools.chain([HEAD], itertools.repeat(b"")), "nothing came for 0.4 seconds"),
    "a body that stops": (lambda: itertools.chain([HEAD + b"\r\n"], itertools.repeat(b"")), "nothing came"),
    "a head byte by byte": (one_by_one(HEAD + b"X-Header: "), "is too slow"),
    "a body byte by byte": (one_by_one(HEAD + b"\r\n"), "is too slow: .* bytes in 1 seconds, fewer than 1,000"),
    "a chunk's head byte by byte": (
        one_by_one(HEAD + b"Transfer-Encoding: chunked\r\n\r\n10;x="),
        "is too slow",
    ),
}


@pytest.mark.parametrize(("pieces", "told"), SLOW.values(), ids=SLOW)
def test_a_server_that_does_not_answer_is_given_up(
    scripted: Scripted, tmp_path: Path, pieces: Callable[[], Iterable[bytes]], told: str
) -> None:
    server, began = scripted(pieces, pause=0.05), time.monotonic()
    with pytest.raises(UnreachableError, match=told) as caught:
        Cache(tmp_path).get(wanted(server.url), hasty)
    assert server.url in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    assert time.monotonic() - began < 5


def test_real_patience_is_counted_in_seconds_not_hours() -> None:
    assert max(Patience().connect, Patience().silence, Patience().window) <= 30


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "data:,x", "gopher://x/"])
@pytest.mark.parametrize("code", [301, 302, 303, 307])
def test_redirects_lead_to_the_web_only(scripted: Scripted, tmp_path: Path, target: str, code: int) -> None:
    server = scripted(lambda: [f"HTTP/1.1 {code} Found\r\nLocation: {target}\r\n\r\n".encode()])
    with pytest.raises(UnreachableError, match="only http and https are followed"):
        Cache(tmp_path).get(wanted(server.url), hasty)


def test_redirects_of_the_web_are_followed(scripted: Scripted, server: Server, tmp_path: Path) -> None:
    server.content = CONTENT
    target = f"{server.url}/file.tar.gz"
    first = scripted(lambda: [f"HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n".encode()])
    assert Cache(tmp_path).get(wanted(first.url), hasty).read_bytes() == CONTENT


def test_addresses_of_the_lock_are_of_the_web_only(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(CONTENT)
    with pytest.raises(UnreachableError, match="no address of the web"):
        Cache(tmp_path / "cache").get(wanted(f"file://{tmp_path}/x"), hasty)


def test_what_a_server_says_of_itself_is_shown_as_plain_text(scripted: Scripted, tmp_path: Path) -> None:
    server = scripted(lambda: [b"HTTP/1.1 503 \x1b[2J" + b"long " * 500 + b"\r\n\r\n"])
    with pytest.raises(UnreachableError) as caught:
        Cache(tmp_path).get(wanted(server.url), hasty)
    assert "\x1b" not in str(caught.value)
    assert len(str(caught.value)) < 400


# --- the folder of the cache, in which others may write too --------------------------------------------


def part_of(cache: Cache, archive: Archive) -> Path:
    cache.folder.mkdir(exist_ok=True, parents=True)
    return cache.path(archive).with_name(cache.path(archive).name + ".part")


def in_the_way(kind: str, path: Path, victim: Path) -> None:
    path.parent.mkdir(exist_ok=True, parents=True)
    ways: dict[str, Callable[[], object]] = {
        "link": lambda: path.symlink_to(victim),
        "second name": lambda: os.link(victim, path),
        "dangling link": lambda: path.symlink_to(victim.with_name("new")),
        "FIFO": lambda: os.mkfifo(path),
        "device": lambda: path.symlink_to("/dev/zero"),
        "wrong file": lambda: path.write_bytes(b"x" * 1000),
        "too long a file": lambda: path.write_bytes(bytes(2 * len(CONTENT))),
        "whole file": lambda: path.write_bytes(CONTENT),
        "empty file": path.touch,
    }
    ways[kind]()


KINDS = ("link", "second name", "dangling link", "FIFO", "device", "wrong file", "too long a file", "whole file")


@pytest.mark.parametrize(
    ("suffix", "kind"),
    [
        *(("", kind) for kind in [*KINDS, "empty file"]),
        *((".part", kind) for kind in [*KINDS, "empty file"]),
        *((".lock", kind) for kind in ("link", "dangling link", "FIFO", "device", "empty file")),
    ],
)
def test_nothing_in_the_way_is_followed_waited_for_or_trusted(
    server: Server, tmp_path: Path, suffix: str, kind: str
) -> None:
    server.content = CONTENT
    victim, cache = tmp_path / "victim", Cache(tmp_path / "cache")
    victim.write_bytes(b"mine")
    final = cache.path(server.archive())
    in_the_way(kind, final.with_name(final.name + suffix), victim)
    assert cache.get(server.archive(), hasty) == final
    assert final.read_bytes() == CONTENT
    assert final.is_file()
    assert not final.is_symlink()
    assert victim.read_bytes() == b"mine"
    assert sorted(tmp_path.iterdir()) == [cache.folder, victim]
    assert {path.suffix for path in cache.folder.iterdir()} == {".gz", ".lock"}


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("FIFO", "is a FIFO and is not used"),
        ("device", "is a character device and is not used"),
        ("dangling link", "is a link that leads nowhere and is not used"),
        ("wrong file", "is damaged and is not used"),
    ],
)
def test_what_is_no_archive_in_the_cache_is_told_in_a_line(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str, told: str
) -> None:
    cache = Cache(tmp_path / "cache")
    in_the_way(kind, cache.path(server.archive()), tmp_path / "victim")
    assert cache.find(server.archive()) is None
    (line,) = capsys.readouterr().out.splitlines()
    assert told in line


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else and back")
def test_unreadable_archive_in_the_cache_is_replaced(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.content = CONTENT
    for folder in [tmp_path, *tmp_path.parents][:3]:
        folder.chmod(0o755)
    cache = Cache(tmp_path / "cache")
    cache.folder.mkdir()
    cache.path(server.archive()).touch(mode=0)
    cache.folder.chmod(0o777)
    os.seteuid(65534)
    try:
        found = cache.find(server.archive())
        brought = cache.get(server.archive(), hasty).read_bytes()
    finally:
        os.seteuid(0)
    assert found is None
    assert "cannot be read and is not used" in capsys.readouterr().out
    assert brought == CONTENT


@pytest.mark.parametrize("suffix", [".part", ".lock"])
def test_folder_in_the_way_is_told(server: Server, tmp_path: Path, suffix: str) -> None:
    final = Cache(tmp_path).path(server.archive())
    final.with_name(final.name + suffix).mkdir()
    with pytest.raises(SourceError, match=r"cannot write .*"):
        Cache(tmp_path).get(server.archive(), hasty)


# --- what is killed, and what happens at once -----------------------------------------------------------

BUILD = """
import sys
from pathlib import Path
from openblas_build.sources.cache import Cache
from openblas_build.sources.http import download
from openblas_build.sources.lock import Archive, Size
archive = Archive("openblas", "file.tar.gz", sys.argv[2], Size(int(sys.argv[3])), url=sys.argv[4])
print("begun", flush=True)
print(Cache(Path(sys.argv[1])).get(archive, download))
"""


def build(cache: Cache, archive: Archive) -> subprocess.Popen[str]:
    command = [
        sys.executable,
        "-c",
        BUILD,
        str(cache.folder),
        archive.sha256,
        str(archive.size.most),
        archive.url or "",
    ]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def test_a_killed_build_neither_blocks_nor_leaves_half_a_file(
    server: Server, scripted: Scripted, tmp_path: Path
) -> None:
    server.content = CONTENT
    cache, archive = Cache(tmp_path / "cache"), server.archive()
    stuck = scripted(lambda: itertools.chain([HEAD + b"\r\n", CONTENT[:5000]], itertools.repeat(b"")), pause=0.05)
    with build(cache, wanted(stuck.url)) as killed:
        part = part_of(cache, archive)
        for _ in range(1000):
            if part.exists() and part.stat().st_size == 5000:
                break
            time.sleep(0.02)
        killed.kill()
    assert not cache.path(archive).exists()
    assert cache.get(archive, hasty).read_bytes() == CONTENT
    assert server.requests == ["bytes=5000-"]
    assert not part.exists()


def test_builds_at_the_same_time_do_not_disturb_each_other(server: Server, tmp_path: Path) -> None:
    server.content = CONTENT * 20
    cache, archive = Cache(tmp_path / "cache"), server.archive()
    builds = [build(cache, archive) for _ in range(3)]
    answers = [each.communicate(timeout=60)[0] for each in builds]
    assert [answer.splitlines()[-1] for answer in answers] == [str(cache.path(archive))] * 3
    assert len(server.requests) == 1


def test_waiting_says_for_what(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("openblas_build.held.QUIET", 0.1)
    path, done = tmp_path / "x.lock", threading.Event()

    def other() -> None:
        with held(path, "another build"):
            done.set()

    with held(path, "nobody"):
        thread = threading.Thread(target=other)
        thread.start()
        assert not done.wait(0.5)
    thread.join()
    assert done.is_set()
    assert capsys.readouterr().out == f"*** waiting for another build; it holds {path}\n"


# --- Debian's mirrors, through apt ----------------------------------------------------------------------

HELPER = """#!/bin/sh
# What apt's helper does: download-file ADDRESS PATH.
{}
"""


def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> DebianArchive:
    helper = tmp_path / "apt-helper"
    helper.write_text(HELPER.format(script))
    helper.chmod(0o755)
    monkeypatch.setattr("openblas_build.sources.apt._APT_HELPER", helper)
    monkeypatch.setattr(DebianArchive, "_uri", lambda *_: "http://mirror/file.tar.gz")
    private = tmp_path / "private"
    private.mkdir()
    return DebianArchive("sid", private / "apt.conf", HASTY)


@pytest.mark.parametrize(
    ("script", "error", "told"),
    [
        ('cat /dev/zero > "$5"', ChecksumError, "sends more than the lock's 65,536 bytes"),
        ('head -c 65537 /dev/zero > "$5"', ChecksumError, "sent more than the lock's 65,536 bytes"),
        (
            'printf x > "$5"; exec sleep 100',
            UnreachableError,
            "http://mirror/file.tar.gz is too slow: 1 bytes in 1 sec",
        ),
        ("echo E: no route >&2; exit 100", UnreachableError, "file.tar.gz: E: no route"),
        ('head -c 100 /dev/zero > "$5"', ChecksumError, "wrong size of file.tar.gz: it has 100 bytes"),
    ],
)
def test_mirrors_are_watched_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, error: type[SourceError], told: str
) -> None:
    # The arguments are -c CONFIG download-file ADDRESS PATH.
    debian = mirror(tmp_path, monkeypatch, f"ulimit -f 2000000; {script}")
    archive = Archive("openblas", "file.tar.gz", "0" * 64, Size(len(CONTENT)), suite="sid", package="x")
    with pytest.raises(error, match=told):
        Cache(tmp_path / "cache").get(archive, debian.download)
    assert [path.suffix for path in (tmp_path / "cache").iterdir()] == [".lock"]


def test_what_apt_brings_does_not_follow_a_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "content").write_bytes(CONTENT)
    debian = mirror(tmp_path, monkeypatch, f'cp "{tmp_path}/content" "$5"')
    archive = Archive("openblas", "file.tar.gz", hashlib.sha256(CONTENT).hexdigest(), Size(len(CONTENT)), suite="sid")
    cache, victim = Cache(tmp_path / "cache"), tmp_path / "victim"
    victim.write_bytes(b"mine")
    part_of(cache, archive).symlink_to(victim)
    assert cache.get(archive, debian.download).read_bytes() == CONTENT
    assert victim.read_bytes() == b"mine"
