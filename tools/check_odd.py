"""Build, install and use the wheel in folders with odd names: ``make check-odd``.

Project, build folder, source, cache and prefix each have blanks, accents, quotes, ``+``, ``$`` and 200 characters in
their paths. Everything is compiled, without a compiler cache, so that a path that goes astray shows where it is used.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "backend"))

from openblas_build.console import complain, say  # noqa: E402
from openblas_build.errors import BuildError, ToolError  # noqa: E402
from openblas_build.run import run  # noqa: E402

ODD = f"blank é'+ $x #1 {'l' * 180}"


def main() -> int:
    """Go through all steps and print the table; return 0 if each is right."""
    with tempfile.TemporaryDirectory(prefix="odd-") as folder:
        places = {name: Path(folder) / name / ODD for name in ("project", "build", "source", "cache", "prefix", "dist")}
        for place in places.values():
            place.mkdir(parents=True)
        steps: dict[str, Callable[[], str]] = {
            "wheel of the lock's source": lambda: _wheel(places),
            "wheel of a tree given": lambda: _wheel_of_tree(places),
            "install under a prefix, self-test": lambda: _installed(places),
        }
        print(f"| Step in folders called {ODD[:16]}... | Result |\n|---|---|")
        failed = 0
        for title, step in steps.items():
            say(title)
            try:
                result = step()
            except BuildError as error:
                failed += 1
                complain(str(error))
                result = "failed"
            print(f"| {title} | {result} |", flush=True)
    return 1 if failed else 0


def _pip(places: dict[str, Path], *arguments: str | Path) -> None:
    environ = {**os.environ, "XDG_CACHE_HOME": str(places["cache"])}
    command = [sys.executable, "-m", "pip", *map(str, arguments)]
    if subprocess.run(command, env=environ, check=False).returncode:
        msg = f"pip {arguments[0]} failed, see above"
        raise ToolError(msg)


def _build(places: dict[str, Path], *settings: str) -> Path:
    project, dist = places["project"] / "clone", places["dist"]
    options = [f"--config-settings={each}" for each in ("openblas.compiler-launcher=none", *settings)]
    _pip(places, "wheel", project, "--no-deps", "--no-build-isolation", "--verbose", "-w", dist, *options)
    (wheel,) = dist.glob("*.whl")
    return wheel


def _wheel(places: dict[str, Path]) -> str:
    run(["git", "clone", "--quiet", ROOT, places["project"] / "clone"])
    wheel = _build(places, f"build-dir={places['build']}")
    return f"{wheel.stat().st_size / 1e6:.2f} MB"


def _wheel_of_tree(places: dict[str, Path]) -> str:
    """The same tree, given as the user's own; the same folder, where it is another source."""
    trees = sorted((places["project"] / "clone" / "openblas_src").glob("OpenBLAS-*"))
    tree = trees[-1].rename(places["source"] / "OpenBLAS")
    wheel = _build(places, f"build-dir={places['build']}", f"openblas.source={tree}")
    return f"{wheel.stat().st_size / 1e6:.2f} MB"


def _installed(places: dict[str, Path]) -> str:
    (wheel,) = places["dist"].glob("*.whl")
    target = places["prefix"]
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(target)
    said = run([sys.executable, "-m", "scipy_openblas64"], cwd=target, env={"PYTHONPATH": str(target)})
    return said.strip().splitlines()[-1]


if __name__ == "__main__":
    sys.exit(main())
