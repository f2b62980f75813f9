"""Measure what a build costs: ``make bench-build``. By hand; it takes the better part of an hour.

The rows are the same OpenBLAS, with the same options and compilers: by its own Makefiles, by its own
CMake project, and as this project's wheel, first without and then with a compiler cache that
another folder has filled. The last one is the wheel for this machine with another C library, cross-built
without a cache: the same kernels by the same compilers. CPU time is that of all processes together.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "backend"))

from openblas_build import overlay, project, targets  # noqa: E402
from openblas_build.console import complain, duration, say  # noqa: E402
from openblas_build.errors import BuildError, ToolError  # noqa: E402
from openblas_build.settings import Settings  # noqa: E402

# The changes without which OpenBLAS's own builds stop: the tree has LAPACK's release in it, not OpenBLAS's copy.
_FITTING = ("lists-without-combssq", "lists-without-larft-lvl2", "lapacke-mangling")


@dataclass(frozen=True)
class Cost:
    """Seconds that a build took: on the clock, and of all processors together."""

    wall: float
    cpu: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the builds asked for and print the table; return the exit status."""
    parser = argparse.ArgumentParser(prog="tools/bench_build.py", description=__doc__)
    parser.add_argument("builds", nargs="*", metavar="BUILD", help=f"some of: {', '.join(BUILDS)} (default: all)")
    chosen = parser.parse_args(arguments).builds or list(BUILDS)
    costs: dict[str, Cost] = {}
    try:
        with tempfile.TemporaryDirectory(prefix="bench-build-") as folder:
            for name in chosen:
                say(f"{name}: building")
                costs[name] = BUILDS[name](Path(folder))
                say(f"{name}: {duration(costs[name].wall)}, {duration(costs[name].cpu)} of CPU time")
    except BuildError as error:
        complain(str(error))
        return 1
    print(table(costs))
    return 0


def table(costs: Mapping[str, Cost]) -> str:
    """Return the costs as a table, with ratios to the first row."""
    first = next(iter(costs.values()))
    lines = [f"{'build':<28}{'time':>14}{'CPU time':>14}{'ratios':>14}"]
    for name, cost in costs.items():
        ratios = f"{cost.wall / first.wall:.2f} {cost.cpu / first.cpu:.2f}"
        lines.append(f"{name:<28}{duration(cost.wall):>14}{duration(cost.cpu):>14}{ratios:>14}")
    return "\n".join(lines)


def by_make(folder: Path) -> Cost:
    """Build libopenblas.a with OpenBLAS's Makefiles, LAPACK and LAPACKE included."""
    tree = shutil.copytree(_tree(folder), folder / "make")
    options = {
        **targets.chosen(Settings()).makefile_variables,
        "INTERFACE64": "1",
        "NO_SHARED": "1",
        "NUM_THREADS": str(Settings().num_threads),
        "BUILD_LAPACK_DEPRECATED": "1",
        "NO_AFFINITY": "1",
    }
    assignments = [f"{name}={value}" for name, value in options.items()]
    return _measured(["make", f"-j{os.cpu_count()}", *assignments, "libs", "netlib"], tree)


def by_cmake(folder: Path) -> Cost:
    """Build libopenblas.a with OpenBLAS's own CMake project, as it is."""
    platform = targets.chosen(Settings())
    options = {
        "CMAKE_BUILD_TYPE": "Release",
        "CMAKE_Fortran_COMPILER": "gfortran",
        "CMAKE_POSITION_INDEPENDENT_CODE": "ON",
        "BUILD_STATIC_LIBS": "ON",
        "BUILD_SHARED_LIBS": "OFF",
        "BUILD_LAPACK_DEPRECATED": "ON",
        # LAPACK's test programs, which the Makefiles' row and the wheel leave out too; OpenBLAS's own are always there.
        "BUILD_TESTING": "OFF",
        "INTERFACE64": "ON",
        "DYNAMIC_ARCH": "ON",
        "TARGET": platform.target,
        "DYNAMIC_LIST": ";".join(platform.cmake_dynamic_list),
        "NUM_THREADS": str(Settings().num_threads),
        "NO_AFFINITY": "ON",
    }
    build = folder / "cmake"
    definitions = [f"-D{name}={value}" for name, value in options.items()]
    configured = _measured(["cmake", "-S", _tree(folder), "-B", build, "-G", "Ninja", *definitions], folder)
    built = _measured(["cmake", "--build", build], folder)
    return Cost(configured.wall + built.wall, configured.cpu + built.cpu)


def cold(folder: Path) -> Cost:
    """Build the wheel in a clone, without a compiler cache."""
    return _wheel(folder / "cold", {"SCIPY_OPENBLAS_COMPILER_LAUNCHER": "none"})


def warm(folder: Path) -> Cost:
    """Build the wheel in a clone, with a compiler cache that a build in another one has filled."""
    cache = {"CCACHE_DIR": str(folder / "ccache")}
    say("filling the compiler cache first")
    _wheel(folder / "filling", cache)
    return _wheel(folder / "warm-in-another-folder", cache)


def cross(folder: Path) -> Cost:
    """Build the wheel for this machine with musl in a clone, without a compiler cache."""
    tag = f"musllinux_1_2_{os.uname().machine}"
    return _wheel(folder / "cross", {"SCIPY_OPENBLAS_COMPILER_LAUNCHER": "none", "SCIPY_OPENBLAS_PLATFORM": tag})


BUILDS: dict[str, Callable[[Path], Cost]] = {
    "make": by_make,
    "cmake": by_cmake,
    "wheel-cold": cold,
    "wheel-warm": warm,
    "wheel-cross": cross,
}


def _tree(folder: Path) -> Path:
    """Return the tree with what OpenBLAS's own builds need to find LAPACK's release in it, and nothing more."""
    manifest = project.read_overlay(ROOT)
    fitting = replace(manifest, changes=tuple(each for each in manifest.changes if each.id in _FITTING))
    tree = project.locate_tree(ROOT, Settings())
    situation = project.situation(tree, targets.chosen(Settings()).row, "GNU")
    target = folder / "tree"
    overlay.write(overlay.plan(fitting, tree.path, situation, "stock"), target)
    return target


def _wheel(clone: Path, variables: Mapping[str, str]) -> Cost:
    _measured(["git", "clone", "--quiet", ROOT, clone], ROOT)
    pip = [sys.executable, "-m", "pip", "wheel", ".", "--no-deps", "--no-build-isolation", "--wheel-dir", "dist"]
    return _measured(pip, clone, variables)


def _measured(
    command: Sequence[str | os.PathLike[str]], folder: Path, variables: Mapping[str, str] | None = None
) -> Cost:
    """Run `command` in `folder`, its output kept for the case that it fails, and return what it cost.

    Raises:
        ToolError: it failed.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OPENBLAS_")}
    before, began = _children(), time.monotonic()
    done = subprocess.run(
        command, cwd=folder, env={**environment, **(variables or {})}, capture_output=True, text=True, check=False
    )
    cost = Cost(time.monotonic() - began, _children() - before)
    if done.returncode:
        msg = f"{' '.join(map(str, command))} failed\n{(done.stdout + done.stderr)[-4000:]}"
        raise ToolError(msg)
    return cost


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())
