"""A library with OpenBLAS's shape and none of its size, from a few lines of C."""

from __future__ import annotations

from pathlib import Path

from compiling import Compiler

# Every kind of name: Fortran, CBLAS, LAPACKE, OpenBLAS's own, an internal function called from
# another object, a name that looks public and is not, kernels of two CPUs.
INTERFACE = """
    double dgemm_kernel(double x);
    extern int gotoblas_HASWELL;
    double dgemm_(double *x) { return dgemm_kernel(*x) + gotoblas_HASWELL; }
    double cblas_dgemm(double x) { return dgemm_(&x); }
    const char *openblas_get_config(void) { return "OpenBLAS 9.8.7 small"; }
    void xerbla_(const char *name) { (void)name; }
    void *openblas_set_xerbla(void *handler) { return handler; }
    void blas_thread_shutdown_(void) {}
"""
LAPACK = """
    double dgemm_(double *);
    void xerbla_(const char *);
    double dgesv_(double *x) { xerbla_("DGESV"); return 2 * dgemm_(x); }
    double LAPACKE_dgesv(double x) { return dgesv_(&x); }
"""
KERNELS = """
    int gotoblas_PRESCOTT = 1, gotoblas_HASWELL = 2;
    void gotoblas_dynamic_init(void) {}
    double dgemm_kernel(double x) { return 3 * x; }
"""

PUBLIC = {"dgemm_", "cblas_dgemm", "openblas_get_config", "openblas_set_xerbla", "xerbla_", "dgesv_", "LAPACKE_dgesv"}
INTERNAL = {
    "blas_thread_shutdown_",
    "dgemm_kernel",
    "gotoblas_PRESCOTT",
    "gotoblas_HASWELL",
    "gotoblas_dynamic_init",
}


def archive(compiler: Compiler) -> Path:
    """Return the static library, with OpenBLAS's plain names."""
    return compiler.archive("openblas_64", interface=INTERFACE, lapack=LAPACK, kernels=KERNELS)
