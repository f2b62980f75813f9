"""The real wheel for these tests."""

import shutil
from pathlib import Path

import pytest

from artifacts import LIBRARY, PACKAGE
from dense import Library
from wheel_fixtures import contents, environment, published, wheel

__all__ = ["contents", "environment", "published", "wheel"]


# Numbers of threads, and the CPU family whose kernels to take in place of this CPU's.
WAYS = {"one thread": (1, None), "two threads": (2, None), "HASWELL kernels": (2, "Haswell")}


@pytest.fixture(scope="session")
def other_copy(contents: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library in another file: loaded from there it chooses its kernels anew."""
    copy = tmp_path_factory.mktemp("other-copy") / LIBRARY
    shutil.copy2(contents / PACKAGE / "lib" / LIBRARY, copy)
    return copy


@pytest.fixture(params=WAYS)
def library(
    request: pytest.FixtureRequest, contents: Path, other_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> Library:
    """The wheel's library with one thread, with two, and with the kernels for CPUs without AVX-512."""
    threads, kernels = WAYS[request.param]
    if not kernels:
        library = Library(contents / PACKAGE / "lib" / LIBRARY)
    elif "avx2" in Path("/proc/cpuinfo").read_text():
        monkeypatch.setenv("OPENBLAS_CORETYPE", kernels)
        library = Library(other_copy)
        assert library.kernels() == kernels
    else:
        pytest.skip("this CPU has no AVX2")
    library.use_threads(threads)
    return library
