"""The flags that a consumer needs, and the text of a pkg-config file with them."""

from ._variant import DEFINITIONS, ILP64, LIBRARY, LINK_FLAGS, ODD_LINK_FLAGS, STATIC_NEEDS, VERSION


def render(lib_dir: str, include_dir: str, openblas_config: str, *, use_preloading: bool) -> str:
    """Return a pkg-config file for the library in `lib_dir`; with `use_preloading`, nothing to link with."""
    if use_preloading:
        link = []
    elif _escaped(lib_dir) != lib_dir:
        # pkgconf 1.8, which many systems have, puts backslashes before blanks and the like in these flags only.
        link = _filled(ODD_LINK_FLAGS, "${libdir}")
    else:
        link = libs("${libdir}")
    needs = [f"-l{name}" for name in STATIC_NEEDS.split(";") if name]
    lines = [
        f"libdir={_escaped(lib_dir)}",
        f"includedir={_escaped(include_dir)}",
        f"openblas_config={openblas_config}",
        f"version={VERSION}",
        f"extralib={' '.join([*needs, '-L${libdir}', f'-l{LIBRARY}'])}",
        "Name: openblas",
        f"Description: OpenBLAS, an optimised BLAS and LAPACK library with {'ILP64' if ILP64 else 'LP64'} integers",
        "Version: ${version}",
        "URL: https://github.com/OpenMathLib/OpenBLAS",
        f"Libs: {' '.join(link)}".rstrip(),
        "Libs.private: ${extralib}",
        f"Cflags: {' '.join(cflags('${includedir}'))}",
    ]
    return "\n".join(lines) + "\n"


def cflags(include_dir: str) -> "list[str]":
    """Return the compiler's flags."""
    return [f"-I{include_dir}", *definitions()]


def libs(lib_dir: str) -> "list[str]":
    """Return the linker's flags."""
    return _filled(LINK_FLAGS, lib_dir)


def definitions() -> "list[str]":
    """Return the compiler flags that tell a consumer how the library's symbols are called."""
    return [f"-D{macro}" for macro in DEFINITIONS.split(";") if macro]


def _filled(flags: str, lib_dir: str) -> "list[str]":
    return [flag.replace("{}", lib_dir) for flag in flags.split(";")]


def _escaped(path: str) -> str:
    # What pkg-config takes for an end, a quotation or a comment unless a backslash stands before it.
    return "".join("\\" + sign if sign in " \t'\"#\\" else sign for sign in path)
