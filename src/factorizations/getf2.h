/* LU of a few columns, in place of OpenBLAS's: column by column, with what is left of earlier ones subtracted.
 *
 * That calls a kernel for each number above the diagonal, and four for each column. Here loops take their place where
 * they are as short as a call, and the CPU's own kernel, if it has one, does all.
 */

#include "tuned/factorizations/lu_columns.h"
#include "tuned/common/smallest.h"

/* Columns up to which the CPU's own kernel is faster. */
#define FEW_COLUMNS 24

/* Rows up to which a loop is faster than calling a kernel. */
#define FEW 16

static inline BLASLONG largest(BLASLONG number, const FLOAT *x) {
  BLASLONG at = 0;
  for (BLASLONG i = 1; i < number; i++)
    if (fabs(x[i]) > fabs(x[at])) at = i;
  return at;
}

/* y -= A x: rows by columns. */
static inline void subtract_product(BLASLONG rows, BLASLONG columns, FLOAT *a, BLASLONG lda, FLOAT *x, FLOAT *y,
                                    FLOAT *buffer) {
  if (rows > FEW) {
    GEMV_N(rows, columns, 0, -1, a, lda, x, 1, y, 1, buffer);
    return;
  }
  for (BLASLONG j = 0; j < columns; j++)
    for (BLASLONG i = 0; i < rows; i++) y[i] -= x[j] * a[i + j * lda];
}

blasint CNAME(blas_arg_t *args, BLASLONG *range_m, BLASLONG *range_n, FLOAT *sa, FLOAT *sb, BLASLONG position) {
  const BLASLONG offset = range_n ? range_n[0] : 0, lda = args->lda;
  const BLASLONG m = args->m - offset, n = range_n ? range_n[1] - offset : args->n;
  FLOAT *a = (FLOAT *)args->a + offset * (lda + 1);
  blasint *pivots = (blasint *)args->c + offset, info = 0;

  if (m > 0 && n > 0 && n <= FEW_COLUMNS) {
    info = FACTOR_COLUMNS(m, n, a, lda, pivots, offset);
    if (info >= 0) return info;
    info = 0;
  }
  for (BLASLONG j = 0; j < n; j++) {
    FLOAT *column = a + j * lda;
    const BLASLONG done = MIN(j, m), rows = m - done;

    for (BLASLONG i = 0; i < done; i++) {
      const BLASLONG other = pivots[i] - 1 - offset;
      const FLOAT number = column[i];
      column[i] = column[other];
      column[other] = number;
    }
    for (BLASLONG i = 0; i < done; i++)
      for (BLASLONG l = i + 1; l < done; l++) column[l] -= column[i] * a[l + i * lda];
    if (!rows) continue;

    FLOAT *left = column + j;
    subtract_product(rows, j, a + j, lda, column, left, sb);
    /* A kernel that finds no number may return one more than there are. */
    const BLASLONG pivot = j + (rows > FEW ? MIN(IAMAX_K(rows, left, 1), rows) - 1 : largest(rows, left));
    pivots[j] = pivot + 1 + offset;
    if (column[pivot] == 0) {
      if (!info) info = j + 1;
      continue;
    }
    if (pivot != j)
      for (BLASLONG i = 0; i <= j; i++) {
        const FLOAT number = a[j + i * lda];
        a[j + i * lda] = a[pivot + i * lda];
        a[pivot + i * lda] = number;
      }
    const FLOAT inverse = 1 / *left;
    if (fabs(*left) < SMALLEST)
      for (BLASLONG i = 1; i < rows; i++) left[i] /= *left; /* The inverse may be infinite. */
    else if (rows > FEW)
      SCAL_K(rows - 1, 0, 0, inverse, left + 1, 1, NULL, 0, NULL, 0);
    else
      for (BLASLONG i = 1; i < rows; i++) left[i] *= inverse;
  }
  return info;
}
