/* Rows k1 to k2 of a matrix exchanged by pivots, upwards with MINUS, in place of OpenBLAS's, which waits for each line of the
 * cache.
 */

#include "tuned/common/scalars.h"
#include "tuned/factorizations/exchange_rows.h"

int CNAME(BLASLONG n, BLASLONG k1, BLASLONG k2, SCALAR(dummy), FLOAT *a, BLASLONG lda, FLOAT *x, BLASLONG inc_x, blasint *pivots,
          BLASLONG inc) {
#ifdef MINUS
  /* The increment is negative. */
  exchange_rows(n, k2 - k1 + 1, k2 - 1, -1, a, lda, pivots + k1 - 1 - (k2 - k1) * inc, inc);
#else
  exchange_rows(n, k2 - k1 + 1, k1 - 1, 1, a, lda, pivots + k1 - 1, inc);
#endif
  return 0;
}
