/* GER kernels: A += alpha x y^T, in place of OpenBLAS's.
 *
 * Those call AXPY for each column; here a few columns go together, and x is read once for them. With CONJ the conjugate
 * of y is meant, with XCONJ that of x. docs/speed.md has the figures.
 */

#include "tuned/common/vectors.h"

#define COLUMNS 4

/* A vector of rows: adds x times each column's factor, which is a number. */
INLINE void rows(const int columns, vector x, FLOAT (*factor)[COMPSIZE], FLOAT *a, BLASLONG lda, const int whole, mask some) {
#ifdef COMPLEX
#ifdef XCONJ
  x = negated(x, ~REAL_PARTS);
#endif
  const vector imaginary = turned(x);
#endif
  UNROLL for (int j = 0; j < columns; j++) {
    FLOAT *to = a + j * lda * COMPSIZE;
    vector numbers = whole ? VECTOR(to) : load_some(to, some);
    numbers += x * factor[j][0];
#ifdef COMPLEX
    numbers += imaginary * factor[j][1];
#endif
    if (whole) VECTOR(to) = numbers;
    else store_some(to, some, numbers);
  }
}

INLINE void strip(const int columns, BLASLONG m, SCALAR(alpha), const FLOAT *x, const FLOAT *y, BLASLONG inc_y, FLOAT *a,
                  BLASLONG lda) {
  FLOAT factor[COLUMNS][COMPSIZE];
  BLASLONG i = 0;

  UNROLL for (int j = 0; j < columns; j++) {
    const FLOAT *number = y + j * inc_y * COMPSIZE;
#ifndef COMPLEX
    factor[j][0] = alpha * *number;
#else
#ifdef CONJ
    const FLOAT imaginary = -number[1];
#else
    const FLOAT imaginary = number[1];
#endif
    factor[j][0] = alpha_r * number[0] - alpha_i * imaginary;
    factor[j][1] = alpha_r * imaginary + alpha_i * number[0];
#endif
  }
  for (; i + LANES <= m * COMPSIZE; i += LANES)
    rows(columns, VECTOR(x + i), factor, a + i, lda, 1, first_lanes(LANES));
  if (i < m * COMPSIZE) {
    const mask some = first_lanes(m * COMPSIZE - i);
    rows(columns, load_some(x + i, some), factor, a + i, lda, 0, some);
  }
}

int CNAME(BLASLONG m, BLASLONG n, BLASLONG dummy, SCALAR(alpha), FLOAT *x, BLASLONG inc_x, FLOAT *y, BLASLONG inc_y,
          FLOAT *a, BLASLONG lda, FLOAT *buffer) {
  BLASLONG j = 0;
  if (inc_x != 1) {
    COPY_K(m, x, inc_x, buffer, 1);
    x = buffer;
  }
#define STRIPS(columns)                 \
  for (; j + columns <= n; j += columns) \
    strip(columns, m, PASS(alpha), x, y + j * inc_y * COMPSIZE, inc_y, a + j * lda * COMPSIZE, lda);
  STRIPS(COLUMNS)
  STRIPS(1)
  return 0;
}
