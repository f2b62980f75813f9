"""Source archives with the shape of OpenBLAS's and LAPACK's, next to nothing in them, and locks for these."""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from openblas_build.settings import Settings
from openblas_build.sources import relock

CMAKE = """
set(OpenBLAS_MAJOR_VERSION 0)
set(OpenBLAS_MINOR_VERSION 3)
set(OpenBLAS_PATCH_VERSION {patch})
"""
LAPACK_CMAKE = "set(LAPACK_MAJOR_VERSION 3)\nset(LAPACK_MINOR_VERSION 12)\nset(LAPACK_PATCH_VERSION 0)\n"

OPENBLAS = {
    "CMakeLists.txt": CMAKE.format(patch=34),
    "LICENSE": "licence",
    "README.md": "read me",
    "benchmark/gemm.c": "",
    "cmake/lapack.cmake": "set(SLASRC dgesv.f)",
    "common.h": "",
    "interface/gemm.c": "",
    "kernel/x86_64/dgemm.S": "",
}
LAPACK = {
    "CMakeLists.txt": LAPACK_CMAKE,
    "DOCS/lawn81.tex": "",
    "INSTALL/ilaver.f": "",
    "LAPACKE/include/lapacke.h": "",
    "LICENSE": "licence",
    "SRC/dgesv.f": "      end\n",
    "SRC/dgetrf.f": "      end\n",
    "TESTING/MATGEN/dlatms.f": "",
}
# What OpenBLAS's release has instead: changed files, more files, and what nobody builds.
CHANGED_LAPACK = {**LAPACK, "SRC/dgesv.f": "      changed\n", "SRC/dlarft_lvl2.f": ""}
RELAPACK = {"relapack/src/dgetrf.c": ""}

NOWHERE = "http://127.0.0.1:9"  # nobody listens on that port


def tar_of(files: Mapping[str, str], path: Path, *extra: tarfile.TarInfo) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(text.encode())
            tar.addfile(info, io.BytesIO(text.encode()))
        for info in extra:
            tar.addfile(info)
    return path


def below(folder: str, files: Mapping[str, str]) -> dict[str, str]:
    return {f"{folder}/{name}": text for name, text in files.items()}


def release(path: Path, patch: str = "34") -> Path:
    """Return an archive with the shape of OpenBLAS's release: a changed LAPACK and ReLAPACK in it."""
    files = {**OPENBLAS, "CMakeLists.txt": CMAKE.format(patch=patch), **below("lapack-netlib", CHANGED_LAPACK)}
    return tar_of(below("OpenBLAS-0.3.34", {**files, **RELAPACK}), path)


def repacked(path: Path) -> Path:
    """Return an archive with the shape of Debian's: no LAPACK in it."""
    return tar_of(below("OpenMathLib-OpenBLAS-abc", {**OPENBLAS, "README.md": "other words"}), path)


def lapack(path: Path) -> Path:
    """Return an archive with the shape of LAPACK's release."""
    return tar_of(below("lapack-3.12.1", LAPACK), path)


def checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def way(archive: Path, url: str = NOWHERE) -> str:
    """Return the way of a lock to an archive."""
    return way_to(archive.name, checksum(archive), f"size = {archive.stat().st_size}", url)


def way_to(name: str, sha256: str, size: str = "size = 1", url: str = NOWHERE) -> str:
    """Return the way of a lock to what is not here."""
    address = f'url = "{url}/{name}"\nfile = "{name}"\n'
    return f'[[part.way]]\nkind = "release"\n{address}sha256 = "{sha256}"\n{size}\n'


@dataclass
class SmallLock:
    """An openblas_src folder with a lock, whose archives are in `store`: ways by role, and the tree's digest.

    At first OpenBLAS has two ways, of a release and of a repacked archive, and LAPACK has one.
    """

    folder: Path
    store: Path
    ways: dict[str, list[str]] = field(default_factory=dict)
    digest: str = "0" * 64

    def __post_init__(self) -> None:
        self.folder.mkdir()
        self.store.mkdir()
        self.release, self.repacked = release(self.store / "o.tar.gz"), repacked(self.store / "o+ds.tar.gz")
        self.lapack = lapack(self.store / "l.tar.gz")
        if not self.ways:
            self.ways = {"openblas": [way(self.release), way(self.repacked)], "lapack": [way(self.lapack)]}
        self.write()
        self.digest = relock(Settings(archives=self.store), self.folder, {}).digest
        self.write()

    def write(self) -> None:
        versions = {"openblas": "0.3.34", "lapack": "3.12.1"}
        parts = [f'[[part]]\nrole = "{role}"\nversion = "{versions[role]}"\n' for role in self.ways]
        texts = [part + "".join(ways) for part, ways in zip(parts, self.ways.values())]
        head = f'build-number = 2\ntree = "{self.digest}"\n'
        (self.folder / "sources.toml").write_text(head + "".join(texts), encoding="utf-8")

    @property
    def tree(self) -> Path:
        return self.folder / "OpenBLAS-0.3.34"
