/* Cholesky of a few columns, in place of OpenBLAS's: column by column, with what is left of earlier ones subtracted. That
 * calls three kernels for each column; here loops take their place where all of the matrix is as short as a call, and the
 * CPU's own kernel, if it has one, does what is not much longer.
 *
 * For any CPU, of real numbers. The buffer is what GEMV wants; no threads. A pivot that is NaN ends it as one that is not
 * positive does; Inf is a pivot like others.
 */

#include "tuned/factorizations/cholesky_columns.h"

/* Rows up to which loops are faster than calling kernels. */
#define FEW 12

#ifdef IN_PLACE_OF_potf2_L
#define LOWER 1
#else
#define LOWER 0
#endif

/* The number of the factor in this row of L, or this column of U. */
#define NUMBER(row, column) a[LOWER ? (row) + (column) * lda : (column) + (row) * lda]

/* Subtracts from column j, from the diagonal on, what belongs to earlier ones; returns what is left on the diagonal. */
static inline FLOAT subtract_earlier(BLASLONG n, BLASLONG j, FLOAT *a, BLASLONG lda, FLOAT *buffer) {
  const BLASLONG rest = n - j - 1;
  if (n <= FEW) {
    for (BLASLONG k = 0; k < j; k++) {
      const FLOAT factor = NUMBER(j, k);
      for (BLASLONG i = j; i < n; i++) NUMBER(i, j) -= factor * NUMBER(i, k);
    }
    return NUMBER(j, j);
  }
  if (LOWER) {
    if (rest > 0) GEMV_N(rest, j, 0, -1, a + j + 1, lda, a + j, lda, &NUMBER(j + 1, j), 1, buffer);
    return NUMBER(j, j) - DOTU_K(j, a + j, lda, a + j, lda);
  }
  if (rest > 0) GEMV_T(j, rest, 0, -1, a + (j + 1) * lda, lda, a + j * lda, 1, &NUMBER(j + 1, j), lda, buffer);
  return NUMBER(j, j) - DOTU_K(j, a + j * lda, 1, a + j * lda, 1);
}

/* Returns the order of the first leading minor that is not positive, or no number, or 0. */
blasint CNAME(blas_arg_t *args, BLASLONG *range_m, BLASLONG *range_n, FLOAT *sa, FLOAT *sb, BLASLONG position) {
  const BLASLONG lda = args->lda, n = range_n ? range_n[1] - range_n[0] : args->n;
  FLOAT *a = (FLOAT *)args->a + (range_n ? range_n[0] * (lda + 1) : 0);

  if (n > FEW) {
    const blasint info = FACTOR_TRIANGLE(LOWER, n, a, lda);
    if (info >= 0) return info;
  }
  for (BLASLONG j = 0; j < n; j++) {
    const FLOAT left = subtract_earlier(n, j, a, lda, sb);
    if (!(left > 0)) {
      NUMBER(j, j) = left;
      return j + 1;
    }
    const FLOAT root = sqrt(left);
    NUMBER(j, j) = root;
    if (n <= FEW)
      for (BLASLONG i = j + 1; i < n; i++) NUMBER(i, j) *= 1 / root;
    else if (j + 1 < n)
      SCAL_K(n - j - 1, 0, 0, 1 / root, &NUMBER(j + 1, j), LOWER ? 1 : lda, NULL, 0, NULL, 0);
  }
  return 0;
}
