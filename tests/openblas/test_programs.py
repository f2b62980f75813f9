"""OpenBLAS's own test programs, and a part of LAPACK's, on the library of the wheel.

``make check-lapack`` runs all of them, beside the published wheel.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance import openblas_own, runs
from conformance.facade import Facade
from conformance.programs import Programs
from conformance.table import Case

# Of OpenBLAS 0.3.34: utest, test and ctest together. Fewer means that some were not built.
_AT_LEAST = 30

# The SKYLAKEX kernels are where compilers fused what must not be fused.
_KERNELS = {"HASWELL": "avx2", "SKYLAKEX": "avx512vl"}

# The programs of LAPACK's linear equations have tests by the hundred thousand: fewer were not run at all.
_TESTS_AT_LEAST = {"LIN ztest": 677_000}


def test_openblas_programs_pass(built: Programs, library: Facade) -> None:
    results = openblas_own.start(built.folder, library.environment)
    assert len(results) >= _AT_LEAST
    assert {name: result for name, result in results.items() if not result.ok} == {}


@pytest.mark.parametrize("kernel", _KERNELS)
def test_lapack_programs_pass(built: Programs, library: Facade, case: Case, kernel: str, tmp_path: Path) -> None:
    if _KERNELS[kernel] not in Path("/proc/cpuinfo").read_text(encoding="utf-8").split():
        pytest.skip(f"this CPU cannot run {kernel}'s kernels")
    variables = {**library.environment, "OPENBLAS_CORETYPE": kernel}
    result = runs.start(built.program(case), built.input(case), tmp_path, variables)
    assert result.failed == 0
    assert result.run >= _TESTS_AT_LEAST.get(case.title, 500)
