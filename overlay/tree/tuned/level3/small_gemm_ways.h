/* Which products GEMM leaves to its kernels for small matrices, and which of them multiplies: OpenBLAS's, thin_gemm.h,
 * dot_gemm.h or direct_gemm.h. The limits are where each was as fast as the next, with each CPU's kernel.
 */

/* Whether a product is one for OpenBLAS's: those for AVX-512, and by their own rule, so openblas_permit's; the others are
 * generic.
 */
static inline int is_for_openblas(int transa, int transb, BLASLONG m, BLASLONG n, BLASLONG k) {
#if defined(__AVX512F__) && !defined(COMPLEX)
  if ((m | n | k) >> 20 || m * n * k > 100 * 100 * 100) return 0;
  if (!transa) return 1;
  if (transb) return SIZE == 8 || k >= 4;
  return m * n <= 1200 && k >= 32 && (MIN(m, n) <= 12 || m * n <= (SIZE == 8 ? 400 : 200) || (SIZE == 4 && k >= 100));
#else
  return 0;
#endif
}

/* Numbers of B that direct_gemm.h has a place for, where it goes by panels. */
#define FOR_PANELS 3072

/* At what depth it does, 0 if it doesn't: C is narrow, A high and of a small depth, or so large that it comes from memory, so
   that what counts is how they are read and written. */
static inline BLASLONG depth_by_panels(int transa, BLASLONG m, BLASLONG n, BLASLONG k) {
#ifdef __AVX512F__
  if (transa || m < 500) return 0;
  if (n >= 16 && n <= 64 && n * k * COMPSIZE <= FOR_PANELS && (k <= 64 || m >= 4000)) return k;
  if (COMPSIZE == 2 && n >= 4 && n <= (SIZE == 8 ? 12 : 32) && m * k * COMPSIZE * SIZE > 4 * 1024 * 1024)
    return FOR_PANELS / (32 * COMPSIZE);
#endif
  return 0;
}

/* Numbers of A from which on it comes from memory. */
#define FROM_MEMORY (1024 * 1024 / SIZE)

/* Whether it is one for thin_gemm.h: C so narrow, or A or C so large, that what counts is how they are read and written. C
   may be written past the cache if it is aligned and not read. */
static inline int is_thin(int transa, int transb, BLASLONG m, BLASLONG n, BLASLONG k, FLOAT beta, int aligned) {
#ifdef __AVX512F__
  const int is_tile = SIZE == 4 && !transb && m > 56 && m <= 64 && n <= 64; /* of thin_gemm.h's */
  const int is_so = is_tile || n < 8 || (n <= 32 && m * k > FROM_MEMORY) || (k <= 32 && m * n > 12 * FROM_MEMORY && beta == 0 && aligned);
#else
  /* For OpenBLAS's kernel, which adds to C, there is a pass over C before if beta isn't 1. */
  const int is_deeper = beta != 1 && (transb || m * n > 2 * FROM_MEMORY);
  const BLASLONG most = is_deeper ? 64 : m * n > 4 * FROM_MEMORY ? 32 : 48;
  const int is_so = n <= 16 || k <= most || (n <= 32 && m * k > FROM_MEMORY);
#endif
  return COMPSIZE == 1 && !transa && m >= 48 && n > 1 && k > 1 && is_so && !depth_by_panels(transa, m, n, k);
}

/* Whether it is one for dot_gemm.h: so narrow that copying A takes more than to sum up lanes. */
static inline int is_of_dots(int transa, int transb, BLASLONG n, BLASLONG k) {
#ifdef __AVX512F__
  return 0;
#else
  return COMPSIZE == 1 && transa && !transb && n <= (SIZE == 4 ? 48 : 64) && k >= MAX(8, (SIZE == 4 ? 6 : 2) * n);
#endif
}

/* Whether it is one for direct_gemm.h: so small, shallow or narrow that copying takes a good part, or of a kind that it
   multiplies as fast as OpenBLAS's kernel at any size that was tried. */
static inline int is_direct(int transa, int transb, BLASLONG m, BLASLONG n, BLASLONG k) {
#ifdef __AVX512F__
  const double most_if_transposed = COMPSIZE * SIZE == 16 ? 250 : COMPSIZE == 1 && SIZE == 8 ? 450 : 350;
  const double most = transb ? most_if_transposed : COMPSIZE == 1 && SIZE == 8 ? 4000 : 1000;
  const int is_oblong = n <= 64 ? !transb || COMPSIZE * SIZE < 16 : n >= 128 && k <= 128;
#else
  /* In all dimensions, for each op(A) and op(B): NN, NT, TN, TT. */
  const double of_real[] = {SIZE == 4 ? 420 : 300, SIZE == 4 ? 76 : 60, 300, 12};
  const double of_complex[] = {SIZE == 4 ? 350 : 256, 48, 230, 0};
  const double most = (COMPSIZE == 1 ? of_real : of_complex)[2 * transa + transb];
  const int is_low = m <= (COMPSIZE == 2 ? 16 : SIZE == 4 ? 24 : 12), is_narrow = n <= 16;
  /* A that is read for a few columns only, and has to be copied or comes from memory. */
  if (COMPSIZE == 2 && is_narrow && (transa ? m > 64 : m * k > 8 * FROM_MEMORY / COMPSIZE)) return 0;
  const int is_oblong_complex = (is_low && n * k <= 2000000) || (!transa && n <= 64 && k <= 64);
  const BLASLONG most_if_deep = transa ? 64 : 300;
  const int is_oblong = !transb && (COMPSIZE == 2 ? is_oblong_complex : is_low || MAX(m, n) <= most_if_deep);
#endif
  return m > 2 && n > 1 &&
         (is_oblong || depth_by_panels(transa, m, n, k) || (double)m * (double)n * (double)k <= most * most * most);
}

#ifdef SMALL_GEMM_PERMIT
#ifdef COMPLEX
int CNAME(int transa, int transb, BLASLONG m, BLASLONG n, BLASLONG k, FLOAT alpha_r, FLOAT alpha_i, FLOAT beta_r,
          FLOAT beta_i) {
  const int alpha = alpha_r != 0 || alpha_i != 0;
  const FLOAT beta = beta_r; /* for real products */
#else
int CNAME(int transa, int transb, BLASLONG m, BLASLONG n, BLASLONG k, FLOAT alpha, FLOAT beta) {
#endif
  transa &= 1;
  transb &= 1;
  if (is_for_openblas(transa, transb, m, n, k)) return 1;
  return alpha != 0 && k > 0 &&
         (is_thin(transa, transb, m, n, k, beta, 1) || is_of_dots(transa, transb, n, k) || is_direct(transa, transb, m, n, k));
}
#endif
