/* LU of a few columns, in place of OpenBLAS's: column by column, with what is left of earlier ones subtracted.
 *
 * That calls a kernel for each number above the diagonal, and four for each column. Here loops take their place where
 * they are as short as a call, and the CPU's own kernel, if it has one, does all.
 */

#include "tuned/common/inline.h"
#include "tuned/common/inverse.h"
#include "tuned/common/numbers.h"
#include "tuned/common/scalars.h"
#include "tuned/common/smallest.h"
#include "tuned/factorizations/lu_columns.h"

/* Columns up to which the CPU's own kernel is faster. */
#define FEW_COLUMNS 24

/* Rows up to which a loop is faster than calling a kernel. */
#define FEW (COMPSIZE == 1 ? 16 : 6)

/* The number in this row and column. */
#define NUMBER(row, column) (a + ((row) + (column) * lda) * COMPSIZE)

INLINE BLASLONG largest(BLASLONG number, FLOAT *x) {
  BLASLONG at = 0;
  if (number > FEW) {
    at = IAMAX_K(number, x, 1);
    /* A kernel that finds none, among NaN, may return one more than there are. */
    return MIN(at, number) - 1;
  }
  for (BLASLONG i = 1; i < number; i++)
    if (magnitude(x + i * COMPSIZE) > magnitude(x + at * COMPSIZE)) at = i;
  return at;
}

/* y -= A x: rows by columns. */
INLINE void subtract_product(BLASLONG rows, BLASLONG columns, FLOAT *a, BLASLONG lda, FLOAT *x, FLOAT *y, FLOAT *buffer) {
  const FLOAT minus_one[] = {-1, 0};
  if (rows > FEW) {
    GEMV_N(rows, columns, 0, PARTS(minus_one), a, lda, x, 1, y, 1, buffer);
    return;
  }
  for (BLASLONG j = 0; j < columns; j++)
    for (BLASLONG i = 0; i < rows; i++) subtract(y + i * COMPSIZE, NUMBER(i, j), x + j * COMPSIZE);
}

/* Solves L x = y, in y's place. */
INLINE void solve(BLASLONG unknowns, FLOAT *a, BLASLONG lda, FLOAT *x, FLOAT *buffer) {
#ifdef COMPLEX
  if (unknowns > FEW) {
    ZTRSV_NLU(unknowns, a, lda, x, 1, buffer);
    return;
  }
#endif
  for (BLASLONG i = 0; i < unknowns; i++)
    for (BLASLONG l = i + 1; l < unknowns; l++) subtract(x + l * COMPSIZE, NUMBER(l, i), x + i * COMPSIZE);
}

/* Divides the numbers below a pivot by it. */
INLINE void divide(BLASLONG number, const FLOAT *pivot, FLOAT *x) {
  FLOAT inverse[COMPSIZE];
  const int of_multiple = set_finite_inverse(inverse, pivot, magnitude(pivot));
  if (number >= FEW && !of_multiple) {
    SCAL_K(number, 0, 0, PARTS(inverse), x, 1, NULL, 0, NULL, 0);
    return;
  }
  for (BLASLONG i = 0; i < number; i++, x += COMPSIZE) {
    set_product(x, x, inverse);
    if (of_multiple)
      for (int part = 0; part < COMPSIZE; part++) x[part] /= SMALLEST;
  }
}

blasint CNAME(blas_arg_t *args, BLASLONG *range_m, BLASLONG *range_n, FLOAT *sa, FLOAT *sb, BLASLONG position) {
  const BLASLONG offset = range_n ? range_n[0] : 0, lda = args->lda;
  const BLASLONG m = args->m - offset, n = range_n ? range_n[1] - offset : args->n;
  FLOAT *a = (FLOAT *)args->a + offset * (lda + 1) * COMPSIZE;
  blasint *pivots = (blasint *)args->c + offset, info = 0;

  if (m > 0 && n > 0 && n <= FEW_COLUMNS) {
    info = FACTOR_COLUMNS(m, n, a, lda, pivots, offset);
    if (info >= 0) return info;
    info = 0;
  }
  for (BLASLONG j = 0; j < n; j++) {
    const BLASLONG done = MIN(j, m), rows = m - done;

    for (BLASLONG i = 0; i < done; i++) exchange(NUMBER(i, j), NUMBER(pivots[i] - 1 - offset, j));
    solve(done, a, lda, NUMBER(0, j), sb);
    if (!rows) continue;

    FLOAT *left = NUMBER(j, j);
    subtract_product(rows, j, NUMBER(j, 0), lda, NUMBER(0, j), left, sb);
    const BLASLONG pivot = j + largest(rows, left);
    pivots[j] = pivot + 1 + offset;
    if (magnitude(NUMBER(pivot, j)) == 0) {
      if (!info) info = j + 1;
      continue;
    }
    if (pivot != j)
      for (BLASLONG i = 0; i <= j; i++) exchange(NUMBER(j, i), NUMBER(pivot, i));
    divide(rows - 1, left, left + COMPSIZE);
  }
  return info;
}
