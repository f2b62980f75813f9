"""What is measured: a table of routines, kinds of numbers and shapes."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

Flops = Callable[[float, float, float], float]

# Operations of the real routines. Those of BLAS, LU, Cholesky and QR are exact in the leading terms (LAPACK
# Working Note 41, appendix C); for eigenvalues, singular values and GELSD, where the work depends on the data, they are
# nominal (Golub and Van Loan, Matrix Computations): good for ratios and for a rate to show, no more.
FLOPS: dict[str, Flops] = {
    "gemm": lambda m, n, k: 2 * m * n * k,
    "gemm_tn": lambda m, n, k: 2 * m * n * k,
    "gemm_nt": lambda m, n, k: 2 * m * n * k,
    "gemm_add": lambda m, n, k: 2 * m * n * k,
    "gemv_n": lambda m, n, _k: 2 * m * n,
    "gemv_t": lambda m, n, _k: 2 * m * n,
    "dot": lambda _m, n, _k: 2 * n,
    "syrk": lambda _m, n, k: n * (n + 1) * k,
    "trsm": lambda m, n, _k: m * m * n,
    "trsv": lambda _m, n, _k: n * n,
    "gesv": lambda _m, n, k: 2 / 3 * n**3 + 2 * n * n * k,
    "trtrs": lambda _m, n, k: n * n * k,
    "getrf": lambda m, n, _k: m * n * n - n**3 / 3,
    "getri": lambda _m, n, _k: 4 / 3 * n**3,
    "potrf": lambda _m, n, _k: n**3 / 3,
    "geqrf_orgqr": lambda m, n, _k: 2 * (2 * m * n * n - 2 / 3 * n**3),
    "syevd": lambda _m, n, _k: 9 * n**3,
    "syevr": lambda _m, n, _k: 9 * n**3,
    "geev": lambda _m, n, _k: 25 * n**3,
    "gesdd": lambda m, n, _k: 6 * m * n * n + 20 * n**3,
    "gelsd": lambda m, n, k: 4 * m * n * n + 8 * n**3 + 2 * m * n * k,
}
# A complex multiply-add is four real ones.
_COMPLEX = 4
# Routines that have another name with complex numbers.
_THREE_SIZES = frozenset({"gemm", "gemm_tn", "gemm_nt", "gemm_add", "syrk"})
_COMPLEX_NAMES = {"syrk": "herk", "syevd": "heevd", "geqrf_orgqr": "geqrf_ungqr"}


@dataclass(frozen=True)
class Shape:
    """Sizes as the routine takes them; `count` calls, one matrix after the other, make a batch.

    Where a routine takes right sides, `k` is their number.
    """

    m: int
    n: int
    k: int = 1
    count: int = 1


@dataclass(frozen=True)
class Case:
    """One row: a routine with a letter for the kind of numbers (s, d, c, z) and a shape."""

    group: str
    routine: str
    letter: str
    shape: Shape
    quick: bool = False

    @property
    def name(self) -> str:
        """The row's name, e.g. ``dgemm 2000``."""
        routine = _COMPLEX_NAMES.get(self.routine, self.routine) if self.letter in "cz" else self.routine
        shape = self.shape
        sizes = (shape.m, shape.n, shape.k) if self.routine in _THREE_SIZES else (shape.m, shape.n)
        text = str(shape.m) if len(set(sizes)) == 1 else "x".join(map(str, sizes))
        if self.routine not in _THREE_SIZES and shape.k > 1:
            text += f", {shape.k} right sides"
        return f"{self.letter}{routine} {text}" + (f" ({shape.count} of them)" if shape.count > 1 else "")

    @property
    def flops(self) -> float:
        """Operations of one call, a complex one counted as the real ones that it is made of."""
        shape = self.shape
        return FLOPS[self.routine](shape.m, shape.n, shape.k) * (_COMPLEX if self.letter in "cz" else 1)

    @property
    def precision(self) -> str:
        """The letter of the real kind: s or d."""
        return {"c": "s", "z": "d"}.get(self.letter, self.letter)


@dataclass(frozen=True)
class Family:
    """Rows of one routine; the quick run has those of `quick` alone."""

    group: str
    routine: str
    letters: str
    quick: tuple[Shape, ...]
    more: tuple[Shape, ...] = ()

    def cases(self) -> Iterator[Case]:
        """Yield the rows: by letter, then by size."""
        marked = dict.fromkeys(self.quick, True) | dict.fromkeys(self.more, False)
        for letter in self.letters:
            for shape in sorted(marked, key=lambda each: (each.count, each.m * each.n * each.k)):
                yield Case(self.group, self.routine, letter, shape, marked[shape])


def _cubes(*sizes: int) -> tuple[Shape, ...]:
    return tuple(Shape(size, size, size) for size in sizes)


def _squares(*sizes: int) -> tuple[Shape, ...]:
    return tuple(Shape(size, size) for size in sizes)


def _shapes(*sizes: tuple[int, ...]) -> tuple[Shape, ...]:
    return tuple(Shape(*each) for each in sizes)


def _batch(count: int, *sizes: int, k: int = 1) -> tuple[Shape, ...]:
    return tuple(Shape(size, size, k, count) for size in sizes)


_LONG = 10_000
# Tall times small, outer product, inner product, a few columns.
_OBLONG = _shapes((_LONG, 32, 32), (2000, 2000, 32), (64, 64, _LONG), (2000, 8, 2000))

FAMILIES = (
    Family("GEMM, square", "gemm", "sd", _cubes(8, 64, 200, 500, 2000), _cubes(16, 32, 100, 128, 256, 1000, 4000)),
    Family("GEMM, square", "gemm", "cz", _cubes(16, 200, 1000), _cubes(8, 32, 64, 128, 500, 2000)),
    Family("GEMM, oblong", "gemm", "sd", _OBLONG, _shapes((8, 2000, 2000), (2000, 200, 2000), (200, 200, 2000))),
    Family("GEMM, oblong", "gemm", "z", (), _OBLONG),
    Family("GEMM, oblong", "gemm_tn", "sd", _cubes(500), _cubes(50)),
    Family("GEMM, oblong", "gemm_nt", "sd", _cubes(500), _cubes(50)),
    # What LAPACK's blocks do: C += A B.
    Family("GEMM, oblong", "gemm_add", "sd", (), _shapes((100, 100, 16), (500, 500, 32), (2000, 2000, 32))),
    Family("GEMV, DOT", "gemv_n", "sdz", _squares(100, 2000), (*_squares(16, 500), Shape(_LONG, 50))),
    Family("GEMV, DOT", "gemv_t", "sdz", _squares(100, 2000), (*_squares(16, 500), Shape(_LONG, 50))),
    Family("GEMV, DOT", "dot", "sd", _squares(1000, 1_000_000), _squares(100, 30_000)),
    Family("SYRK, TRSM", "syrk", "sd", _cubes(100, 1500), (*_cubes(500), Shape(200, 200, _LONG))),
    Family("SYRK, TRSM", "syrk", "z", (), _cubes(100, 500)),
    Family("SYRK, TRSM", "trsm", "sd", _squares(100, 1500), (*_squares(500), Shape(1000, 16))),
    Family("SYRK, TRSM", "trsm", "z", (), _squares(100, 500)),
    Family("LU", "gesv", "sd", _squares(100, 1500), _squares(30, 500)),
    Family("LU", "gesv", "z", (), _squares(30, 100, 500)),
    Family("LU", "getrf", "d", _squares(100, 500, 1500), _squares(30, 250, 3000)),
    Family("LU", "getrf", "sz", (), _squares(100, 500, 1500)),
    Family("LU", "getri", "d", _squares(100, 500), _squares(30, 1500)),
    Family("LU", "getri", "sz", (), _squares(100, 500)),
    Family("Cholesky, triangular", "potrf", "d", _squares(100, 500, 1500), _squares(30, 250, 3000)),
    Family("Cholesky, triangular", "potrf", "sz", (), _squares(100, 500, 1500)),
    Family("Cholesky, triangular", "trtrs", "d", _squares(100, 1500), _shapes((500, 500), (500, 500, 50))),
    Family("Cholesky, triangular", "trtrs", "d", _cubes(500), _cubes(100)),
    Family("Cholesky, triangular", "trtrs", "sz", (), (*_squares(500), *_cubes(500))),
    Family("QR, least squares", "geqrf_orgqr", "d", _squares(100, 500), (Shape(2000, 100), *_squares(1000))),
    Family("QR, least squares", "geqrf_orgqr", "sz", (), _squares(100, 500)),
    Family("QR, least squares", "gelsd", "d", _squares(100), (Shape(2000, 50), *_squares(400))),
    Family("QR, least squares", "gelsd", "s", (), _squares(100)),
    Family("eigenvalues", "syevd", "d", _squares(100, 500), _squares(30, 250)),
    Family("eigenvalues", "syevd", "sz", (), _squares(100, 250)),
    Family("eigenvalues", "syevr", "d", _squares(100), _squares(30, 250, 500)),
    Family("eigenvalues", "syevr", "s", (), _squares(250)),
    Family("eigenvalues", "geev", "d", _squares(100), _squares(30, 250)),
    Family("eigenvalues", "geev", "sz", (), _squares(100)),
    Family("SVD", "gesdd", "d", _squares(100), (Shape(2000, 50), *_squares(30, 400))),
    Family("SVD", "gesdd", "sz", (), _squares(100, 200)),
    Family("batches", "gemm", "sdz", (), tuple(Shape(s, s, s, 1000) for s in (4, 8, 16, 32))),
    Family("batches", "gesv", "d", _batch(1000, 10), _batch(1000, 4, 25)),
    Family("batches", "gesv", "sz", (), _batch(1000, 10)),
    Family("batches", "potrf", "d", _batch(1000, 10), _batch(1000, 25)),
    Family("batches", "getrf", "d", _batch(1000, 10), _batch(1000, 25)),
    Family("batches", "syevd", "d", _batch(100, 10), ()),
    Family("batches", "gesdd", "d", _batch(100, 10), ()),
    Family("batches", "geev", "d", (), _batch(100, 10)),
)

CASES: tuple[Case, ...] = tuple(case for family in FAMILIES for case in family.cases())


def select(cases: Sequence[Case], patterns: Sequence[str], *, quick: bool) -> list[Case]:
    """Return the rows whose name, routine or group fits a pattern (``dgemm*``, ``*2000``, ``LU``).

    Without patterns it is all rows, or the part of them that a quick run has.
    """
    if not patterns:
        return [case for case in cases if case.quick or not quick]
    return [case for case in cases if any(_fits(case, pattern) for pattern in patterns)]


def _fits(case: Case, pattern: str) -> bool:
    return any(fnmatch.fnmatch(text.lower(), pattern.lower()) for text in (case.name, case.group, case.routine))
