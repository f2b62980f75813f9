"""What all tests share: an environment without OpenBLAS's variables, and a C compiler."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from compiling import Compiler

# OPENBLAS_CORETYPE and the like change what the library does; a test that wants one sets it.
# Where a site has its archives changes nothing, and without a network there is no other way to them.
_KEPT = "SCIPY_OPENBLAS_ARCHIVES"
for _name in [name for name in os.environ if name.startswith(("OPENBLAS_", "SCIPY_OPENBLAS_")) and name != _KEPT]:
    del os.environ[_name]


@pytest.fixture
def compiler(tmp_path: Path) -> Compiler:
    folder = tmp_path / "compiler"
    folder.mkdir()
    return Compiler(folder)
