"""The libraries under test: out of wheels, from PyPI or as they are."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path, PurePosixPath

from openblas_build.errors import ToolError
from openblas_build.naming import ILP64, Interface
from openblas_build.project import PUBLISHED
from openblas_build.run import run


def library_of(file: Path, folder: Path) -> Path:
    """Return the OpenBLAS library that `file` is, or that the wheel `file` holds, unpacked into `folder`.

    Raises:
        ToolError: there is no such file, or not one OpenBLAS library in the wheel.
    """
    if not file.is_file():
        msg = f"{file} is not there"
        raise ToolError(msg)
    if not zipfile.is_zipfile(file):
        return file
    with zipfile.ZipFile(file) as wheel:
        libraries = [name for name in wheel.namelist() if ".so" in PurePosixPath(name).name]
        named = [name for name in libraries if "openblas" in PurePosixPath(name).name]
        if len(named) != 1:
            msg = f"{file} should hold one OpenBLAS library, and holds {len(named)}"
            raise ToolError(msg)
        # With the libraries beside it, which it may need.
        wheel.extractall(folder, libraries)
    return folder / named[0]


def published_wheel(folder: Path, interface: Interface = ILP64, version: str = PUBLISHED) -> Path:
    """Download the published wheel of this interface into `folder`, once: that of the same OpenBLAS release.

    Raises:
        ToolError: pip failed.
    """
    pattern = f"{interface.package}-{version}-*.whl"
    if not list(folder.glob(pattern)):
        requirement = f"{interface.distribution}=={version}"
        run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, requirement])
    return next(folder.glob(pattern))
