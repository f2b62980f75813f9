"""The table of what is called at random."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from . import factors, inverses, level1, level2, level3, spectra
from .cases import Case, Maker, call

__all__ = ["ROUTINES", "Case", "Routine", "call", "random_case"]

_ALL, _REAL, _COMPLEX = "sdcz", "sd", "cz"


@dataclass(frozen=True)
class Routine:
    """A routine's name with {k} for its type and {r} for the real one of the same precision, its types, its cases."""

    pattern: str
    kinds: str
    make: Callable[[Maker, str], Case]
    is_of_lapack: bool = False

    def case(self, numbers: np.random.Generator, kind: str) -> Case:
        """Return a case of a type."""
        real = {"c": "s", "z": "d"}.get(kind, kind)
        name = self.pattern.format(k=kind, r=real, rk=real + kind if kind in _COMPLEX else kind)
        return self.make(Maker(numbers, kind, self.is_of_lapack), name)


_OF_BLAS: tuple[tuple[str, str, Callable[[Maker, str], Case]], ...] = (
    ("{k}axpy", _ALL, level1.axpy),
    ("{k}scal", _ALL, level1.scal),
    ("{k}{r}scal", _COMPLEX, level1.scal),
    ("{k}copy", _ALL, level1.copy),
    ("{k}swap", _ALL, level1.swap),
    ("{k}rot", _REAL, level1.rot),
    ("{k}{r}rot", _COMPLEX, level1.rot),
    ("{k}dot", _REAL, level1.dot),
    ("{k}dotu", _COMPLEX, level1.dot),
    ("{k}dotc", _COMPLEX, level1.dot),
    ("{rk}nrm2", _ALL, level1.nrm2),
    ("{rk}asum", _ALL, level1.asum),
    ("i{k}amax", _ALL, level1.iamax),
    ("{k}gemv", _ALL, level2.gemv),
    ("{k}gbmv", _ALL, level2.gbmv),
    ("{k}ger", _REAL, level2.ger),
    ("{k}geru", _COMPLEX, level2.ger),
    ("{k}gerc", _COMPLEX, level2.ger),
    ("{k}symv", _ALL, level2.symmetric_product),
    ("{k}sbmv", _ALL, level2.symmetric_product),
    ("{k}spmv", _ALL, level2.symmetric_product),
    ("{k}hemv", _COMPLEX, level2.symmetric_product),
    ("{k}hbmv", _COMPLEX, level2.symmetric_product),
    ("{k}hpmv", _COMPLEX, level2.symmetric_product),
    ("{k}syr", _ALL, level2.symmetric_update),
    ("{k}spr", _ALL, level2.symmetric_update),
    ("{k}her", _COMPLEX, level2.symmetric_update),
    ("{k}hpr", _COMPLEX, level2.symmetric_update),
    ("{k}syr2", _ALL, level2.symmetric_update_of_two),
    ("{k}spr2", _ALL, level2.symmetric_update_of_two),
    ("{k}her2", _COMPLEX, level2.symmetric_update_of_two),
    ("{k}hpr2", _COMPLEX, level2.symmetric_update_of_two),
    ("{k}trmv", _ALL, level2.triangular_product),
    ("{k}tbmv", _ALL, level2.triangular_product),
    ("{k}tpmv", _ALL, level2.triangular_product),
    ("{k}trsv", _ALL, level2.triangular_solution),
    ("{k}tbsv", _ALL, level2.triangular_solution),
    ("{k}tpsv", _ALL, level2.triangular_solution),
    ("{k}gemm", _ALL, level3.gemm),
    ("{k}gemmt", _ALL, level3.gemmt),
    ("{k}symm", _ALL, level3.symmetric_product),
    ("{k}hemm", _COMPLEX, level3.symmetric_product),
    ("{k}syrk", _ALL, level3.rank_k),
    ("{k}herk", _COMPLEX, level3.rank_k),
    ("{k}syr2k", _ALL, level3.rank_2k),
    ("{k}her2k", _COMPLEX, level3.rank_2k),
    ("{k}trmm", _ALL, level3.triangular_product),
    ("{k}trsm", _ALL, level3.triangular_solution),
)
_OF_LAPACK: tuple[tuple[str, str, Callable[[Maker, str], Case]], ...] = (
    ("{k}getrf", _ALL, factors.getrf),
    ("{k}getrs", _ALL, factors.getrs),
    ("{k}gesv", _ALL, factors.gesv),
    ("{k}potrf", _ALL, factors.potrf),
    ("{k}potrs", _ALL, factors.potrs),
    ("{k}trtrs", _ALL, factors.trtrs),
    ("{k}sytrs", _ALL, factors.sytrs),
    ("{k}hetrs", _COMPLEX, factors.sytrs),
    ("{k}getri", _ALL, inverses.getri),
    ("{k}potri", _ALL, inverses.potri),
    ("{k}trtri", _ALL, inverses.trtri),
    ("{k}lauum", _ALL, inverses.lauum),
    ("{k}orgqr", _REAL, spectra.orgqr),
    ("{k}ungqr", _COMPLEX, spectra.orgqr),
    ("{k}syevd", _REAL, spectra.syevd),
    ("{k}heevd", _COMPLEX, spectra.syevd),
    ("{k}gesdd", _ALL, spectra.gesdd),
)

ROUTINES = (
    *(Routine(pattern, kinds, make) for pattern, kinds, make in _OF_BLAS),
    *(Routine(pattern, kinds, make, is_of_lapack=True) for pattern, kinds, make in _OF_LAPACK),
)


def random_case(numbers: np.random.Generator) -> Case:
    """Return a case of any routine, of any of its types."""
    routine = ROUTINES[numbers.integers(len(ROUTINES))]
    return routine.case(numbers, str(numbers.choice(list(routine.kinds))))
