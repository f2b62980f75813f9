"""What level 1 to 3 and LAPACK's main functions touch, and what depends on what, with each CPU family's kernels.

Bounds: nothing is read or written beyond arrays, nor written between their numbers. Bits: the same numbers give the
same result wherever they lie. Marks: NaN and infinity are in the result where it depends on them, and nowhere else;
what does not depend on them is right. Factors: the same of LU, and Cholesky tells at which pivot it found NaN.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from artifacts import LIBRARY, PACKAGE

_TESTS = Path(__file__).parents[1]
# Of each family what a CPU has that can run its kernels.
_FAMILIES = {
    "Prescott": "sse3",
    "Nehalem": "sse4_2",
    "Sandybridge": "avx",
    "Haswell": "avx2",
    "Zen": "avx2",
    "SkylakeX": "avx512vl",
}
_SIZES: dict[str, list[int]] = {
    "bounds": [*range(1, 10), 12, 15, 17, 18, 31, 33, 40, 65],
    "bits": [3, 16, 33, 129, 300],
    "marks": [3, 8, 17, 33, 77],
    "factors": [1, 2, 5, 8, 12, 13, 16, 17, 33, 64, 100],
}


@pytest.fixture(scope="session")
def guard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("guard") / "guarded.so"
    source = _TESTS / "memory" / "guarded.c"
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", source, "-o", output], check=True)
    return output


def wrong_lines(check: str, library: Path, guard: Path, how: tuple[str, int], sizes: Iterable[int]) -> list[str]:
    family, threads = how
    command: list[str | Path] = [sys.executable, "-m", "memory.checks", check, library, guard, str(threads), "sdcz"]
    done = subprocess.run(
        [*command, ",".join(str(size) for size in sizes)],
        env={**os.environ, "OPENBLAS_CORETYPE": family, "PYTHONPATH": str(_TESTS)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize("check", _SIZES)
@pytest.mark.parametrize("family", _FAMILIES)
def test_one_thread(check: str, family: str, contents: Path, guard: Path) -> None:
    if _FAMILIES[family] not in Path("/proc/cpuinfo").read_text().replace("pni", "sse3").split():
        pytest.skip(f"this CPU has no {_FAMILIES[family]}")
    library = contents / PACKAGE / "lib" / LIBRARY
    assert wrong_lines(check, library, guard, (family, 1), _SIZES[check]) == []


@pytest.mark.parametrize("check", _SIZES)
def test_two_threads(check: str, contents: Path, guard: Path) -> None:
    # The family that the CPU has: an empty name chooses none.
    library = contents / PACKAGE / "lib" / LIBRARY
    assert wrong_lines(check, library, guard, ("", 2), [130]) == []
