"""The real wheel for these tests."""

import importlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from artifacts import LIBRARY, PACKAGE
from dense import Library
from tested import MACHINE
from wheel_fixtures import contents, environment, published, wheel

__all__ = ["contents", "environment", "published", "wheel"]


# Numbers of threads, and whether to take another CPU family's kernels in place of this CPU's.
WAYS = {"one thread": (1, False), "two threads": (2, False), "other kernels": (2, True)}
# By machine: another family as OPENBLAS_CORETYPE takes it, and what a CPU that can run it has, as NumPy calls it.
OTHER = {
    "x86_64": ("Haswell", "AVX2"),
    "i686": ("Nehalem", "SSE42"),
    "aarch64": ("neoversen1", ""),
    "ppc64le": ("POWER10", ""),
    "s390x": ("Z13", ""),
    "riscv64": ("riscv64_zvl128b", ""),
}
# By machine: the family whose kernels every CPU can run, and how the library calls it, which is the first name in
# OpenBLAS's list of those that share them.
OLDEST = {
    "x86_64": ("Prescott", "Katmai"),
    "i686": ("Prescott", "Katmai"),
    "aarch64": ("armv8", "armv8"),
    "ppc64le": ("POWER8", "POWER8"),
    "s390x": ("ZARCH_GENERIC", "ZARCH_GENERIC"),
    "riscv64": ("riscv64_generic", "riscv64_generic"),
}


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
            shutil.copyfile(contents / PACKAGE / "lib" / LIBRARY, copy)
        return copy

    return copy_for


def _cpu_features() -> dict[str, bool]:
    """Return what NumPy knows of this CPU, in a module that moved with its release 2."""
    core = "numpy._core" if int(np.__version__.partition(".")[0]) > 1 else "numpy.core"
    features: dict[str, bool] = importlib.import_module(f"{core}._multiarray_umath").__cpu_features__
    return features


@pytest.fixture(params=WAYS)
def library(
    request: pytest.FixtureRequest,
    contents: Path,
    copies: Callable[[str], Path],
    monkeypatch: pytest.MonkeyPatch,
) -> Library:
    """The wheel's library with one thread, with two, and with another family's kernels."""
    threads, another = WAYS[request.param]
    kernels, needs = OTHER[MACHINE]
    if not another:
        library = Library(contents / PACKAGE / "lib" / LIBRARY)
    elif not needs or _cpu_features()[needs]:
        monkeypatch.setenv("OPENBLAS_CORETYPE", kernels)
        library = Library(copies(kernels))
        assert library.kernels().lower() == kernels.lower()
    else:
        pytest.skip(f"this CPU has no {needs}")
    library.use_threads(threads)
    return library


@pytest.fixture(params=[1, 2], ids=["one thread", "two threads"])
def oldest_kernels(
    request: pytest.FixtureRequest, copies: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> Library:
    """The wheel's library with kernels that every CPU can run."""
    kernels, name = OLDEST[MACHINE]
    monkeypatch.setenv("OPENBLAS_CORETYPE", kernels)
    library = Library(copies(kernels))
    assert library.kernels() == name
    library.use_threads(request.param)
    return library
