"""What all tests share: an environment without OpenBLAS's variables, and a C compiler."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from compiling import Compiler

# OPENBLAS_CORETYPE and the like change what the library does; a test that wants one sets it.
for _name in [name for name in os.environ if name.startswith(("OPENBLAS_", "SCIPY_OPENBLAS_"))]:
    del os.environ[_name]


@pytest.fixture
def compiler(tmp_path: Path) -> Compiler:
    folder = tmp_path / "compiler"
    folder.mkdir()
    return Compiler(folder)
