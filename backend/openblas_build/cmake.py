"""The options of a build in CMake's terms."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path

from .settings import Settings
from .targets import Target
from .targets.c_libraries import C_LIBRARIES
from .targets.formats import FORMATS
from .targets.tools import host_compiler, words


def variables(settings: Settings, target: Target, tree: Path, version: str, launcher: str | None) -> dict[str, str]:
    """Return what CMakeLists.txt has to know, lists with semicolons between.

    `tree` is the changed tree, `version` that of the wheel, `launcher` the program that runs the compilers.
    """
    naming, interface = settings.naming_value, settings.interface_value
    names = FORMATS[target.row.object_format].link_names(naming.library)
    return {
        "OPENBLAS_SOURCE_DIR": str(tree),
        "OPENBLAS_WHEEL_VERSION": version,
        "OPENBLAS_COMPILER_LAUNCHER": launcher or "",
        "OPENBLAS_TARGET": target.target,
        "OPENBLAS_DYNAMIC_LIST": ";".join(target.cmake_dynamic_list),
        "OPENBLAS_FAMILIES": ";".join(target.kernels),
        "OPENBLAS_PLATFORM_TAG": target.row.tag,
        "OPENBLAS_MACHINE_FLAGS": ";".join(target.row.flags),
        "OPENBLAS_C_VERSION": target.c_version,
        "OPENBLAS_NUM_THREADS": str(settings.num_threads),
        "OPENBLAS_THREADING": settings.threading,
        "OPENBLAS_INTERFACE": interface.name,
        "OPENBLAS_NAMING": settings.naming,
        "OPENBLAS_LIBRARY_NAME": naming.library,
        "OPENBLAS_OBJECT_FORMAT": target.row.object_format,
        "OPENBLAS_LIBRARY_FILE": names.file_name,
        "OPENBLAS_LINK_FILE": names.link_file,
        "OPENBLAS_SONAME": names.soname,
        "OPENBLAS_LINK_NAME": names.link_name,
        "OPENBLAS_LINK_FLAGS": ";".join(names.flags),
        "OPENBLAS_ODD_LINK_FLAGS": ";".join(names.odd_flags),
        "OPENBLAS_STATIC_NEEDS": ";".join(C_LIBRARIES[target.row.c_library].static_needs),
        "OPENBLAS_PKG_CONFIG_MODULE": naming.pkg_config_module,
        "OPENBLAS_C_NAME": naming.public("{}"),
        "OPENBLAS_FORTRAN_NAME": naming.public("{}_"),
        "OPENBLAS_DEFINITIONS": ";".join(naming.definitions(interface)),
    }


def cross_variables(target: Target, environ: Mapping[str, str], headers: Path) -> dict[str, str]:
    """Return what CMake has to know to build for another system; of this one what it would not find.

    `headers` is the folder for the headers of another C library.
    """
    row, tools = target.row, target.tools
    binutils = {"CMAKE_OBJCOPY": tools.objcopy.path(environ), "CMAKE_AR": tools.archiver.path(environ)}
    if not target.cross:
        return binutils if tools.named else {}
    c, *arguments = tools.c.command(environ)
    fortran, *options = tools.fortran.command(environ)
    flags = {
        "CMAKE_C_FLAGS": (arguments, words("CFLAGS", environ)),
        "CMAKE_Fortran_FLAGS": (options, words("FFLAGS", environ)),
        "CMAKE_SHARED_LINKER_FLAGS": (arguments, words("LDFLAGS", environ)),
    }
    return {
        "CMAKE_SYSTEM_NAME": row.system,
        "CMAKE_SYSTEM_PROCESSOR": row.machine,
        "CMAKE_C_COMPILER": c,
        "CMAKE_Fortran_COMPILER": fortran,
        **binutils,
        **(row.cross.cmake if target.foreign and row.cross else {}),
        **{name: shlex.join([*own, *given]) for name, (own, given) in flags.items() if own},
        "OPENBLAS_CROSS_VARIABLES": ";".join(row.cross.cmake if target.foreign and row.cross else ()),
        "OPENBLAS_HOST_C_COMPILER": host_compiler(environ),
        "OPENBLAS_C_LIBRARY_FLAGS": ";".join(C_LIBRARIES[row.c_library].header_options(headers)),
    }


def script(values: Mapping[str, str]) -> str:
    """Return a CMake script that sets `values`."""
    # Bracket arguments: nothing inside them means anything to CMake.
    return "".join(f"set({name} [==[{value}]==])\n" for name, value in values.items())
