"""The options of a build in CMake's terms."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from .platforms import Platform
from .settings import Settings


def variables(settings: Settings, platform: Platform, tree: Path, version: str, launcher: str | None) -> dict[str, str]:
    """Return what CMakeLists.txt has to know, lists with semicolons between.

    `tree` is the changed tree, `version` that of the wheel, `launcher` the program that runs the compilers.
    """
    naming, interface = settings.naming_value, settings.interface_value
    return {
        "OPENBLAS_SOURCE_DIR": str(tree),
        "OPENBLAS_WHEEL_VERSION": version,
        "OPENBLAS_COMPILER_LAUNCHER": launcher or "",
        "OPENBLAS_TARGET": platform.target,
        "OPENBLAS_DYNAMIC_LIST": ";".join(platform.cmake_dynamic_list),
        "OPENBLAS_FAMILIES": ";".join(platform.kernels),
        "OPENBLAS_GLIBC": platform.glibc,
        "OPENBLAS_ZIG_TARGET": platform.zig_target,
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


def script(values: Mapping[str, str]) -> str:
    """Return a CMake script that sets `values`."""
    # Bracket arguments: nothing inside them means anything to CMake.
    return "".join(f"set({name} [==[{value}]==])\n" for name, value in values.items())
