/* Cholesky by halves, in one thread, where the CPU has a solver for triangular systems; in copies of OpenBLAS's, which go in
 * quarters and copy all that they multiply. POTRF_LOWER says of which triangle. docs/speed.md has the figures.
 */

#include "tuned/level3/product.h"

/* Columns that are factored one by one, more where the solver is not for a few unknowns; and the order of the squares on the
   diagonal that are multiplied as a whole. */
#define FEW_COLUMNS (COMPSIZE == 1 && !IS_FOR_TRSM_BY_HALVES(FEWEST_UNKNOWNS) ? 64 : 32)
#define FEWEST_UNKNOWNS 16
#define SQUARE 32

#include "tuned/factorizations/halves.h"

#ifdef COMPLEX
#define ADJOINT (TRANSPOSED_OP | CONJUGATED_OP)
#define TRSM_ADJOINT (TRSM_TRANSPOSED | TRSM_CONJUGATED)
#else
#define ADJOINT TRANSPOSED_OP
#define TRSM_ADJOINT TRSM_TRANSPOSED
#endif

/* What is beside a square on the diagonal, and its rows or columns after the first so many. */
#if POTRF_LOWER
#define BESIDE(c, ld, number) ((c) + (number) * COMPSIZE)
#define POTF2 POTF2_L
#else
#define BESIDE(c, ld, number) ((c) + (number) * (ld) * COMPSIZE)
#define POTF2 POTF2_U
#endif

/* C -= A A^H, m by n rows, or A^H A, columns. */
static void subtract_adjoint(BLASLONG m, BLASLONG n, BLASLONG k, FLOAT *first, FLOAT *second, FLOAT *c, BLASLONG ldc, BLASLONG ld,
                             FLOAT *sa, FLOAT *sb) {
#if POTRF_LOWER
  SUBTRACT_PRODUCT(0, ADJOINT, m, n, k, first, ld, second, ld, c, ldc, sa, sb);
#else
  SUBTRACT_PRODUCT(ADJOINT, 0, m, n, k, first, ld, second, ld, c, ldc, sa, sb);
#endif
}

/* The same of A with itself: a triangle. */
static void subtract_from_triangle(BLASLONG n, BLASLONG k, FLOAT *a, FLOAT *c, BLASLONG ld, FLOAT *sa, FLOAT *sb) {
  if (n > SQUARE) {
    const BLASLONG half = FIRST_HALF(n), other = n - half;
    FLOAT *rest = BESIDE(a, ld, half);
    subtract_from_triangle(half, k, a, c, ld, sa, sb);
    if (POTRF_LOWER) subtract_adjoint(other, half, k, rest, a, BESIDE(c, ld, half), ld, ld, sa, sb);
    else subtract_adjoint(half, other, k, a, rest, BESIDE(c, ld, half), ld, ld, sa, sb);
    subtract_from_triangle(other, k, rest, c + half * (ld + 1) * COMPSIZE, ld, sa, sb);
    return;
  }
  FLOAT square[SQUARE * SQUARE * COMPSIZE];
  for (BLASLONG j = 0; j < n; j++)
    for (BLASLONG i = 0; i < n * COMPSIZE; i++) square[j * n * COMPSIZE + i] = c[j * ld * COMPSIZE + i];
  subtract_adjoint(n, n, k, a, a, square, n, ld, sa, sb);
  for (BLASLONG j = 0; j < n; j++)
    for (BLASLONG i = POTRF_LOWER ? j * COMPSIZE : 0; i < (POTRF_LOWER ? n : j + 1) * COMPSIZE; i++)
      c[j * ld * COMPSIZE + i] = square[j * n * COMPSIZE + i];
}

/* Returns the order of the first leading minor that is not positive, or 0. */
static blasint cholesky(BLASLONG n, FLOAT *a, BLASLONG lda, FLOAT *sa, FLOAT *sb) {
  if (n <= FEW_COLUMNS) {
    blas_arg_t args = {.n = n, .a = a, .lda = lda};
    return POTF2(&args, NULL, NULL, sa, sb, 0);
  }
  const BLASLONG half = FIRST_HALF(n), other = n - half;
  FLOAT *beside = BESIDE(a, lda, half), *rest = a + half * (lda + 1) * COMPSIZE;
  blasint info = cholesky(half, a, lda, sa, sb);
  if (info) return info;
  TRSM_BY_HALVES(TRSM_ADJOINT | (POTRF_LOWER ? TRSM_RIGHT : TRSM_UPPER), half, other, a, lda, beside, lda, sa, sb);
  subtract_from_triangle(other, half, beside, rest, lda, sa, sb);
  info = cholesky(other, rest, lda, sa, sb);
  return info ? info + half : 0;
}
