"""The shared library: where it is, and loading it once."""

import ctypes
import operator
import os

from ._elf import fault
from ._variant import C_NAME, FILE_NAME, FORTRAN_NAME, OBJECT_FORMAT, VERSION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List, Optional


# Windows' own linker looks at all of a file before it maps it.
_FAULTS = {"elf": fault}


class LibraryError(ImportError):
    """The OpenBLAS library is missing or cannot be loaded."""


def folder(name: str) -> str:
    """Return the absolute path of the package's folder `name`, as compilers and pkg-config want it: with slashes.

    An editable install spreads the package over two places, so all of its path is looked at.
    """
    from . import __path__ as places

    found = [os.path.join(os.path.abspath(place), name) for place in places]
    return next((path for path in found if os.path.isdir(path)), found[0]).replace(os.sep, "/")


def path() -> str:
    """Return the absolute path of the library's file.

    Raises:
        LibraryError: there is none.
    """
    place = f"{folder('lib')}/{FILE_NAME}"
    if not os.path.lexists(place):
        raise LibraryError(f"OpenBLAS is missing: there is no {place}; install {_package()} again")
    return place


def load() -> ctypes.CDLL:
    """Load the library, with its symbols visible to all, and return it; later calls give the same.

    Raises:
        LibraryError: it is missing or damaged, or the dynamic linker refuses it.
    """
    if not _loaded:
        place = path()
        wrong = _FAULTS[OBJECT_FORMAT](place) if OBJECT_FORMAT in _FAULTS else ""
        if wrong:
            raise _unusable(wrong)
        try:
            _loaded.append(ctypes.CDLL(place, ctypes.RTLD_GLOBAL))
        except OSError as error:
            raise _unusable(f"is refused by the dynamic linker: {_without(place, str(error))}") from error
    return _loaded[0]


def function(name: str, result: "Any" = None, arguments: "Optional[List[Any]]" = None) -> "Any":
    """Return OpenBLAS's function `name`, e.g. ``openblas_get_config`` or ``dgemm_``, by its name here.

    `result` and `arguments` are ctypes types.

    Raises:
        LibraryError: the library cannot be loaded, or does not have the function.
    """
    # Fortran's names end in an underscore, which stands in the pattern already.
    exported = FORTRAN_NAME.format(name[:-1]) if name.endswith("_") else C_NAME.format(name)
    try:
        # Each call a function object of its own: a declaration of types does not reach other users.
        found = ctypes.CDLL.__getitem__(load(), exported)
    except AttributeError as error:
        raise _unusable(f"has no function {exported}") from error
    found.restype = result
    if arguments is not None:
        found.argtypes = arguments
    return found


def get_config() -> str:
    """Return ``openblas_get_config()``."""
    text = function("openblas_get_config", ctypes.c_char_p, [])()
    return str(text.decode("utf8"))


def get_corename() -> str:
    """Return ``openblas_get_corename()``."""
    text = function("openblas_get_corename", ctypes.c_char_p, [])()
    return str(text.decode("utf8"))


def get_num_threads() -> int:
    """Return ``openblas_get_num_threads()``."""
    return int(function("openblas_get_num_threads", ctypes.c_int, [])())


def set_num_threads(number: int) -> None:
    """Call ``openblas_set_num_threads(number)``, which would take any number for a good one."""
    wanted = operator.index(number)
    if wanted < 1:
        raise ValueError(f"the number of threads is at least 1, not {wanted}")
    # OpenBLAS cuts off at its own limit; more than a C int holds would come out as anything.
    function("openblas_set_num_threads", None, [ctypes.c_int])(min(wanted, 2**31 - 1))


def build_record() -> str:
    """Return how the library was built, as JSON text; the wheel has it in its metadata.

    Raises:
        LibraryError: the metadata are not there.
    """
    path = os.path.join(os.path.dirname(folder("lib")), os.pardir, f"{_package()}-{VERSION}.dist-info")
    try:
        with open(os.path.join(path, "build-record.json"), encoding="utf8") as file:
            return file.read()
    except OSError as error:
        raise LibraryError(f"the build record is missing: {error}; only a finished wheel has one") from error


def _unusable(why: str) -> LibraryError:
    return LibraryError(f"OpenBLAS cannot be loaded: {path()} {why}; install {_package()} again")


def _without(place: str, text: str) -> str:
    """Return the dynamic linker's `text` in one line, without the file's name that it mostly begins with."""
    line = " ".join(text.split())
    return line[len(place) + 2 :] if line.startswith(f"{place}: ") else line


def _package() -> str:
    return __name__.partition(".")[0]


_loaded: "List[ctypes.CDLL]" = []
