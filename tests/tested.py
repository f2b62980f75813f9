"""What is tested: the wheel of ILP64, or of LP64 where TESTED_WHEEL names one, for which numerical tests are too.

Without any import of the project's: programs that tests start by themselves have these names as well.
"""

from __future__ import annotations

import os
from pathlib import Path

IS_ILP64 = not Path(os.environ.get("TESTED_WHEEL", "")).name.startswith("scipy_openblas32-")
PACKAGE = "scipy_openblas64" if IS_ILP64 else "scipy_openblas32"
_SUFFIX = "64_" if IS_ILP64 else ""
LIBRARY = f"libscipy_openblas{_SUFFIX}.so"


def exported(name: str) -> str:
    """Return the library's name for a function of OpenBLAS's: ``dgemm_``, ``cblas_dgemm``."""
    return f"scipy_{name}{_SUFFIX}"
