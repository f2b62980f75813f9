"""The real wheel for these tests."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from artifacts import LIBRARY, PACKAGE
from dense import Library
from wheel_fixtures import contents, environment, published, wheel

__all__ = ["contents", "environment", "published", "wheel"]


# Numbers of threads, and the CPU family whose kernels to take in place of this CPU's.
WAYS = {"one thread": (1, None), "two threads": (2, None), "HASWELL kernels": (2, "Haswell")}


@pytest.fixture(scope="session")
def tuned(contents: Path) -> bool:
    """Whether the wheel has this project's changes for speed: others, too, pass all tests that are not about those."""
    (record,) = contents.glob("*.dist-info/build-record.json")
    return bool(json.loads(record.read_text(encoding="utf-8"))["overlay"]["kernels"] == "tuned")


@pytest.fixture(scope="session")
def copies(contents: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The library in a file for each CPU family: loaded from another one it chooses its kernels anew."""
    folder = tmp_path_factory.mktemp("copies")

    def copy_for(kernels: str) -> Path:
        copy = folder / kernels / LIBRARY
        if not copy.exists():
            copy.parent.mkdir()
            shutil.copy2(contents / PACKAGE / "lib" / LIBRARY, copy)
        return copy

    return copy_for


@pytest.fixture(params=WAYS)
def library(
    request: pytest.FixtureRequest,
    contents: Path,
    copies: Callable[[str], Path],
    monkeypatch: pytest.MonkeyPatch,
) -> Library:
    """The wheel's library with one thread, with two, and with the kernels for CPUs without AVX-512."""
    threads, kernels = WAYS[request.param]
    if not kernels:
        library = Library(contents / PACKAGE / "lib" / LIBRARY)
    elif "avx2" in Path("/proc/cpuinfo").read_text():
        monkeypatch.setenv("OPENBLAS_CORETYPE", kernels)
        library = Library(copies(kernels))
        assert library.kernels() == kernels
    else:
        pytest.skip("this CPU has no AVX2")
    library.use_threads(threads)
    return library


@pytest.fixture(params=[1, 2], ids=["one thread", "two threads"])
def oldest_kernels(
    request: pytest.FixtureRequest, copies: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> Library:
    """The wheel's library with PRESCOTT's kernels, which every x86-64 CPU can run."""
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Prescott")
    library = Library(copies("Prescott"))
    # The first name in OpenBLAS's list of the families that share them.
    assert library.kernels() == "Katmai"
    library.use_threads(request.param)
    return library
