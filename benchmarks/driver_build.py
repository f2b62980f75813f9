"""The C programs that measure, compiled for this machine."""

from __future__ import annotations

import os
import platform
import shlex
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from openblas_build.errors import ToolError
from openblas_build.run import run

_SOURCES = Path(__file__).resolve().parent / "driver"
# Each with a main of its own; the other sources are shared.
_PROGRAMS = ("worker", "callers", "peak")
# C11: a function pointer without parameters takes any, as calls of Fortran need; C23 has it no more.
_WORKER_FLAGS = ("-std=c11", "-D_GNU_SOURCE", "-O2", "-Wall", "-Wextra", "-Wno-cast-function-type")
_PEAK_FLAGS = ("-std=gnu11", "-O3", "-ffp-contract=fast", "-Wall", "-Wextra")


@dataclass(frozen=True)
class Vectors:
    """A vector extension: the CPU flags that say it is there, the compiler's flags for it."""

    name: str
    cpu_flags: frozenset[str]
    compiler_flags: tuple[str, ...]


_VECTORS = (
    Vectors("AVX-512", frozenset({"avx512f"}), ("-mavx512f",)),
    Vectors("AVX2", frozenset({"avx2", "fma"}), ("-mavx2", "-mfma")),
)
_PORTABLE = Vectors("native", frozenset(), ("-mcpu=native",))


@dataclass(frozen=True)
class Driver:
    """The compiled programs: worker and callers by the bits of their integers, peak kernels by vector extension."""

    compiler: str
    workers: Mapping[int, Path]
    callers: Mapping[int, Path]
    peaks: Mapping[str, Path]


def build(folder: Path) -> Driver:
    """Compile everything into `folder` with the compiler of CC, or cc.

    Raises:
        ToolError: there is no C compiler, or it fails.
    """
    compiler = shlex.split(os.environ.get("CC", "cc"))
    if shutil.which(compiler[0]) is None:
        msg = f"no C compiler {compiler[0]} on PATH; install gcc, or name a compiler in the environment variable CC"
        raise ToolError(msg)
    folder.mkdir(parents=True, exist_ok=True)
    shared = [path for path in sorted(_SOURCES.glob("*.c")) if path.stem not in _PROGRAMS]
    programs: dict[str, dict[int, Path]] = {"worker": {}, "callers": {}}
    for name, by_bits in programs.items():
        for bits in (32, 64):
            by_bits[bits] = folder / f"{name}{bits}"
            flags = [*_WORKER_FLAGS, f"-DINTEGER=int{bits}_t"]
            run([*compiler, *flags, _SOURCES / f"{name}.c", *shared, "-o", by_bits[bits], "-ldl", "-lm", "-lpthread"])
    peaks = {}
    for vectors in vectors_here():
        peaks[vectors.name] = folder / f"peak-{vectors.name}"
        flags = [*_PEAK_FLAGS, *vectors.compiler_flags]
        run([*compiler, *flags, _SOURCES / "peak.c", "-o", peaks[vectors.name], "-lpthread"])
    return Driver(run([*compiler, "--version"]).splitlines()[0], programs["worker"], programs["callers"], peaks)


def vectors_here() -> list[Vectors]:
    """Return the vector extensions that this CPU has."""
    if platform.machine() != "x86_64":
        return [_PORTABLE]
    flags = set(cpu_field("flags").split())
    return [vectors for vectors in _VECTORS if vectors.cpu_flags <= flags]


def cpu_field(name: str) -> str:
    """Return a field of the first CPU in /proc/cpuinfo, such as ``model name``; empty if there is none."""
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return ""
