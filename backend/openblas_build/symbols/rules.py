"""Which of OpenBLAS's symbols are its public interface: an ordered table of rules."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """Symbols whose whole name matches `pattern` are public or not, for the `reason` given."""

    pattern: str
    public: bool
    reason: str

    def matches(self, symbol: str) -> bool:
        """Tell whether the rule speaks of `symbol`."""
        return re.fullmatch(self.pattern, symbol) is not None


# The first rule that matches decides; a symbol that none matches stays inside. What must stay
# inside although it looks public comes first.
RULES: tuple[Rule, ...] = (
    Rule(
        r"(cblas_)?[cz](amax|amin|max|min|dot|ger|nrm2)_?",
        False,
        "OpenBLAS's CMake compiles the real types' names for the complex ones too; "
        "the functions are there under their right names (scamax_, cgeru_, cdotu_, scnrm2_)",
    ),
    Rule(
        r"cblas_[cz](sbmv|spmv|spr|spr2|symv|syr|syr2)_?",
        False,
        "CMake compiles CBLAS forms of complex symmetric routines that CBLAS does not have",
    ),
    Rule(
        r"[sdcz]gemm_batch(_strided)?_",
        False,
        "CMake compiles a Fortran form of functions that have a C interface only",
    ),
    Rule(
        r"blas_thread_shutdown_|openblas_threads_callback_",
        False,
        "OpenBLAS's own, with an underscore at the end all the same",
    ),
    Rule(r"[sdcz]panel_qr?_", False, "this project's own, called by xGEQRF and xORGQR"),
    Rule(r"[a-z][a-z0-9_]*_", True, "Fortran interface: BLAS, its extensions, LAPACK"),
    Rule(r"cblas_[a-z0-9_]+", True, "CBLAS and its extensions"),
    Rule(r"LAPACKE_[A-Za-z0-9_]+", True, "C interface to LAPACK"),
    Rule(r"lapack_make_complex_(float|double)", True, "declared in lapacke.h"),
    Rule(
        r"openblas_(get_(config|corename|num_procs|num_threads|parallel)|set_num_threads(_local)?"
        r"|(set|get)affinity|set_threads_callback_function|set_xerbla)|goto_set_num_threads",
        True,
        "OpenBLAS's own interface as cblas.h declares it",
    ),
)

# A program may put an error handler of its own in the place of these: LAPACK's convention, and
# what NumPy does to turn LAPACK's complaints into exceptions. All other calls stay in the library.
INTERPOSABLE = frozenset({"xerbla_", "cblas_xerbla", "LAPACKE_xerbla"})

# Without these an archive is not OpenBLAS with all its interfaces.
REQUIRED = ("dgemm_", "cblas_dgemm", "dgesv_", "LAPACKE_dgesv", "openblas_get_config")


def is_public(symbol: str) -> bool:
    """Tell whether `symbol`, in OpenBLAS's own naming, belongs to the public interface."""
    return next((rule.public for rule in RULES if rule.matches(symbol)), False)
