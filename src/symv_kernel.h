/* SYMV kernels: y += alpha A x with a symmetric A, of which one triangle is read, in place of OpenBLAS's.
 *
 * Those calculate a column at a time on and beside the diagonal, most of a small matrix. Here a few columns go together,
 * the square on the diagonal as a vector with masks; each number of A is read once, for its own place and for the
 * one mirrored. cmake/TunedSources.cmake has the figures.
 *
 * With LOWER the columns of the lower triangle from the first to `offset`, else those of the upper one from the
 * last `offset` on: what one thread does.
 */

#include "tuned/vectors.h"

#if WIDEST == 64
#define COLUMNS 8
#else
#define COLUMNS 4
#endif

/* What a strip of columns adds to: with the columns of A, and with its rows. */
typedef struct {
  vector factor[COLUMNS], sum[COLUMNS];
} strip;

/* One vector of rows: adds to y the columns' share and to the sums that of the rows. */
INLINE void rows(strip *s, const int columns, const FLOAT *a, BLASLONG lda, const FLOAT *x, FLOAT *y, const int whole,
                 mask some) {
  const vector from = whole ? VECTOR(x) : load_some(x, some);
  vector to = whole ? VECTOR(y) : load_some(y, some);
  UNROLL for (int j = 0; j < columns; j++) {
    const vector numbers = whole ? VECTOR(a + j * lda) : load_some(a + j * lda, some);
    to += numbers * s->factor[j];
    s->sum[j] += numbers * from;
  }
  if (whole) VECTOR(y) = to;
  else store_some(y, some, to);
}

/* The columns of a strip: the square at `diagonal`, whose first number of x and y these are, and `number` rows of
   them beside it, at a and `at` rows from it. */
INLINE void columns_of(const int columns, FLOAT alpha, const FLOAT *diagonal, BLASLONG lda, const FLOAT *x, FLOAT *y,
                       BLASLONG at, BLASLONG number) {
  const mask square = first_lanes(columns);
  const vector x_square = load_some(x, square);
  vector y_square = load_some(y, square);
  strip s;
  BLASLONG i = 0;

  UNROLL for (int j = 0; j < columns; j++) {
#ifdef LOWER
    const vector column = load_some(diagonal + j * lda, square & ~first_lanes(j));
#else
    const vector column = load_some(diagonal + j * lda, first_lanes(j + 1));
#endif
    s.factor[j] = (vector){0} + alpha * x[j];
    y_square += column * s.factor[j];
    /* The number on the diagonal has no mirror image. */
    s.sum[j] = blended(column, (vector){0}, numbers() == j) * x_square;
  }
#pragma GCC unroll 2
  for (; i + LANES <= number; i += LANES)
    rows(&s, columns, diagonal + at + i, lda, x + at + i, y + at + i, 1, square);
  if (i < number) rows(&s, columns, diagonal + at + i, lda, x + at + i, y + at + i, 0, first_lanes(number - i));
  store_some(y, square, y_square + alpha * lane_sums(s.sum, columns));
}

int CNAME(BLASLONG m, BLASLONG offset, FLOAT alpha, FLOAT *a, BLASLONG lda, FLOAT *x, BLASLONG inc_x, FLOAT *y,
          BLASLONG inc_y, FLOAT *buffer) {
  FLOAT *dense_y = y;
  if (inc_x != 1) {
    COPY_K(m, x, inc_x, buffer, 1);
    x = buffer;
    buffer += m;
  }
  if (inc_y != 1) {
    COPY_K(m, y, inc_y, buffer, 1);
    dense_y = buffer;
  }
#ifdef LOWER
  BLASLONG j = 0;
  const BLASLONG end = offset;
#define BESIDE(columns) columns, m - j - columns
#else
  BLASLONG j = m - offset;
  const BLASLONG end = m;
#define BESIDE(columns) -j, j
#endif
#define STRIPS(columns)                  \
  for (; j + columns <= end; j += columns) \
    columns_of(columns, alpha, a + j * (lda + 1), lda, x + j, dense_y + j, BESIDE(columns));
  STRIPS(COLUMNS)
#if COLUMNS > 4
  STRIPS(4)
#endif
  STRIPS(2)
  STRIPS(1)
  if (dense_y != y) COPY_K(m, dense_y, 1, y, inc_y);
  return 0;
}
