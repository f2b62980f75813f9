/* A kernel for small matrices: op(A) op(B) for one pair of op(), TRANSPOSED_A and TRANSPOSED_B, in a copy of OpenBLAS's,
 * where that is openblas_kernel.
 */

#include "tuned/common/factor.h"
#include "tuned/common/names.h"
#include "tuned/common/vectors.h"
#include "tuned/level3/small_gemm_ways.h"

INLINE int is_zero(const FLOAT *number) {
  int zero = 1;
  UNROLL for (int part = 0; part < COMPSIZE; part++) zero &= number[part] == 0;
  return zero;
}

INLINE int is_real(const FLOAT *number) { return COMPSIZE == 1 || number[COMPSIZE - 1] == 0; }
INLINE int is_one(const FLOAT *number) { return number[0] == 1 && is_real(number); }

/* One function for the kernels of a type and CPU. */
#define DIRECT_GEMM FOR_CPU(TYPED(direct_gemm), TS)
#define THIN_GEMM FOR_CPU(TYPED(thin_gemm), TS)

void DIRECT_GEMM(BLASLONG m, BLASLONG n, BLASLONG k, const FLOAT *alpha, const factor *a, int conjugated_a, const factor *b,
                 int conjugated_b, const FLOAT *beta, FLOAT *c, BLASLONG ldc);
#ifndef COMPLEX
void THIN_GEMM(BLASLONG m, BLASLONG n, BLASLONG k, FLOAT alpha, const factor *a, const factor *b, FLOAT beta, FLOAT *c,
               BLASLONG ldc);
#endif

/* OpenBLAS's macro says what op() is: N, T, R for the conjugate, C for the conjugate transpose. */
#if defined(RN) || defined(RR) || defined(RT) || defined(RC) || defined(CN) || defined(CR) || defined(CT) || defined(CC)
#define CONJUGATED_A 1
#else
#define CONJUGATED_A 0
#endif
#if defined(NR) || defined(RR) || defined(NC) || defined(RC) || defined(TR) || defined(CR) || defined(TC) || defined(CC)
#define CONJUGATED_B 1
#else
#define CONJUGATED_B 0
#endif

/* So many columns of B: where they are, or copied side by side if its rows are far from each other. */
INLINE factor side_by_side(const int columns, BLASLONG k, factor b, FLOAT *contiguous) {
  if (b.row == COMPSIZE || columns == 1) return b;
  for (BLASLONG l = 0; l < k; l++)
    __builtin_memcpy(contiguous + l * columns * COMPSIZE, b.numbers + l * b.row, columns * COMPSIZE * sizeof(FLOAT));
  return (factor){contiguous, columns * COMPSIZE, COMPSIZE};
}

/* Fetches a tile of C to be written, each line of the cache once. */
INLINE void fetch_tile(const int vectors, const int columns, FLOAT *c, BLASLONG ldc) {
  UNROLL for (int j = 0; j < columns; j++) {
    FLOAT *column = found_now(c + j * ldc);
    UNROLL for (int v = 0; v < vectors; v++)
      if (BEGINS_LINE(v)) __builtin_prefetch(column + v * LANES, 1);
  }
}

/* How many rows there are before the first whose numbers in all columns begin a vector in memory; -1 if there is none. */
static inline BLASLONG rows_before_aligned(const FLOAT *c, BLASLONG ldc) {
  const BLASLONG over = (BLASLONG)((size_t)c % WIDEST);
  if (over % sizeof(FLOAT) || ldc * sizeof(FLOAT) % WIDEST) return -1;
  return over ? (WIDEST - over) / (BLASLONG)sizeof(FLOAT) : 0;
}

INLINE factor of(const FLOAT *numbers, BLASLONG ld, const int transposed) {
  const BLASLONG next = COMPSIZE, column = ld * COMPSIZE;
  return (factor){numbers, transposed ? column : next, transposed ? next : column};
}

#if !TRANSPOSED_A && !defined(COMPLEX)
#if TRANSPOSED_B
#define TINY_GEMM FOR_CPU(TYPED(tiny_gemm_nt), TS)
#else
#define TINY_GEMM FOR_CPU(TYPED(tiny_gemm_nn), TS)
#endif
#define TINY_PARAMETERS                                                                                                 \
  BLASLONG m, BLASLONG n, BLASLONG k, FLOAT *a, BLASLONG lda, FLOAT alpha, FLOAT *b, BLASLONG ldb, FLOAT beta, FLOAT *c, \
      BLASLONG ldc
int TINY_GEMM(TINY_PARAMETERS);
/* Whether a product is one for it: so narrow and low that the way to the loop counts, and with as few lanes that do nothing
   as its depth allows. */
static inline int is_tiny(BLASLONG m, BLASLONG n, BLASLONG k) {
  if (m > 2 * LANES || n <= 0 || n > 16 || k > 256) return 0;
  return TRANSPOSED_B ? n < 16 && n <= 2 * m : 2 * m > LANES || (n <= 8 && (k <= 16 || 4 * m > LANES));
}
#ifndef B0
#include "tuned/level3/tiny_gemm.h"
#endif
#endif

/* What multiplies is in the kernels of two pairs. */
#if !defined(B0) && !TRANSPOSED_A && !CONJUGATED_A && !CONJUGATED_B
#if !TRANSPOSED_B
#include "tuned/level3/direct_gemm.h"
#include "tuned/level3/direct_syrk.h"
#elif !defined(COMPLEX)
#include "tuned/level3/thin_gemm.h"
#endif
#endif
#if TRANSPOSED_A && !TRANSPOSED_B && !defined(COMPLEX) && WIDEST == 32
#define DOT_GEMM FOR_CPU(TYPED(dot_gemm), TS)
void DOT_GEMM(BLASLONG m, BLASLONG n, BLASLONG k, FLOAT alpha, const FLOAT *a, BLASLONG lda, const FLOAT *b, BLASLONG ldb,
              FLOAT beta, FLOAT *c, BLASLONG ldc);
#ifndef B0
#include "tuned/level3/dot_gemm.h"
#endif
#endif

#ifdef B0
#define BETA
#define PASS_BETA
#define VALUE_OF_BETA 0
#else
#define BETA SCALAR(beta),
#define PASS_BETA PASS(beta),
#define VALUE_OF_BETA beta
#endif

/* A function of its own, as OpenBLAS's kernel is, so that CNAME only jumps. */
static __attribute__((noinline)) int ours(BLASLONG m, BLASLONG n, BLASLONG k, FLOAT *a, BLASLONG lda, SCALAR(alpha), FLOAT *b,
                                          BLASLONG ldb, BETA FLOAT *c, BLASLONG ldc) {
  const factor left = of(a, lda, TRANSPOSED_A), right = of(b, ldb, TRANSPOSED_B);
  const FLOAT parts_of_alpha[COMPSIZE] = {PASS(alpha)};
#ifdef B0
  const FLOAT parts_of_beta[COMPSIZE] = {0};
#else
  const FLOAT parts_of_beta[COMPSIZE] = {PASS(beta)};
#endif
  /* GEMM_BATCH asks for nothing before, and then A and B are not to be read. */
  if (is_zero(parts_of_alpha)) k = 0;
#ifdef DOT_GEMM
  if (is_of_dots(TRANSPOSED_A, TRANSPOSED_B, n, k)) {
    DOT_GEMM(m, n, k, alpha, a, lda, b, ldb, parts_of_beta[0], c, ldc);
    return 0;
  }
#endif
#ifndef COMPLEX
  if (is_thin(TRANSPOSED_A, TRANSPOSED_B, m, n, k, parts_of_beta[0], rows_before_aligned(c, ldc) >= 0)) {
    THIN_GEMM(m, n, k, alpha, &left, &right, parts_of_beta[0], c, ldc);
    return 0;
  }
#endif
  DIRECT_GEMM(m, n, k, parts_of_alpha, &left, CONJUGATED_A, &right, CONJUGATED_B, parts_of_beta, c, ldc);
  return 0;
}

int CNAME(BLASLONG m, BLASLONG n, BLASLONG k, FLOAT *a, BLASLONG lda, SCALAR(alpha), FLOAT *b, BLASLONG ldb, BETA FLOAT *c,
          BLASLONG ldc) {
#ifdef TINY_GEMM
  if (is_tiny(m, n, k)) return TINY_GEMM(m, n, k, a, lda, alpha, b, ldb, VALUE_OF_BETA, c, ldc);
#endif
#ifndef COMPLEX
  if (is_for_openblas(TRANSPOSED_A, TRANSPOSED_B, m, n, k) && alpha != 0)
    return openblas_kernel(m, n, k, a, lda, alpha, b, ldb, PASS_BETA c, ldc);
#endif
  return ours(m, n, k, a, lda, PASS(alpha), b, ldb, PASS_BETA c, ldc);
}
