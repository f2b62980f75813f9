"""Source archives with OpenBLAS's shape and next to nothing in them."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

CMAKE = """
set(OpenBLAS_MAJOR_VERSION 0)
set(OpenBLAS_MINOR_VERSION 3)
set(OpenBLAS_PATCH_VERSION {patch})
"""


def tar_of(files: dict[str, str], path: Path, *extra: tarfile.TarInfo) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(text.encode())
            tar.addfile(info, io.BytesIO(text.encode()))
        for info in extra:
            tar.addfile(info)
    return path


def release(path: Path, patch: str = "34") -> Path:
    """Return an archive with the shape of an upstream release."""
    files = {
        "OpenBLAS-0.3.34/CMakeLists.txt": CMAKE.format(patch=patch),
        "OpenBLAS-0.3.34/LICENSE": "licence",
        "OpenBLAS-0.3.34/lapack-netlib/LICENSE": "licence",
        "OpenBLAS-0.3.34/lapack-netlib/SRC/dgesv.f": "      end\n",
    }
    return tar_of(files, path)
