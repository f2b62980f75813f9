/* Cholesky by halves, in one thread, where the CPU has a solver for triangular systems; in copies of OpenBLAS's, which go in
 * quarters and copy all that they multiply. POTRF_LOWER says of which triangle. docs/speed.md has the figures.
 */

/* Columns that are factored one by one, more where the solver is not for a few unknowns. */
#define FEW_COLUMNS (COMPSIZE == 1 && !IS_FOR_TRSM_BY_HALVES(FEWEST_UNKNOWNS) ? 64 : 32)
#define FEWEST_UNKNOWNS 16

#include "tuned/factorizations/halves.h"

#define TRSM_ADJOINT (COMPSIZE == 1 ? TRSM_TRANSPOSED : TRSM_TRANSPOSED | TRSM_CONJUGATED)

/* What is beside a square on the diagonal, and its rows or columns after the first so many. */
#if POTRF_LOWER
#define BESIDE(c, ld, number) ((c) + (number) * COMPSIZE)
#define POTF2 POTF2_L
#define HERK HERK_LN
#else
#define BESIDE(c, ld, number) ((c) + (number) * (ld) * COMPSIZE)
#define POTF2 POTF2_U
#define HERK HERK_UC
#endif

/* A triangle of C -= A A^H, or A^H A. */
static void subtract_from_triangle(BLASLONG n, BLASLONG k, FLOAT *a, FLOAT *c, BLASLONG ld, FLOAT *sa, FLOAT *sb) {
  FLOAT minus_one[] = {-1, 0};
  blas_arg_t args = {.n = n, .k = k, .a = a, .lda = ld, .c = c, .ldc = ld, .alpha = minus_one};
  HERK(&args, NULL, NULL, sa, sb, 0);
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
