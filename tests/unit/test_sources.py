"""Getting the source: each part where it is found first, verified, one tree whichever way they came."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Callable

import pytest

from openblas_build import project
from openblas_build.errors import ChecksumError, SourceError
from openblas_build.settings import Settings
from openblas_build.sources import Tree, archives_of, locate, relock
from openblas_build.sources.archives import Places
from openblas_build.sources.cache import Cache
from openblas_build.sources.checksum import verify
from openblas_build.sources.digest import digest_of
from openblas_build.sources.lock import Lock
from openblas_build.sources.unpack import unpack
from openblas_build.sources.workshop import work_folder
from small_server import Server
from small_sources import NOWHERE, OPENBLAS, SmallLock, below, checksum, lapack, release, tar_of, way, way_to

Locate = Callable[[Settings], Tree]


@pytest.fixture
def lock(tmp_path: Path) -> SmallLock:
    return SmallLock(tmp_path / "openblas_src", tmp_path / "store")


@pytest.fixture
def find(lock: SmallLock, tmp_path: Path) -> Locate:
    return lambda settings: locate(settings, lock.folder, {"XDG_CACHE_HOME": str(tmp_path / "cache")})


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


def cached(path: Path, cache: Path) -> None:
    """Put an archive into the user's cache."""
    folder = cache / "scipy-openblas" / "sources"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{checksum(path)[:16]}-{path.name}").write_bytes(path.read_bytes())


def way_of(size: str, name: str = "x", sha256: str = "0" * 64) -> str:
    """Return a lock of one part with one way."""
    return f'[[part]]\nrole = "lapack"\nversion = "1"\n{way_to(name, sha256, size)}'


def own_tree(archive: Path, target: Path) -> None:
    """Unpack the release `archive` as somebody's own tree `target`."""
    work = archive.with_name("unpacked")
    unpack(archive, work)
    (work / "OpenBLAS-0.3.34").rename(target)


# --- the places, in their order --------------------------------------------------------------------


def test_each_part_is_taken_where_it_is_found_first(
    server: Server, lock: SmallLock, tmp_path: Path, find: Locate, capsys: pytest.CaptureFixture[str]
) -> None:
    server.files = {path.name: path.read_bytes() for path in lock.store.iterdir()}
    lock.ways["openblas"] = [way(path, server.url) for path in (lock.release, lock.repacked)]
    lock.write()
    carried, given = lock.folder / "archives", tmp_path / "given"
    carried.mkdir()
    given.mkdir()
    cached(lock.lapack, tmp_path / "cache")
    places = [
        ({}, r"o\.tar\.gz of the upstream release"),
        ({}, r"o\.tar\.gz in the cache"),
        ({lock.repacked: carried}, r"o\+ds\.tar\.gz, carried along"),
        ({lock.release: given}, rf"o\.tar\.gz in {re.escape(str(given))}"),
    ]
    for number, (moved, line) in enumerate(places):
        for path, folder in moved.items():
            path.rename(folder / path.name)
        tree = find(Settings(archives=given))
        out = capsys.readouterr().out
        assert re.search(rf"OpenBLAS 0\.3\.34: {line}", out)
        assert re.search(r"LAPACK 3\.12\.1: l\.tar\.gz in the cache", out)
        assert f"LAPACK 3.12.1: passing over {given}, which has no l.tar.gz" in out
        tree.path.rename(tmp_path / f"tree-{number}")
    assert len(server.requests) == 1


def test_unreachable_way_is_passed_over_with_one_line(
    server: Server, lock: SmallLock, tmp_path: Path, find: Locate, capsys: pytest.CaptureFixture[str]
) -> None:
    server.files = {"o+ds.tar.gz": lock.repacked.read_bytes()}
    cached(lock.lapack, tmp_path / "cache")
    ways = [way_to("o.tar.gz", "1" * 64), way(lock.repacked, server.url)]
    lock.ways["openblas"] = ways
    lock.write()
    assert find(Settings()).locked
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "passing over" in line]
    assert line.startswith("*** OpenBLAS 0.3.34: passing over o.tar.gz of the upstream release: http://127.0.0.1:9")


def test_no_way_at_all_says_which_files_to_bring(lock: SmallLock, find: Locate) -> None:
    with pytest.raises(SourceError) as caught:
        find(Settings())
    text = str(caught.value)
    assert "no way to the source of OpenBLAS 0.3.34 from here" in text
    assert "-C openblas.archives=FOLDER" in text
    assert f"OpenBLAS 0.3.34: o.tar.gz or o+ds.tar.gz\n  {NOWHERE}/o.tar.gz" in text
    assert f"LAPACK 3.12.1: l.tar.gz\n  {NOWHERE}/l.tar.gz" in text
    assert {path.name for path in lock.folder.iterdir()} == {"sources.toml", "tree.sha256"}


@pytest.mark.parametrize("place", ["given", "carried"])
def test_wrong_file_under_a_locked_name_stops(lock: SmallLock, tmp_path: Path, find: Locate, place: str) -> None:
    folder = {"given": tmp_path / "store", "carried": lock.folder / "archives"}[place]
    folder.mkdir(exist_ok=True)
    (folder / "o.tar.gz").write_bytes(lock.release.read_bytes()[:-1])
    expected = re.escape(str(folder / "o.tar.gz"))
    with pytest.raises(
        ChecksumError,
        match=rf"(?s)wrong size of {expected}: it has .* bytes, and the lock says .*\n.*put the right file there",
    ):
        find(Settings(archives=folder if place == "given" else None))
    assert not lock.tree.exists()


def test_wrong_download_stops_and_is_not_passed_over(server: Server, lock: SmallLock, find: Locate) -> None:
    server.files = {"o.tar.gz": b"something else", "o+ds.tar.gz": lock.repacked.read_bytes()}
    lock.ways["openblas"] = [way(path, server.url) for path in (lock.release, lock.repacked)]
    lock.write()
    with pytest.raises(ChecksumError, match=r"wrong size of o\.tar\.gz: http.* has 14 bytes"):
        find(Settings())
    assert len(server.requests) == 1


# --- one tree --------------------------------------------------------------------------------------


def test_the_tree_is_the_same_whichever_way_it_came(
    server: Server, lock: SmallLock, tmp_path: Path, find: Locate
) -> None:
    server.files = {path.name: path.read_bytes() for path in lock.store.iterdir()}
    lock.ways["openblas"] = [way(lock.release, server.url)]
    lock.ways["lapack"] = [way(lock.lapack, server.url)]
    lock.write()
    by_release = find(Settings())
    assert (by_release.locked, by_release.version, by_release.lapack_version) == (True, "0.3.34", "3.12.1")
    assert by_release.wheel_version(2) == "0.3.34.0.2"
    # LAPACK's own release, and neither OpenBLAS's copy nor what nobody builds.
    assert (by_release.path / "lapack-netlib/SRC/dgesv.f").read_text() == "      end\n"
    assert not (by_release.path / "lapack-netlib/SRC/dlarft_lvl2.f").exists()
    assert not (by_release.path / "relapack").exists()
    assert [path.name for path in lock.folder.iterdir() if path.name.startswith(".")] == []
    # The second time it is there.
    assert find(Settings()).path == by_release.path
    assert len(server.requests) == 2

    by_release.path.rename(tmp_path / "by-release")
    lock.ways["openblas"] = [way(lock.repacked)]
    lock.write()
    by_debian = find(Settings(archives=lock.store))
    assert by_debian.locked
    assert (tmp_path / "by-release" / "README.md").read_text() != (by_debian.path / "README.md").read_text()


def test_archives_of_another_tree_are_told(lock: SmallLock, find: Locate) -> None:
    other = tar_of(below("OpenBLAS", {**OPENBLAS, "common.h": "other"}), lock.store / "other.tar.gz")
    lock.ways["openblas"] = [way(other)]
    lock.write()
    with pytest.raises(
        SourceError, match=r"(?s)other\.tar\.gz and l\.tar\.gz do not make the tree.*changed: common\.h"
    ):
        find(Settings(archives=lock.store))
    assert not lock.tree.exists()


def test_a_list_that_is_not_the_locks_is_told(lock: SmallLock, find: Locate) -> None:
    with (lock.folder / "tree.sha256").open("a") as file:
        file.write(f"{'0' * 64}  x\n")
    with pytest.raises(SourceError, match=r"(?s)tree\.sha256 is not the list.*python backend source --lock"):
        find(Settings(archives=lock.store))
    (lock.folder / "tree.sha256").unlink()
    with pytest.raises(SourceError, match=r"cannot read .*tree\.sha256: No such file"):
        find(Settings(archives=lock.store))


# --- trees of one's own ----------------------------------------------------------------------------


def test_given_folder_and_archive_come_first_and_as_they_are(lock: SmallLock, tmp_path: Path, find: Locate) -> None:
    archive = release(tmp_path / "mine.tar.gz", patch="33")
    tree = find(Settings(source=archive))
    assert (tree.version, tree.locked, tree.lapack_version) == ("0.3.33", False, "3.12.0")
    assert tree.provenance["archives"][0]["sha256"] == checksum(archive)
    assert (tree.path / "lapack-netlib/SRC/dlarft_lvl2.f").exists()
    assert find(Settings(source=archive)).path == tree.path
    assert find(Settings(source=tree.path)).version == "0.3.33"
    # The lock's own tree too, once it is given: nobody asks what was done to it.
    find(Settings(archives=lock.store))
    (lock.tree / "common.h").write_text("mine")
    assert not find(Settings(source=lock.tree)).locked


def test_the_only_other_tree_in_the_folder_is_taken(
    lock: SmallLock, tmp_path: Path, find: Locate, capsys: pytest.CaptureFixture[str]
) -> None:
    own_tree(release(tmp_path / "x.tar.gz", patch="30"), lock.folder / "mine")
    tree = find(Settings())
    assert (tree.version, tree.locked) == ("0.3.30", False)
    assert "a tree of your own" in capsys.readouterr().out
    (lock.folder / "second").symlink_to("mine")
    with pytest.raises(SourceError, match=r"more than one OpenBLAS tree.*mine, second"):
        find(Settings())


def test_a_tree_of_another_lock_is_not_taken_for_ones_own(
    lock: SmallLock, find: Locate, capsys: pytest.CaptureFixture[str]
) -> None:
    find(Settings(archives=lock.store)).path.rename(lock.folder / "OpenBLAS-0.3.33")
    assert find(Settings(archives=lock.store)).path == lock.tree
    assert "OpenBLAS-0.3.33 was made for another lock and is not used" in capsys.readouterr().out


def test_tree_without_lapack_says_what_is_needed(lock: SmallLock, find: Locate) -> None:
    with pytest.raises(
        SourceError, match=r"(?s)missing: lapack-netlib/LICENSE, lapack-netlib/SRC.*LAPACK's own release"
    ):
        find(Settings(source=lock.repacked))
    assert not list(lock.folder.glob("given-*"))


def test_development_tree_is_not_called_a_release(tmp_path: Path) -> None:
    unpack(release(tmp_path / "x.tar.gz", patch="34.dev"), tmp_path / "dev")
    tree = Tree.open(tmp_path / "dev" / "OpenBLAS-0.3.34")
    assert tree.wheel_version(0) == "0.3.34.0.0+dev"


# --- the lock --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("build-number = \n", "Invalid value"),
        ("build-number = 0\n", "'part' is missing"),
        ('part = [{role = "openblas", version = "1"}]\n', "'way' is missing"),
        ('part = [{role = "openblas", version = "1", way = []}]\n', "the part openblas has no way"),
        ('part = [{role = "lapack", version = "1", way = [{kind = "svn"}]}]\n', "it takes release or debian"),
        ('part = [{role = "lapack", version = "1", way = [{kind = "debian"}]}]\n', "lacks suite, package, file"),
        (f'[[part]]\nrole = "lapack"\nversion = "1"\n{way_to("x", "0" * 64)}', "one part of each role"),
        (way_of(""), "x takes either size or size-limit; 'python backend source --lock' prints sizes"),
        (way_of("size = 1\nsize-limit = 2"), "x takes either size or size-limit"),
        (way_of("size = 0"), "size = 0 of x; it takes a number of bytes"),
        (way_of('size = "1"'), "size = '1' of x; it takes a number of bytes"),
        (way_of("size-limit = true"), "size-limit = True of x; it takes a number of bytes"),
        (way_of("size = 1", name="../x"), "the file name '../x'; it takes a name without a folder"),
        (way_of("size = 1", sha256="12"), "sha256 = '12' of x; it takes 64 hexadecimal digits"),
    ],
)
def test_broken_lock_is_told(lock: SmallLock, find: Locate, text: str, said: str) -> None:
    (lock.folder / "sources.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=rf"sources\.toml is broken: .*{said}"):
        find(Settings())


def test_lock_is_written_with_sizes_which_it_needs_not_have_before(lock: SmallLock) -> None:
    lock.ways["openblas"] = [way_to("o.tar.gz", checksum(lock.release), ""), way_to("other", "0" * 64, "")]
    lock.ways["lapack"] = [way_to(name, checksum(lock.lapack), "size = 1") for name in ("l.tar.gz", "l.orig.tar.gz")]
    lock.write()
    lines = relock(Settings(archives=lock.store), lock.folder, {}).lines
    assert lines == (
        f'tree = "{lock.digest}"',
        f"size = {lock.release.stat().st_size}  # o.tar.gz",
        f"size = {lock.lapack.stat().st_size}  # l.tar.gz",
        f"size = {lock.lapack.stat().st_size}  # l.orig.tar.gz",
    )


def test_the_real_lock_is_sound() -> None:
    folder = project.source_folder(Path(__file__).parents[2])
    lock = Lock.read(folder / "sources.toml")
    assert [(part.role, len(part.archives)) for part in lock.parts] == [("openblas", 2), ("lapack", 2)]
    checksums = [archive.sha256 for part in lock.parts for archive in part.archives]
    assert all(re.fullmatch("[0-9a-f]{64}", each) for each in checksums)
    sizes = {archive.name: archive.size for part in lock.parts for archive in part.archives}
    assert [size.exact for size in sizes.values()] == [False, True, True, True]
    # LAPACK's file is one and the same, under two names.
    assert sizes["lapack-3.12.1.tar.gz"] == sizes["lapack_3.12.1.orig.tar.gz"]
    assert len(set(checksums)) == 3
    assert project.PUBLISHED.startswith(lock.openblas.version)
    text = (folder / "tree.sha256").read_text(encoding="utf-8")
    assert digest_of(text) == lock.digest
    assert [line.split("  ")[1] for line in text.splitlines()] == sorted(
        line.split("  ")[1] for line in text.splitlines()
    )


def test_the_real_archives_make_the_locks_tree(tmp_path: Path) -> None:
    folder = project.source_folder(Path(__file__).parents[2])
    lock, settings = Lock.read(folder / "sources.toml"), Settings.load(None, os.environ)
    places = Places(settings.archives, tmp_path, Cache.of_user(os.environ))
    if not all(places.find(part) for part in lock.parts):
        pytest.skip("the lock's archives are not on this machine")
    for name in ("sources.toml", "tree.sha256"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    tree = locate(settings, tmp_path, os.environ)
    assert (tree.locked, tree.version, tree.lapack_version) == (True, lock.openblas.version, lock.lapack.version)


# --- what others left, or put there --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (os.mkfifo, r"o\.tar\.gz is a FIFO, where a file should be; remove it"),
        (
            lambda path: path.symlink_to("/dev/zero"),
            r"o\.tar\.gz is a character device, where a file should be; remove it",
        ),
        (lambda path: path.symlink_to("gone"), r"cannot read .*o\.tar\.gz: it is a link to gone, which is not there"),
        (lambda path: path.mkdir(), r"o\.tar\.gz is a folder, where a file should be; remove it"),
    ],
)
@pytest.mark.parametrize("place", ["given", "carried"])
def test_what_is_no_file_is_told_in_a_line(
    lock: SmallLock, tmp_path: Path, find: Locate, place: str, make: Callable[[Path], None], told: str
) -> None:
    folder = {"given": tmp_path / "given", "carried": lock.folder / "archives"}[place]
    folder.mkdir()
    make(folder / "o.tar.gz")
    with pytest.raises(SourceError, match=rf"^[^\n]*{told}$"):
        find(Settings(archives=folder if place == "given" else None))


def test_an_archive_that_changes_after_it_was_verified_is_not_unpacked(
    lock: SmallLock, find: Locate, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changed(path: Path, *arguments: object) -> None:
        verify(path, *arguments)  # type: ignore[arg-type]
        path.write_bytes(path.read_bytes()[::-1])

    monkeypatch.setattr("openblas_build.sources.archives.verify", changed)
    with pytest.raises(ChecksumError, match=r"wrong checksum of .*o\.tar\.gz"):
        find(Settings(archives=lock.store))
    assert not lock.tree.exists()


def test_a_link_may_not_leave_the_tree_in_the_archive(lock: SmallLock, tmp_path: Path, find: Locate) -> None:
    link = tarfile.TarInfo("OpenBLAS/interface/neighbour.c")
    link.type, link.linkname = tarfile.SYMTYPE, "../../neighbour"
    files = {**below("OpenBLAS", OPENBLAS), "neighbour": "x"}
    with pytest.raises(SourceError, match=r"outside of the tree: interface/neighbour\.c -> \.\./\.\./neighbour"):
        find(Settings(source=tar_of(files, tmp_path / "x.tar.gz", link)))
    assert not list(lock.folder.glob("given-*"))


KILLED = """
import os, signal, sys
from pathlib import Path
from openblas_build.settings import Settings
from openblas_build.sources import locate, unpack
real = unpack._write_file
def kill(path, *rest):
    real(path, *rest)
    if path.name == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGKILL)
unpack._write_file = kill
locate(Settings(archives=Path(sys.argv[2])), Path(sys.argv[1]), {})
"""


def test_a_killed_unpacking_is_mended_by_the_next(lock: SmallLock, find: Locate) -> None:
    command = [sys.executable, "-c", KILLED, str(lock.folder), str(lock.store), "dgetrf.f"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    assert subprocess.run(command, env=environment, check=False, capture_output=True).returncode == -signal.SIGKILL
    assert len(list(lock.folder.glob(".assembling-*"))) == 1
    assert not lock.tree.exists()
    assert find(Settings(archives=lock.store)).locked
    assert [path.name for path in lock.folder.iterdir() if path.name.startswith(".")] == []


def test_the_folder_of_a_build_that_lives_is_left_alone(lock: SmallLock, find: Locate) -> None:
    with work_folder(lock.folder) as work:
        (work / "file").touch()
        assert find(Settings(archives=lock.store)).locked
        assert (work / "file").exists()
    assert list(lock.folder.glob(".assembling-*")) == []


def test_half_a_tree_of_a_given_archive_is_made_anew(lock: SmallLock, tmp_path: Path, find: Locate) -> None:
    archive = release(tmp_path / "mine.tar.gz")
    half = lock.folder / f"given-{checksum(archive)[:16]}"
    (half / "interface").mkdir(parents=True)
    assert find(Settings(source=archive)).path == half


GIVEN_FILES = {
    "empty": (b"", "it is empty"),
    "text": (b"no archive\n" * 100, "it is neither a tar archive, of any compression, nor a zip archive"),
    "zip's start": (b"PK\x03\x04", r"it is cut or damaged \(File is not a zip file\)"),
}


@pytest.mark.parametrize(("content", "told"), GIVEN_FILES.values(), ids=GIVEN_FILES)
def test_given_file_that_is_no_archive(lock: SmallLock, find: Locate, content: bytes, told: str) -> None:
    path = lock.store / "mine"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=rf"^cannot unpack {re.escape(str(path))}: {told}$"):
        find(Settings(source=path))


def test_given_archive_that_is_cut(lock: SmallLock, tmp_path: Path, find: Locate) -> None:
    path = release(tmp_path / "mine.tar.gz")
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(SourceError, match=r"^cannot unpack .*mine\.tar\.gz: it is cut or damaged \(.*\)$"):
        find(Settings(source=path))
    assert {each.name for each in lock.folder.iterdir()} == {"sources.toml", "tree.sha256"}


def test_given_folder_with_a_fifo_in_it_is_not_waited_for(tmp_path: Path, find: Locate) -> None:
    (tmp_path / "mine").mkdir()
    os.mkfifo(tmp_path / "mine" / "CMakeLists.txt")
    with pytest.raises(SourceError, match="is not an OpenBLAS source tree"):
        find(Settings(source=tmp_path / "mine"))


# --- source distributions --------------------------------------------------------------------------


def test_carried_archives_are_used_without_a_network(lock: SmallLock, tmp_path: Path, find: Locate) -> None:
    lock.store.rename(lock.folder / "archives")
    tree = find(Settings())
    assert archives_of(tree, Settings(), lock.folder, {"XDG_CACHE_HOME": str(tmp_path)}) == {
        name: lock.folder / "archives" / name for name in ("o.tar.gz", "l.tar.gz")
    }


def test_archives_are_collected_as_often_as_one_likes(
    lock: SmallLock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    settings = Settings(archives=lock.store)
    tree = project.locate_tree(tmp_path, settings)
    carried = lock.folder / "archives"
    carried.mkdir()
    (carried / "stale.tar.gz").touch()
    for _ in range(2):
        project.collect_archives(tmp_path, tree, settings)
        assert {path.name: checksum(path) for path in carried.iterdir()} == {
            "o.tar.gz": checksum(lock.release),
            "l.tar.gz": checksum(lock.lapack),
        }


def test_a_tree_of_ones_own_cannot_be_carried(lock: SmallLock, tmp_path: Path, find: Locate) -> None:
    tree = find(Settings(source=release(tmp_path / "mine.tar.gz")))
    with pytest.raises(SourceError, match="is not the tree that the lock names"):
        archives_of(tree, Settings(), lock.folder, {"XDG_CACHE_HOME": str(tmp_path)})


def test_lapack_of_the_tests_calls_itself_by_another_version(tmp_path: Path) -> None:
    # As LAPACK 3.12.1 does: the tests of versions above would say nothing without it.
    unpack(lapack(tmp_path / "l.tar.gz"), tmp_path / "l")
    assert "PATCH_VERSION 0" in (tmp_path / "l/lapack-3.12.1/CMakeLists.txt").read_text()
