/* Rows k1 to k2 of a matrix exchanged by pivots, upwards with MINUS, in place of OpenBLAS's, which waits for each line of the
 * cache: here lines of later pivots are fetched meanwhile. docs/speed.md has the figures.
 */

#include "tuned/common/inline.h"
#include "tuned/common/numbers.h"
#include "tuned/common/scalars.h"

/* Columns whose rows are exchanged together, since each number may be in a line of its own; and by how many pivots ahead lines
   are fetched. */
#define TOGETHER 4
#define AHEAD 16

/* From a row to the next. */
#ifdef MINUS
#define NEXT (-1)
#else
#define NEXT 1
#endif

/* So many rows from one on, counted from 0, of so many columns; the pivots, counted from 1, are `step` apart. */
INLINE void exchange_in(const int columns, BLASLONG rows, BLASLONG row, FLOAT *a, BLASLONG lda, const blasint *pivots,
                        BLASLONG step) {
  for (; rows > 0; rows--, row += NEXT, pivots += step) {
    FLOAT *one = a + row * COMPSIZE, *other = a + (pivots[0] - 1) * COMPSIZE;
    if (rows > AHEAD) {
      const FLOAT *later = a + (pivots[AHEAD * step] - 1) * COMPSIZE;
      UNROLL for (int j = 0; j < columns; j++) __builtin_prefetch(later + j * lda * COMPSIZE, 1);
    }
    UNROLL for (int j = 0; j < columns; j++) exchange(one + j * lda * COMPSIZE, other + j * lda * COMPSIZE);
  }
}

int CNAME(BLASLONG n, BLASLONG k1, BLASLONG k2, SCALAR(unused), FLOAT *a, BLASLONG lda, FLOAT *x, BLASLONG inc_x, blasint *pivots,
          BLASLONG inc) {
  const BLASLONG rows = k2 - k1 + 1, first = (NEXT < 0 ? k2 : k1) - 1;
  pivots += k1 - 1;
  if (NEXT < 0) pivots -= (k2 - k1) * inc; /* inc is negative, and the last row's pivot the furthest */
  for (; n >= TOGETHER; n -= TOGETHER, a += TOGETHER * lda * COMPSIZE) exchange_in(TOGETHER, rows, first, a, lda, pivots, inc);
  for (; n > 0; n--, a += lda * COMPSIZE) exchange_in(1, rows, first, a, lda, pivots, inc);
  return 0;
}
