"""``python -m checks.wheels.numerical WHEEL ...``: install wheels on this machine, and run the numerical tests on each.

For wheels of this machine, made anywhere; a folder stands for all wheels in it. It needs the packages of the dependency
group ``trial``. For other machines there is ``make test PLATFORM=<tag>``.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from checks.platforms.trials import TESTS
from checks.status import status_of
from openblas_build.console import say
from openblas_build.errors import ToolError
from openblas_build.run import run

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: Sequence[str] | None = None) -> int:
    """Test wheels; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m checks.wheels.numerical", description=__doc__)
    parser.add_argument("wheels", nargs="+", type=Path, help="wheels, or folders of them")
    parser.add_argument("--every", type=int, default=1, help="run each N-th test only")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="for each wheel; no test begins after")
    options = parser.parse_args(arguments)
    return status_of(lambda: _check(options.wheels, ["--every", str(options.every), "--seconds", str(options.seconds)]))


def _check(given: Iterable[Path], sample: Sequence[str]) -> None:
    wheels = [wheel for path in given for wheel in (sorted(path.rglob("*.whl")) if path.is_dir() else [path])]
    if not wheels:
        msg = f"no wheel in {', '.join(map(str, given))}"
        raise ToolError(msg)
    for wheel in wheels:
        say(str(wheel))
        with tempfile.TemporaryDirectory(prefix="openblas-trial-") as site:
            install(wheel, Path(site))
            _self_test(wheel.name.partition("-")[0], Path(site))
        _numerical(wheel.resolve(), sample)


def install(wheel: Path, site: Path) -> None:
    """Install a wheel as a user's pip does, which takes what this machine's tags allow.

    Raises:
        ToolError: it does not take it.
    """
    run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", site, wheel])


def _self_test(package: str, site: Path) -> None:
    print(run([sys.executable, "-m", package], env={"PYTHONPATH": str(site)}, cwd=site), end="")


def _numerical(wheel: Path, sample: Sequence[str]) -> None:
    plugin = ["-p", "no:cacheprovider", "-p", "checks.sampled", *sample]
    command = [sys.executable, "-m", "pytest", "-q", "--tb=short", *plugin, *TESTS]
    if subprocess.run(command, cwd=ROOT, env={**os.environ, "TESTED_WHEEL": str(wheel)}, check=False).returncode:
        msg = f"{wheel.name}: numerical tests failed"
        raise ToolError(msg)


if __name__ == "__main__":
    sys.exit(main())
