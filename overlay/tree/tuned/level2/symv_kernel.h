/* SYMV and HEMV kernels: y += alpha A x with a symmetric or Hermitian A, of which one triangle is read, in place of
 * OpenBLAS's.
 *
 * Those calculate a column at a time on and beside the diagonal, most of a small matrix, and complex ones in vectors
 * of one number. Here a few columns go together, the square on the diagonal as a vector with masks; each number of A
 * is read once, for its own place and for the one mirrored. docs/speed.md has the figures.
 *
 * With LOWER the columns of the lower triangle from the first to `offset`, else those of the upper one from the
 * last `offset` on: what one thread does. With HEMV a number's mirror image is its conjugate; with HEMVREV it is the
 * number itself, and A has the conjugate. NaN and Inf of x go through numbers that A has, not through masked lanes.
 */

#include "tuned/common/vectors.h"

#ifdef COMPLEX
#define COLUMNS (WIDEST == 64 ? 4 : 2)
#else
#define COLUMNS (WIDEST == 64 ? 8 : 4)
#endif

#ifdef HEMVREV
#define CONJUGATE_IN_COLUMNS 1
#else
#define CONJUGATE_IN_COLUMNS 0
#endif
#if defined(HEMV) && !defined(HEMVREV)
#define CONJUGATE_IN_ROWS 1
#else
#define CONJUGATE_IN_ROWS 0
#endif

/* What a strip of columns adds: to y the columns times numbers of x, to each of its sums a column times x. Of complex
   numbers both are two, for the real and the imaginary part, and with the parts of x exchanged. */
typedef struct {
  vector factor[COLUMNS][COMPSIZE], sum[COLUMNS * COMPSIZE];
} strip;

/* A vector of x, as the sums want it. */
typedef struct {
  vector part[COMPSIZE];
} numbers_of_x;

INLINE numbers_of_x as_parts(vector x) {
  numbers_of_x result;
  result.part[0] = x;
#ifdef COMPLEX
  result.part[1] = swapped(x);
#endif
  return result;
}

/* What is added to a vector of y. Real numbers are added to itself. */
INLINE void begin(vector y, vector *added) {
#ifdef COMPLEX
  added[0] = added[1] = (vector){0};
#else
  added[0] = y;
#endif
}

INLINE vector ended(vector y, vector *added) {
#ifdef COMPLEX
  if (CONJUGATE_IN_COLUMNS) UNROLL for (int part = 0; part < COMPSIZE; part++) added[part] = negated(added[part], ~REAL_PARTS);
  return y + added[0] + turned(added[1]);
#else
  return added[0];
#endif
}

/* Column j of a strip, beside the square: as it is in A, and mirrored in the row of that number. */
INLINE void add_column(strip *s, const int j, vector column, numbers_of_x x, vector *added) {
  UNROLL for (int part = 0; part < COMPSIZE; part++) {
    added[part] += column * s->factor[j][part];
    s->sum[j * COMPSIZE + part] += column * x.part[part];
  }
}

/* The same of the square, where the column has the lanes of `own`, and those of `mirrored` in the row: a number that A
   does not have there, zero, times one that is not finite would be none. */
INLINE void add_part_of_column(strip *s, const int j, vector column, mask own, mask mirrored, numbers_of_x x,
                               vector *added) {
  UNROLL for (int part = 0; part < COMPSIZE; part++) {
    added[part] += only_lanes(column * s->factor[j][part], own);
    s->sum[j * COMPSIZE + part] += only_lanes(column * x.part[part], mirrored);
  }
}

/* One vector of rows beside the square. */
INLINE void rows(strip *s, const int columns, const FLOAT *a, BLASLONG lda, const FLOAT *x, FLOAT *y, const int whole,
                 mask some) {
  const numbers_of_x parts = as_parts(whole ? VECTOR(x) : load_some(x, some));
  const vector before = whole ? VECTOR(y) : load_some(y, some);
  vector added[COMPSIZE];
  begin(before, added);
  UNROLL for (int j = 0; j < columns; j++) {
    const FLOAT *from = a + j * lda * COMPSIZE;
    const vector column = whole ? VECTOR(from) : load_some(from, some);
    add_column(s, j, column, parts, added);
  }
  if (whole) VECTOR(y) = ended(before, added);
  else store_some(y, some, ended(before, added));
}

/* The columns of a strip: the square at `diagonal`, whose first number of x and y these are, and `number` rows of
   them beside it, `at` rows from it. */
INLINE void columns_of(const int columns, SCALAR(alpha), const FLOAT *diagonal, BLASLONG lda, const FLOAT *x, FLOAT *y,
                       BLASLONG at, BLASLONG number) {
  const mask square = first_lanes(columns * COMPSIZE);
  const numbers_of_x parts = as_parts(load_some(x, square));
  const vector before = load_some(y, square);
  vector added[COMPSIZE];
  strip s;
  BLASLONG i = 0;

  begin(before, added);
  UNROLL for (int j = 0; j < columns * COMPSIZE; j++) s.sum[j] = (vector){0};
  UNROLL for (int j = 0; j < columns; j++) {
#ifdef LOWER
    const mask used = square & ~first_lanes(j * COMPSIZE), mirrored = square & ~first_lanes((j + 1) * COMPSIZE);
#else
    const mask used = first_lanes((j + 1) * COMPSIZE), mirrored = first_lanes(j * COMPSIZE);
#endif
    vector column = load_some(diagonal + j * lda * COMPSIZE, used);
#ifdef COMPLEX
    s.factor[j][0] = in_all_lanes(alpha_r * x[2 * j] - alpha_i * x[2 * j + 1]);
    s.factor[j][1] = in_all_lanes(alpha_r * x[2 * j + 1] + alpha_i * x[2 * j]);
#else
    s.factor[j][0] = in_all_lanes(alpha * x[j]);
#endif
#ifdef HEMV
    /* The diagonal is real, whatever is in memory. */
    column = blended(column, (vector){0}, numbers() == 2 * j + 1);
#endif
    /* The number on the diagonal has no mirror image. */
    add_part_of_column(&s, j, column, used, mirrored, parts, added);
  }
  const vector y_square = ended(before, added);

  diagonal += at * COMPSIZE;
  x += at * COMPSIZE;
  FLOAT *beside = y + at * COMPSIZE;
#pragma GCC unroll 2
  for (; i + LANES <= number * COMPSIZE; i += LANES) rows(&s, columns, diagonal + i, lda, x + i, beside + i, 1, square);
  if (i < number * COMPSIZE)
    rows(&s, columns, diagonal + i, lda, x + i, beside + i, 0, first_lanes(number * COMPSIZE - i));

#ifdef COMPLEX
  UNROLL for (int j = 0; j < columns; j++) {
    vector *real_or_imaginary = &s.sum[2 * j + CONJUGATE_IN_ROWS];
    *real_or_imaginary = negated(*real_or_imaginary, ~REAL_PARTS);
  }
#endif
  const vector total = lane_sums(s.sum, columns * COMPSIZE);
  store_some(y, square, y_square + SCALED_BY(total, alpha));
}

int CNAME(BLASLONG m, BLASLONG offset, SCALAR(alpha), FLOAT *a, BLASLONG lda, FLOAT *x, BLASLONG inc_x, FLOAT *y,
          BLASLONG inc_y, FLOAT *buffer) {
  FLOAT *dense_y = y;
  if (inc_x != 1) {
    COPY_K(m, x, inc_x, buffer, 1);
    x = buffer;
    buffer += m * COMPSIZE;
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
#define STRIPS(columns)                                                                                             \
  for (; j + columns <= end; j += columns)                                                                          \
    columns_of(columns, PASS(alpha), a + j * (lda + 1) * COMPSIZE, lda, x + j * COMPSIZE, dense_y + j * COMPSIZE,   \
               BESIDE(columns));
  STRIPS(COLUMNS)
#if !defined(COMPLEX) && WIDEST == 64
  STRIPS(4)
#endif
  STRIPS(2)
  STRIPS(1)
  if (dense_y != y) COPY_K(m, dense_y, 1, y, inc_y);
  return 0;
}
