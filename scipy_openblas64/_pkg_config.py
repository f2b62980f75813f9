"""The text of a pkg-config file."""

from ._library import FILE_NAME
from ._variant import ILP64, LIBRARY, PREFIX, SUFFIX, VERSION


def render(lib_dir: str, include_dir: str, openblas_config: str, *, use_preloading: bool) -> str:
    """Return a pkg-config file for the library in `lib_dir`; with `use_preloading`, nothing to link with."""
    libs = "" if use_preloading else f"${{libdir}}/{FILE_NAME} -Wl,-rpath,${{libdir}}"
    lines = [
        f"libdir={_escaped(lib_dir)}",
        f"includedir={_escaped(include_dir)}",
        f"openblas_config={openblas_config}",
        f"version={VERSION}",
        f"extralib=-lm -lpthread -L${{libdir}} -l{LIBRARY}",
        "Name: openblas",
        "Description: OpenBLAS, an optimised BLAS and LAPACK library",
        "Version: ${version}",
        "URL: https://github.com/OpenMathLib/OpenBLAS",
        f"Libs: {libs}".rstrip(),
        "Libs.private: ${extralib}",
        f"Cflags: -I${{includedir}} {' '.join(definitions())}",
    ]
    return "\n".join(lines) + "\n"


def definitions() -> "list[str]":
    """Return the compiler flags that tell a consumer how the library's symbols are called."""
    flags = [f"-DBLAS_SYMBOL_PREFIX={PREFIX}"]
    if SUFFIX:
        flags.append(f"-DBLAS_SYMBOL_SUFFIX={SUFFIX}")
    if ILP64:
        flags += ["-DHAVE_BLAS_ILP64", "-DOPENBLAS_ILP64_NAMING_SCHEME"]
    return flags


def _escaped(path: str) -> str:
    # pkg-config splits flags at blanks unless a backslash stands before them.
    return path.replace(" ", "\\ ")
