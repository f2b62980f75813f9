"""The programs of LAPACK and OpenBLAS that test the finished library."""

from __future__ import annotations

from pathlib import Path

import pytest

import artifacts
from artifacts import LIBRARY, PACKAGE, ROOT
from conformance import facade, programs
from conformance.facade import Facade
from conformance.programs import Programs
from conformance.table import CASES, Case
from wheel_fixtures import contents, wheel

__all__ = ["contents", "wheel"]

# Where builds have gone wrong: complex eigenproblems (the same eigenvalues with and without vectors),
# inverse iteration, pivoted QR among the linear equations, loops vectorised. Each takes a few seconds.
_TITLES = ("EIG ced", "EIG zed", "EIG cgd", "EIG zgd", "EIG csep", "EIG sgg", "EIG snep", "LIN ztest")
PART = [case for case in CASES if case.title in _TITLES]


@pytest.fixture(scope="session", params=PART, ids=lambda case: case.title)
def case(request: pytest.FixtureRequest) -> Case:
    """One of LAPACK's programs with its input."""
    chosen: Case = request.param
    return chosen


@pytest.fixture(scope="session")
def build_folder() -> Path:
    """The folder in which OpenBLAS was built for the wheel."""
    return artifacts.openblas_build()


@pytest.fixture(scope="session")
def tree(build_folder: Path) -> Path:
    """The source that was built there, with this project's changes."""
    return programs.source_of(build_folder)


@pytest.fixture(scope="session")
def library(contents: Path) -> Facade:
    """The wheel's own library, with the plain names that the programs call."""
    work = ROOT / "build" / "conformance"
    return facade.make("wheel", contents / PACKAGE / "lib" / LIBRARY, work / "facades" / "wheel")


@pytest.fixture(scope="session")
def built(build_folder: Path, library: Facade) -> Programs:
    """The programs, built; a folder that is kept makes it short the next time."""
    return programs.build(build_folder, library.file, ROOT / "build" / "conformance" / "programs", PART)
