/* Rows of a matrix exchanged by pivots: a few columns at a time, since each number may be in a line of the cache of its own,
 * and the lines of later pivots fetched meanwhile. docs/speed.md has the figures.
 */
#pragma once

#include "tuned/common/inline.h"
#include "tuned/common/numbers.h"

/* Columns whose rows are exchanged together, and by how many pivots ahead lines are fetched. */
#define TOGETHER 4
#define AHEAD 16

/* So many rows from one on, up or down by `next`, of so many columns; the pivots, counted from 1, are `step` apart. */
INLINE void exchange_in(const int columns, BLASLONG rows, BLASLONG row, BLASLONG next, FLOAT *a, BLASLONG lda,
                        const blasint *pivots, BLASLONG step) {
  for (; rows > 0; rows--, row += next, pivots += step) {
    FLOAT *one = a + row * COMPSIZE, *other = a + (pivots[0] - 1) * COMPSIZE;
    if (rows > AHEAD) {
      const FLOAT *later = a + (pivots[AHEAD * step] - 1) * COMPSIZE;
      UNROLL for (int j = 0; j < columns; j++) __builtin_prefetch(later + j * lda * COMPSIZE, 1);
    }
    UNROLL for (int j = 0; j < columns; j++) exchange(one + j * lda * COMPSIZE, other + j * lda * COMPSIZE);
  }
}

INLINE void exchange_rows(BLASLONG columns, BLASLONG rows, BLASLONG row, BLASLONG next, FLOAT *a, BLASLONG lda,
                          const blasint *pivots, BLASLONG step) {
  for (; columns >= TOGETHER; columns -= TOGETHER, a += TOGETHER * lda * COMPSIZE)
    exchange_in(TOGETHER, rows, row, next, a, lda, pivots, step);
  for (; columns > 0; columns--, a += lda * COMPSIZE) exchange_in(1, rows, row, next, a, lda, pivots, step);
}
