"""Build the wheel in each of the ways below and test each once: ``make check-variants``.

Every variant is built whole, installed into a fresh environment and put through the same tests; the last
column is its speed beside that of the first. Results are kept, so that the table is whole when only some are
run: ``python tools/check_variants.py clang gold``.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
import venv
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Callable
from xml.etree import ElementTree as ET

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "backend"), str(ROOT)]

from checks import pip_wheel  # noqa: E402
from conformance.candidates import library_of  # noqa: E402
from openblas_build.console import complain, duration, say  # noqa: E402
from openblas_build.errors import BuildError, ToolError  # noqa: E402
from openblas_build.run import run  # noqa: E402

PACKAGE = "scipy_openblas64"
FOLDER = ROOT / "build" / "variants"


@dataclass(frozen=True)
class Variant:
    """One way to build: options of the backend, variables of the environment, and the program that it needs."""

    name: str
    settings: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    needs: str = "cc"

    @property
    def folder(self) -> Path:
        """Where it is built, and what is known of it is kept."""
        return FOLDER / self.name

    @property
    def build(self) -> Path:
        """CMake's build folder."""
        return self.folder / "build"

    @property
    def title(self) -> str:
        """How it is made, in the words of a command line."""
        words = [f"{name}='{value}'" if " " in value else f"{name}={value}" for name, value in self.variables.items()]
        return " ".join([*words, *(f"-C {key}={value}" for key, value in self.settings.items())]) or "nothing given"

    @property
    def wheel(self) -> Path:
        """The wheel.

        Raises:
            ToolError: there is none, or more than one.
        """
        wheels = list((self.folder / "dist").glob("*.whl"))
        if len(wheels) != 1:
            msg = f"{self.folder / 'dist'} should hold one wheel, and holds {len(wheels)}"
            raise ToolError(msg)
        return wheels[0]


FIRST = Variant("default")
VARIANTS = (
    FIRST,
    Variant("none", settings={"openblas.threading": "none"}),
    Variant("one", settings={"openblas.num-threads": "1"}),
    Variant("clang", variables={"CC": "clang"}, needs="clang"),
    Variant("native", variables={"CFLAGS": "-O3 -march=native"}),
    Variant("lto", variables={"CFLAGS": "-flto", "FFLAGS": "-flto", "LDFLAGS": "-flto"}),
    Variant("ldflags", variables={"LDFLAGS": "-Wl,-z,now -Wl,--build-id=none"}),
    Variant("gold", variables={"LDFLAGS": "-fuse-ld=gold"}, needs="ld.gold"),
    Variant("lld", variables={"LDFLAGS": "-fuse-ld=lld"}, needs="ld.lld"),
)

# Each seventh test of the wheel, by pytest's plugin in checks/: all of them take hours with so many variants.
_SAMPLE = ("-p", "checks.sampled", "--every", "7")
# Tests of the wheel by their columns. Those that build wheels of their own say nothing of this one.
SUITES: Mapping[str, Sequence[str]] = {
    "wheel": (
        *_SAMPLE,
        "tests/wheel",
        *(f"--ignore=tests/wheel/test_{name}.py" for name in ("namings", "sdist", "odd_places", "interrupted")),
        "--deselect=tests/wheel/test_runtime.py::test_build_info",  # which says what the default is
    ),
    "threads": ("tests/threads",),
    "LAPACK": ("tests/lapack", "tests/openblas/test_programs.py", "-k", "not openblas_programs"),
    "OpenBLAS": ("tests/openblas/test_programs.py", "-k", "openblas_programs"),
}
# Rows of the benchmark; the first has a figure of its own, all together have a mean.
ROWS = ("dgemm 1000", "dgemm 100", "dgetrf 250", "dpotrf 500", "dgeev 100", "dsyevd 250", "dgesdd 100", "zgemm 500")

# What would make a variant another one.
_CLEARED = ("CC", "FC", "CFLAGS", "CPPFLAGS", "FFLAGS", "LDFLAGS")
_ARCHIVES = "SCIPY_OPENBLAS_ARCHIVES"


@dataclass
class Result:
    """What was found of a variant; `passed` says how many tests passed of how many, by column."""

    title: str
    seconds: float = 0
    size: int = 0
    kernels: str = ""
    self_test: str = ""
    passed: dict[str, str] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    speed: dict[str, float] = field(default_factory=dict)
    error: str = ""


Step = Callable[[Variant, Result], None]


def main(arguments: Sequence[str] | None = None) -> int:
    """Build and test; return 0 if every variant was built and passed every test."""
    names = [variant.name for variant in VARIANTS]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of {', '.join(names)}; default: all")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--no-build", action="store_true", help="test the wheels that are there")
    what.add_argument("--no-tests", action="store_true", help="build only")
    options = parser.parse_args(arguments)
    if unknown := set(options.names) - set(names):
        parser.error(f"no variant is called {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    chosen = [variant for variant in VARIANTS if variant.name in (options.names or names)]
    build: Sequence[Step] = () if options.no_build else (_built,)
    tests: Sequence[Step] = () if options.no_tests else (_self_tested, _tested, _measured)
    results = [checked(variant, [*build, *tests]) for variant in chosen]
    print(table(), flush=True)
    return 1 if any(result.error or result.failed for result in results) else 0


def checked(variant: Variant, steps: Sequence[Step]) -> Result:
    """Do these steps with one variant, and keep the result; what was known of it before stays where it is not anew."""
    result = _known(variant)
    result.error, result.failed = "", []
    try:
        if shutil.which(variant.needs) is None:
            msg = f"{variant.needs} is not on PATH"
            raise ToolError(msg)
        for step in steps:
            step(variant, result)
    except BuildError as error:
        result.error = str(error).splitlines()[0]
        complain(f"{variant.name}: {error}")
    variant.folder.mkdir(parents=True, exist_ok=True)
    _result_file(variant).write_text(json.dumps(asdict(result), indent=1) + "\n", encoding="utf-8")
    return result


def _result_file(variant: Variant) -> Path:
    return variant.folder / "result.json"


def _known(variant: Variant) -> Result:
    file = _result_file(variant)
    return Result(**json.loads(file.read_text(encoding="utf-8"))) if file.exists() else Result(variant.title)


def _environment(variables: Mapping[str, str]) -> dict[str, str]:
    own = {
        name: value
        for name, value in os.environ.items()
        if name == _ARCHIVES or not (name in _CLEARED or name.startswith(("OPENBLAS_", "SCIPY_OPENBLAS_")))
    }
    return {**own, **variables}


def _built(variant: Variant, result: Result) -> None:
    log = variant.folder / "build.log"
    say(f"{variant.name}: building with {variant.title}; what it prints is in {log}")
    shutil.rmtree(variant.folder, ignore_errors=True)
    variant.folder.mkdir(parents=True)
    command = pip_wheel.command(variant.folder / "dist", {"build-dir": str(variant.build), **variant.settings})
    began = time.monotonic()
    with log.open("w", encoding="utf-8") as output:
        done = subprocess.run(
            [*command, "--verbose"],
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            env=_environment(variant.variables), check=False,
        )  # fmt: skip
    if done.returncode:
        msg = f"the build failed, see {log}"
        raise ToolError(msg)
    result.seconds = time.monotonic() - began
    if variant is not FIRST:  # whose programs the others are tested with
        shutil.rmtree(variant.build)


def _self_tested(variant: Variant, result: Result) -> None:
    result.size = variant.wheel.stat().st_size
    folder = variant.folder / "venv"
    shutil.rmtree(folder, ignore_errors=True)
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    run([python, "-m", "pip", "install", "--quiet", "--no-index", variant.wheel], env={"PIP_NO_INPUT": "1"})
    done = subprocess.run(
        [python, "-m", PACKAGE], cwd=folder, env=_environment({}), capture_output=True, text=True, check=False
    )
    result.self_test = "ok" if done.returncode == 0 else "failed"
    if done.returncode:
        result.failed.append(f"python -m {PACKAGE}: {done.stdout}{done.stderr}")
    facts = json.loads(run([python, "-m", PACKAGE, "--json"], cwd=folder))
    record = json.loads(run([python, "-m", PACKAGE, "--build-info"], cwd=folder))
    result.kernels = f"{facts['kernels']}, {len(record['kernels'])} CPUs"
    say(f"{variant.name}: installed; self-test {result.self_test}, kernels {result.kernels}")


def _tested(variant: Variant, result: Result) -> None:
    environ = _environment({"TESTED_WHEEL": str(variant.wheel), "TESTED_BUILD": str(FIRST.build / "openblas")})
    for title, tests in SUITES.items():
        report = variant.folder / f"{title}.xml"
        report.unlink(missing_ok=True)
        began = time.monotonic()
        with (variant.folder / f"{title}.log").open("w", encoding="utf-8") as output:
            subprocess.run(
                [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *tests],
                cwd=ROOT, env=environ, stdout=output, stderr=subprocess.STDOUT, check=False,
            )  # fmt: skip
        passed, failed, skipped = _counted(report)
        result.passed[title] = f"{passed} of {passed + len(failed)}"
        result.failed += failed
        passed_over = f", {skipped} passed over" if skipped else ""
        say(f"{variant.name}: {title}: {result.passed[title]}{passed_over}, {duration(time.monotonic() - began)}")
        for name in failed:
            say(f"{variant.name}: failed: {name}")


def _counted(report: Path) -> tuple[int, list[str], int]:
    """Return how many tests passed, the names of those that did not, and how many were passed over."""
    if not report.exists():
        return 0, ["pytest did not run"], 0
    passed, failed, skipped = 0, [], 0
    for case in ET.parse(report).getroot().iter("testcase"):  # noqa: S314 - pytest wrote it just now
        ends = {child.tag for child in case}
        if ends & {"failure", "error"}:
            failed.append(f"{case.get('classname')}::{case.get('name')}")
        elif "skipped" in ends:
            skipped += 1
        else:
            passed += 1
    return passed, failed, skipped


def _measured(variant: Variant, result: Result) -> None:
    if variant is FIRST:
        return
    folder = variant.folder / "bench"
    rows = [word for row in ROWS for word in ("--rows", row)]
    without = [word for name in ("PyPI", "MKL", "Debian", "BLIS") for word in ("--without", name)]
    first = f"--candidate=first={library_of(FIRST.wheel, FIRST.folder / 'contents')}:scipy_:64_:ilp64"
    command: list[str | Path] = [sys.executable, "-m", "benchmarks", "--wheel", variant.wheel, "--folder", folder]
    run(
        [*command, first, *rows, *without, "--threads", "1", "--again", "0"],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT / "backend")},
    )
    found = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    result.speed = {row["name"]: row["ratios"]["first"] for row in found["rows"]}
    say(f"{variant.name}: {_speed(result)} of the first variant's speed")


def _speed(result: Result) -> str:
    if not result.speed:
        return ""
    mean = statistics.geometric_mean(result.speed.values())
    return f"{mean:.2f} ({ROWS[0]} {result.speed[ROWS[0]]:.2f})"


def table() -> str:
    """Return what is known of all variants, as a table of Markdown."""
    heads = ["Variant", "Built with", "Build", "Wheel", "Kernels", "Self-test", *SUITES, "Speed"]
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    for variant in VARIANTS:
        if not _result_file(variant).exists():
            continue
        result = _known(variant)
        if result.error:
            lines.append(f"| {variant.name} | `{result.title}` | {result.error} |" + " |" * (len(heads) - 3))
            continue
        cells = [variant.name, f"`{result.title}`", duration(result.seconds), f"{result.size / 1e6:.1f} MB"]
        cells += [result.kernels, result.self_test, *(result.passed.get(suite, "") for suite in SUITES), _speed(result)]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
