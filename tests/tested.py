"""What is tested: the wheel of ILP64, or of LP64 where TESTED_WHEEL names one, for which numerical tests are too.

Without any import of the project's: programs that tests start by themselves have these names as well.
"""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path

IS_ILP64 = not Path(os.environ.get("TESTED_WHEEL", "")).name.startswith("scipy_openblas32-")
PACKAGE = "scipy_openblas64" if IS_ILP64 else "scipy_openblas32"
_SUFFIX = "64_" if IS_ILP64 else ""
_ENDING = {"win32": ".dll", "darwin": ".dylib"}.get(sys.platform, ".so")
# As the table of platforms calls it.
MACHINE = {"AMD64": "x86_64", "ARM64": "aarch64", "arm64": "aarch64"}.get(platform.machine(), platform.machine())
_NAME = {("win32", "aarch64"): f"scipy_openblas{'_64' if IS_ILP64 else ''}"}
LIBRARY = f"{_NAME.get((sys.platform, MACHINE), f'libscipy_openblas{_SUFFIX}')}{_ENDING}"


def exported(name: str) -> str:
    """Return the library's name for a function of OpenBLAS's: ``dgemm_``, ``cblas_dgemm``."""
    return f"scipy_{name}{_SUFFIX}"
