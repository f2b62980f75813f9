/* Which products GEMM leaves to the kernels for small matrices: those that OpenBLAS does, openblas_permit in a copy of
 * its source, and those with a thin dimension, for thin_gemm.h.
 */

/* Whether OpenBLAS's kernels for small matrices may get it: those for AVX-512 are as fast, the others generic. */
static inline int is_small(BLASLONG m, BLASLONG n, BLASLONG k) {
#ifdef __AVX512F__
  return (double)m * (double)n * (double)k <= 100.0 * 100.0 * 100.0;
#else
  return 0;
#endif
}

#ifdef THIN_GEMM_PERMIT
/* What is faster than with A and B copied. The limits are where it was as fast, with each CPU's kernel. */
static int is_thin(int transa, int transb, BLASLONG m, BLASLONG n, BLASLONG k, FLOAT alpha) {
#ifdef __AVX512F__
  const BLASLONG narrow = transb ? 16 : 64;
#else
  const BLASLONG narrow = 16;
#endif
  return !transa && alpha != 0 && m >= 48 && n > 1 && k > 1 && (n <= narrow || k <= 32) && !is_small(m, n, k);
}

int CNAME(int transa, int transb, BLASLONG m, BLASLONG n, BLASLONG k, FLOAT alpha, FLOAT beta) {
  return is_thin(transa, transb, m, n, k, alpha) || openblas_permit(transa, transb, m, n, k, alpha, beta);
}
#endif
