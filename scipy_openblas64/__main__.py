"""``python -m scipy_openblas64``: what the library is, whether it calculates right, and how to build with it."""

import argparse
import os
import shlex
import sys

from . import _library, _pkg_config
from ._library import LibraryError
from ._output import complain, guarded, say
from ._variant import C_NAME, FILE_NAME, FORTRAN_NAME, ILP64, KERNELS, LIBRARY, PKG_CONFIG_MODULE, VERSION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Dict, Optional, Tuple

    from _typeshed import SupportsWrite


def main() -> int:
    """Print what the options ask for, or without one test the library; return 0 if all is well, else 1."""
    parser = _parser()
    options = parser.parse_args()
    asked = [name for name in _QUESTIONS if getattr(options, name)]
    alone = next((name for name in _DOCUMENTS if name in asked), None)
    if alone and len(asked) > 1:
        parser.error(f"--{_option(alone)} is a document of its own, and goes with no other option")
    try:
        if not asked:
            return _selftest()
        answers = [_QUESTIONS[name][1]() for name in asked]
    except LibraryError as error:
        complain(f"error: {error}")
        return 1
    # One line, as of pkg-config, for the command line of a compiler.
    say(" ".join(answers))
    try:
        _library.path()
    except LibraryError as error:
        # The answers are right all the same.
        complain(f"warning: {error}")
    return 0


class _Parser(argparse.ArgumentParser):
    """One whose help is output like any other: argparse passes over a text that cannot be written."""

    def print_help(self, file: "Optional[SupportsWrite[str]]" = None) -> None:
        """Write the help to standard output, or to `file`."""
        if file is None:
            say(self.format_help().rstrip("\n"))
        else:
            super().print_help(file)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog=f"python -m {__package__}",
        description="Test the OpenBLAS library of this package, or print what is needed to build with it.",
    )
    for name, (meaning, _) in _QUESTIONS.items():
        parser.add_argument("--" + _option(name), action="store_true", help=meaning)
    return parser


def _option(name: str) -> str:
    return name.replace("_", "-")


def _selftest() -> int:
    say(f"OpenBLAS using '{_library.get_config()}'")
    from ._selftest import run

    return run()


def _quoted(flags: "list[str]") -> str:
    return " ".join(shlex.quote(flag) for flag in flags)


def _cflags() -> str:
    return _quoted(_pkg_config.cflags(_library.folder("include")))


def _libs() -> str:
    # A flag that names a file which is not there would be told by the linker, in other words.
    return _quoted(_pkg_config.libs(os.path.dirname(_library.path())))


def _pkgconfigdir() -> str:
    return f"{_library.folder('lib')}/pkgconfig"


def _cmakedir() -> str:
    return f"{_library.folder('lib')}/cmake/openblas"


def _json() -> str:
    import json

    lib, include = _library.folder("lib"), _library.folder("include")
    facts = {
        "version": VERSION,
        "config": _library.get_config(),
        "corename": _library.get_corename(),
        # "tuned" or "stock"; --build-info lists every change to OpenBLAS.
        "kernels": KERNELS,
        "num_threads": _library.get_num_threads(),
        "integer_bits": 64 if ILP64 else 32,
        "library": LIBRARY,
        "library_file": f"{lib}/{FILE_NAME}",
        "include_dir": include,
        "lib_dir": lib,
        "pkgconfig_dir": _pkgconfigdir(),
        "pkgconfig_module": PKG_CONFIG_MODULE,
        "cmake_dir": _cmakedir(),
        "cflags": _pkg_config.cflags(include),
        "libs": _pkg_config.libs(lib),
        # "{}" stands for OpenBLAS's name of a function, of a Fortran routine without its underscore.
        "c_name": C_NAME,
        "fortran_name": FORTRAN_NAME,
    }
    return json.dumps(facts, indent=2)


_QUESTIONS: "Dict[str, Tuple[str, Callable[[], str]]]" = {
    "version": ("the version of OpenBLAS and of this build", lambda: VERSION),
    "cflags": ("flags for the compiler, quoted for a shell", _cflags),
    "libs": ("flags for the linker, quoted for a shell", _libs),
    "pkgconfigdir": (f"the folder of {PKG_CONFIG_MODULE}.pc", _pkgconfigdir),
    "cmakedir": ("the folder of OpenBLASConfig.cmake", _cmakedir),
    "json": ("all of this and more as JSON", _json),
    "build_info": ("how this very library was built, as JSON", lambda: _library.build_record().rstrip("\n")),
}

# Those whose answer is a text of many lines.
_DOCUMENTS = ("json", "build_info")

if __name__ == "__main__":
    sys.exit(guarded(main))
