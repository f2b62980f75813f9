"""OpenBLAS as a Python package: one shared library, its headers, pkg-config and CMake files.

Importing the package loads the library with its symbols visible to extension modules that are
loaded later (``RTLD_GLOBAL``), so that modules built with preloading find OpenBLAS. The symbols
have names of their own (``scipy_dgemm_64_`` in scipy_openblas64, ``scipy_dgemm_`` in scipy_openblas32),
which no other BLAS in the process has. Both packages have the same modules and functions.
"""

import os
import sys

try:
    from ._variant import LIBRARY, LINK_FILE, VERSION
except ModuleNotFoundError:
    raise ImportError(
        f"{__name__} is imported from its source folder, where no library is: "
        "build and install the wheel, and run Python from another folder"
    ) from None
from . import _library
from ._library import LibraryError

TYPE_CHECKING = False  # typing is slow to import, and only checkers need it
if TYPE_CHECKING:
    from typing import Union

__all__ = [
    "LibraryError",
    "get_corename",
    "get_include_dir",
    "get_lib_dir",
    "get_library",
    "get_num_threads",
    "get_openblas_config",
    "get_pkg_config",
    "set_num_threads",
    "write__distributor_init",
]

__version__ = VERSION


def get_include_dir() -> str:
    """Return the absolute path of the folder with the headers, for the compiler's ``-I``."""
    return _library.folder("include")


def get_lib_dir() -> str:
    """Return the absolute path of the folder with the library, for the linker's ``-L``."""
    return _library.folder("lib")


def get_library(fullname: bool = False) -> str:
    """Return the library's name for the linker's ``-l``, or with `fullname` the name of the file that it reads."""
    return LINK_FILE if fullname else LIBRARY


def get_pkg_config(use_preloading: bool = False, use_prefix: bool = False) -> str:
    """Return a pkg-config file for the library as text of several lines.

    With `use_preloading` it has no flags to link with: modules then find the library only if this
    package was imported before them. With `use_prefix` paths are relative to the file itself,
    which has to be stored in ``lib/pkgconfig`` of this package; otherwise they are absolute, and
    the file may be anywhere.

    Raises:
        LibraryError: the library cannot be loaded.
    """
    from ._pkg_config import render

    if use_prefix:
        lib_dir, include_dir = "${pcfiledir}/../../lib", "${pcfiledir}/../../include"
    else:
        lib_dir, include_dir = get_lib_dir(), get_include_dir()
    return render(lib_dir, include_dir, get_openblas_config(), use_preloading=use_preloading)


def get_openblas_config() -> str:
    """Return what the library says of itself: version, options, the CPU kernel chosen, the thread limit.

    Raises:
        LibraryError: the library cannot be loaded.
    """
    return _library.get_config()


def get_corename() -> str:
    """Return the name of the CPU family whose kernels the library chose, e.g. ``SkylakeX``.

    Raises:
        LibraryError: the library cannot be loaded.
    """
    return _library.get_corename()


def get_num_threads() -> int:
    """Return how many threads the library uses at most.

    Raises:
        LibraryError: the library cannot be loaded.
    """
    return _library.get_num_threads()


def set_num_threads(number: int) -> None:
    """Let the library use at most `number` threads from now on, in the whole process.

    A number above the limit that the library was built with means that limit.

    Raises:
        TypeError: `number` is no whole number.
        ValueError: `number` is below 1.
        LibraryError: the library cannot be loaded.
    """
    _library.set_num_threads(number)


def write__distributor_init(target: "Union[str, os.PathLike[str]]") -> None:
    """Write ``_distributor_init.py`` into the folder `target`.

    A package that imports the module before its extension modules has the library loaded
    when they need it.
    """
    with open(os.path.join(target, "_distributor_init.py"), "w", encoding="utf8") as file:
        file.write(f"'''\nHelper to preload OpenBLAS from {__name__}\n'''\nimport {__name__}\n")


def _is_run() -> bool:
    """Whether Python imports the package only to run a module of it, as ``python -m`` does.

    The module that is run loads the library when it needs it, and says in one line what is wrong.
    """
    frame = sys._getframe(1)  # noqa: SLF001 - an importer is known by its frame only
    while frame.f_back is not None and frame.f_globals.get("__name__") in (
        __name__,
        "importlib._bootstrap",
        "importlib._bootstrap_external",
    ):
        frame = frame.f_back
    return frame.f_globals.get("__name__") == "runpy"


if not _is_run():
    _library.load()
