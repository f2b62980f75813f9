"""Both wheels and NumPy in one process: each calls itself and no other, whatever was loaded first."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest

from artifacts import Environment
from openblas_build.naming import ILP64, LP64
from openblas_build.targets.formats import SharedLibrary, read_library
from programs import run

# Multiplies with both libraries and NumPy, and tells for every function of each library's interface
# where the dynamic linker finds it, asked from the whole process and from the library itself.
PROGRAM = """
import ctypes, importlib, json, sys, threading

order = {order!r}
for name in order:
    module = importlib.import_module(name)
    if name == "numpy":
        module.linalg.inv(module.eye(3))
import numpy, scipy_openblas32, scipy_openblas64

class Info(ctypes.Structure):
    _fields_ = [("file", ctypes.c_char_p), ("base", ctypes.c_void_p)]
    _fields_ += [("name", ctypes.c_char_p), ("at", ctypes.c_void_p)]

everything = ctypes.CDLL(None)
everything.dladdr.argtypes = [ctypes.c_void_p, ctypes.POINTER(Info)]

def home(function):
    info = Info()
    assert everything.dladdr(ctypes.cast(function, ctypes.c_void_p), ctypes.byref(info))
    return info.file.decode()

def product(package, integer):
    n = 64
    a = numpy.arange(n * n, dtype=float).reshape(n, n) % 7
    b = numpy.arange(n * n, dtype=float).reshape(n, n) % 5
    c = numpy.zeros((n, n))
    dgemm = importlib.import_module(package + "._library").function("cblas_dgemm")
    pointer = ctypes.c_void_p
    dgemm.argtypes = [ctypes.c_int] * 3 + [integer] * 3 + [ctypes.c_double, pointer, integer, pointer, integer]
    dgemm.argtypes += [ctypes.c_double, pointer, integer]
    dgemm(101, 111, 111, n, n, n, 1.0, a.ctypes.data, n, b.ctypes.data, n, 0.0, c.ctypes.data, n)
    assert (c == a @ b).all()

pairs = [("scipy_openblas32", ctypes.c_int32), ("scipy_openblas64", ctypes.c_int64)]
for _ in range(3):
    for package, integer in pairs:
        product(package, integer)
threads = [threading.Thread(target=product, args=pair) for pair in pairs * 4]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
scipy_openblas32.set_num_threads(1)
scipy_openblas64.set_num_threads(2)
assert (scipy_openblas32.get_num_threads(), scipy_openblas64.get_num_threads()) == (1, 2)

strays, others = [], {{}}
for package, other in ((scipy_openblas32, scipy_openblas64), (scipy_openblas64, scipy_openblas32)):
    others[package.__name__] = other.get_lib_dir() + "/" + other.get_library(True)
for package in (scipy_openblas32, scipy_openblas64):
    path = package.get_lib_dir() + "/" + package.get_library(True)
    library = ctypes.CDLL(path)
    for name in json.load(open({names!r}))[package.__name__]:
        if home(library[name]) != path:
            strays.append(name)
        # From outside: NumPy's copy of the same interface may be first, the other interface's library never.
        if home(everything[name]) == others[package.__name__]:
            strays.append(name)
print(len(strays), *strays[:5])
"""


@pytest.fixture(scope="module")
def libraries(both: Environment) -> dict[str, SharedLibrary]:
    return {
        interface.package: read_library(both.site / interface.package / "lib" / library)
        for interface, library in ((LP64, "libscipy_openblas.so"), (ILP64, "libscipy_openblas64_.so"))
    }


def test_no_name_is_in_both(libraries: dict[str, SharedLibrary]) -> None:
    short, long = libraries.values()
    assert len(short.exports) > 5000
    assert len(long.exports) > 5000
    assert short.exports & long.exports == set()


def test_neither_wants_what_the_other_has(libraries: dict[str, SharedLibrary]) -> None:
    for library, other in itertools.permutations(libraries.values()):
        listed = run("nm", "-D", "--undefined-only", "--format=posix", library.path)
        wanted = {line.split()[0].partition("@")[0] for line in listed.splitlines()}
        assert "malloc" in wanted
        assert wanted & other.exports == set()


@pytest.mark.parametrize("order", list(itertools.permutations(["scipy_openblas32", "scipy_openblas64", "numpy"])))
def test_all_calculate_whatever_was_loaded_first(
    both: Environment, libraries: dict[str, SharedLibrary], order: tuple[str, ...], tmp_path: Path
) -> None:
    names = tmp_path / "names.json"
    names.write_text(json.dumps({name: sorted(library.exports) for name, library in libraries.items()}))
    assert both.run(PROGRAM.format(order=list(order), names=str(names))) == "0\n"


def test_threadpoolctl_sees_both(both: Environment) -> None:
    code = (
        "import scipy_openblas32, scipy_openblas64, threadpoolctl\n"
        "print(*sorted(each['filepath'].rpartition('/')[2] for each in threadpoolctl.threadpool_info()))"
    )
    assert both.run(code).split() == ["libscipy_openblas.so", "libscipy_openblas64_.so"]
