/* LU by halves, in one thread, where the CPU has a solver for triangular systems: the left columns, the right ones solved
 * and multiplied with them, and what is left of these; in a copy of OpenBLAS's. That goes in blocks of a twelfth and copies
 * what it multiplies, which with so few columns takes long. docs/speed.md has the figures.
 */

#include "tuned/common/scalars.h"
#include "tuned/level3/product.h"

/* Columns that are factored one by one. */
#define FEW_COLUMNS 12

/* Rows and columns of what is factored at once, even if it has more columns. */
#define FEW_ROWS 16

#include "tuned/factorizations/halves.h"

/* Exchanges rows of so many columns by these pivots, counted from 0. */
static void exchange_rows(BLASLONG column, BLASLONG columns, BLASLONG from, BLASLONG to, FLOAT *a, BLASLONG lda,
                          blasint *pivots) {
  const FLOAT unused[] = {0, 0};
  LASWP_PLUS(columns, from + 1, to, PARTS(unused), a + column * lda * COMPSIZE, lda, NULL, 0, pivots, 1);
}

/* The unknowns' columns: solved and, below, less the product with the left columns, of which there are so many. */
static void finish_right(BLASLONG m, BLASLONG first, BLASLONG left, BLASLONG right, FLOAT *a, BLASLONG lda, blasint *pivots,
                         FLOAT *sa, FLOAT *sb) {
  const BLASLONG next = first + left;
  FLOAT *corner = a + first * (lda + 1) * COMPSIZE, *beside = a + (first + next * lda) * COMPSIZE;
  exchange_rows(next, right, first, next, a, lda, pivots);
  TRSM_BY_HALVES(TRSM_UNIT, left, right, corner, lda, beside, lda, sa, sb);
  if (m > next)
    SUBTRACT_PRODUCT(0, 0, m - next, right, left, corner + left * COMPSIZE, lda, beside, lda, beside + left * COMPSIZE, lda, sa,
                     sb);
}

/* Factors so many columns from the first on, no more than there are rows from there on. */
static blasint lu(blas_arg_t *args, BLASLONG first, BLASLONG columns, FLOAT *sa, FLOAT *sb) {
  const BLASLONG left = FIRST_HALF(columns), right = columns - left;
  const BLASLONG next = first + left;
  FLOAT *a = args->a;
  blasint *pivots = args->c;
  if (columns <= FEW_COLUMNS || (columns <= FEW_ROWS && args->m - first <= FEW_ROWS)) {
    BLASLONG range[] = {first, first + columns};
    return GETF2(args, NULL, range, sa, sb, 0);
  }
  blasint info = lu(args, first, left, sa, sb);
  finish_right(args->m, first, left, right, a, args->lda, pivots, sa, sb);
  const blasint info_of_right = lu(args, next, right, sa, sb);
  if (!info && info_of_right) info = info_of_right + left;
  exchange_rows(first, left, next, first + columns, a, args->lda, pivots);
  return info;
}

/* Factors n columns from the first on; returns the first without a pivot, from 1 on, or 0. */
static blasint getrf_by_halves(blas_arg_t *args, BLASLONG first, BLASLONG n, FLOAT *sa, FLOAT *sb) {
  const BLASLONG columns = MIN(args->m - first, n);
  const blasint info = lu(args, first, columns, sa, sb);
  if (n > columns) finish_right(args->m, first, columns, n - columns, args->a, args->lda, args->c, sa, sb);
  return info;
}
