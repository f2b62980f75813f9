/* Which products GEMM leaves to its kernels for small matrices, and which of them multiplies: OpenBLAS's, thin_gemm.h or
 * direct_gemm.h. The limits are where each was as fast as the next, with each CPU's kernel.
 */

/* Whether a product is one for OpenBLAS's: those for AVX-512, and by their own rule, so openblas_permit's; the others are
 * generic.
 */
static inline int is_for_openblas(int transa, int transb, BLASLONG m, BLASLONG n, BLASLONG k) {
#if defined(__AVX512F__) && !defined(COMPLEX)
  if ((double)m * (double)n * (double)k > 100. * 100 * 100) return 0;
  return !transa || (transb ? SIZE == 8 || k >= 4 : m * n <= 1200 && k >= 32);
#else
  return 0;
#endif
}

/* Whether it is one for thin_gemm.h. */
static inline int is_thin(int transa, int transb, BLASLONG m, BLASLONG n, BLASLONG k) {
#ifdef __AVX512F__
  const BLASLONG narrow = transb ? 16 : m < 128 ? 64 : 32;
#else
  const BLASLONG narrow = 16;
#endif
  return COMPSIZE == 1 && !transa && m >= 48 && n > 1 && k > 1 && (n <= narrow || k <= 32);
}

/* Whether it is one for direct_gemm.h: small in all dimensions, or so shallow or narrow that copying takes a good part. */
static inline int is_direct(int transb, BLASLONG m, BLASLONG n, BLASLONG k) {
#ifdef __AVX512F__
  const double most = transb ? COMPSIZE * SIZE == 16 ? 250 : 350 : COMPSIZE == 1 && SIZE == 8 ? 600 : 1000;
  const int is_oblong = n <= 64 ? !transb : n >= 128 && k <= 128;
#else
  const double most = transb ? 12 : 64;
  const int is_oblong = 0;
#endif
  return m > 2 && n > 1 && (is_oblong || (double)m * (double)n * (double)k <= most * most * most);
}

#ifdef SMALL_GEMM_PERMIT
#ifdef COMPLEX
int CNAME(int transa, int transb, BLASLONG m, BLASLONG n, BLASLONG k, FLOAT alpha_r, FLOAT alpha_i, FLOAT beta_r,
          FLOAT beta_i) {
  const int alpha = alpha_r != 0 || alpha_i != 0;
#else
int CNAME(int transa, int transb, BLASLONG m, BLASLONG n, BLASLONG k, FLOAT alpha, FLOAT beta) {
#endif
  transa &= 1;
  transb &= 1;
  if (is_for_openblas(transa, transb, m, n, k)) return 1;
  return alpha != 0 && k > 0 && (is_thin(transa, transb, m, n, k) || is_direct(transb, m, n, k));
}
#endif
