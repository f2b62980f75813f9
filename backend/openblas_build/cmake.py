"""The options of a build in CMake's terms."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from .settings import Settings
from .targets import Target
from .targets.tools import host_compiler


def variables(settings: Settings, target: Target, tree: Path, version: str, launcher: str | None) -> dict[str, str]:
    """Return what CMakeLists.txt has to know, lists with semicolons between.

    `tree` is the changed tree, `version` that of the wheel, `launcher` the program that runs the compilers.
    """
    naming, interface = settings.naming_value, settings.interface_value
    return {
        "OPENBLAS_SOURCE_DIR": str(tree),
        "OPENBLAS_WHEEL_VERSION": version,
        "OPENBLAS_COMPILER_LAUNCHER": launcher or "",
        "OPENBLAS_TARGET": target.target,
        "OPENBLAS_DYNAMIC_LIST": ";".join(target.cmake_dynamic_list),
        "OPENBLAS_FAMILIES": ";".join(target.kernels),
        "OPENBLAS_PLATFORM_TAG": target.row.tag,
        "OPENBLAS_C_VERSION": target.c_version,
        "OPENBLAS_NUM_THREADS": str(settings.num_threads),
        "OPENBLAS_THREADING": settings.threading,
        "OPENBLAS_INTERFACE": interface.name,
        "OPENBLAS_NAMING": settings.naming,
        "OPENBLAS_LIBRARY_NAME": naming.library,
        "OPENBLAS_PKG_CONFIG_MODULE": naming.pkg_config_module,
        "OPENBLAS_C_NAME": naming.public("{}"),
        "OPENBLAS_FORTRAN_NAME": naming.public("{}_"),
        "OPENBLAS_DEFINITIONS": ";".join(naming.definitions(interface)),
    }


def cross_variables(target: Target, environ: Mapping[str, str]) -> dict[str, str]:
    """Return what CMake has to know to build for another machine; nothing if it is this one."""
    if not target.cross:
        return {}
    row, tools = target.row, target.tools
    return {
        "CMAKE_SYSTEM_NAME": row.system,
        "CMAKE_SYSTEM_PROCESSOR": row.machine,
        "CMAKE_C_COMPILER": tools.c.command(environ)[0],
        "CMAKE_Fortran_COMPILER": tools.fortran.command(environ)[0],
        "OPENBLAS_HOST_C_COMPILER": host_compiler(environ),
    }


def script(values: Mapping[str, str]) -> str:
    """Return a CMake script that sets `values`."""
    # Bracket arguments: nothing inside them means anything to CMake.
    return "".join(f"set({name} [==[{value}]==])\n" for name, value in values.items())
