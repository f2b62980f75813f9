/* Cholesky of a few columns with a CPU's own instructions, CHOLESKY_KERNEL(TS): column by column, with what is left of
 * earlier ones subtracted, in a copy whose columns begin where a vector does. An upper triangle is transposed for that.
 *
 * For CPUs with AVX2, of real numbers. Up to 8 KiB on the stack, no buffer, no threads. A pivot that is NaN ends it as
 * one that is not positive does; Inf is a pivot like others.
 */

#include "tuned/factorizations/cholesky_columns.h"

#if defined(__AVX2__) && !defined(COMPLEX)

#include "tuned/common/vectors.h"

/* The most columns, and the vectors of one of them. */
#define MOST 32
#define VECTORS (MOST / LANES)

typedef struct {
  FLOAT numbers[MOST * MOST];
} __attribute__((aligned(WIDEST))) square;

/* Copies so many rows and columns, if they are no more than lanes, transposed; and zeros in the other columns' places, or not. */
INLINE void copy_transposed(BLASLONG rows, BLASLONG columns, const int zeros, const FLOAT *from, BLASLONG ld, FLOAT *to,
                            BLASLONG ld_to) {
  const mask of_from = first_lanes(MIN(LANES, rows)), of_to = first_lanes(zeros ? LANES : MIN(LANES, columns));
  vector x[LANES];
  UNROLL for (int j = 0; j < LANES; j++) x[j] = j < columns ? load_some(from + j * ld, of_from) : (vector){0};
  interleave_all(x, LANES);
  UNROLL for (int j = 0; j < LANES; j++)
    if (j < rows) store_some(to + j * ld_to, of_to, x[j]);
}

/* Copies the lower triangle, or the upper one transposed, to a square, with whatever is beside it. */
static void copy_triangle(int lower, BLASLONG n, const FLOAT *a, BLASLONG lda, FLOAT *to) {
  for (BLASLONG i = 0; i < n; i += LANES) {
    const mask some = first_lanes(MIN(LANES, n - i));
    if (lower)
      for (BLASLONG j = 0; j < MIN(i + LANES, n); j++) VECTOR(to + i + j * MOST) = load_some(a + i + j * lda, some);
    else
      for (BLASLONG j = 0; j <= i; j += LANES) copy_transposed(n - j, n - i, 1, a + j + i * lda, lda, to + i + j * MOST, MOST);
  }
}

/* And back, without it. */
static void copy_triangle_back(int lower, BLASLONG n, const FLOAT *from, FLOAT *a, BLASLONG lda) {
  for (BLASLONG i = 0; i < n; i += LANES)
    for (BLASLONG j = 0; j <= i; j += LANES) {
      const FLOAT *part = from + i + j * MOST;
      const BLASLONG rows = MIN(LANES, n - i);
      FLOAT turned[LANES * LANES] __attribute__((aligned(WIDEST)));
      if (lower && i == j) {
        for (BLASLONG l = 0; l < rows; l++)
          for (BLASLONG r = l; r < rows; r++) a[i + r + (j + l) * lda] = part[r + l * MOST];
      } else if (lower) {
        for (BLASLONG l = 0; l < LANES; l++) store_some(a + i + (j + l) * lda, first_lanes(rows), VECTOR(part + l * MOST));
      } else if (i == j) {
        copy_transposed(LANES, LANES, 1, part, MOST, turned, LANES);
        for (BLASLONG l = 0; l < rows; l++) store_some(a + i + (i + l) * lda, first_lanes(l + 1), VECTOR(turned + l * LANES));
      } else {
        copy_transposed(rows, LANES, 0, part, MOST, a + j + i * lda, lda);
      }
    }
}

/* What is left of so many vectors of column j. */
INLINE void subtract_earlier(const int vectors, BLASLONG j, const FLOAT *earlier, const FLOAT *factors, FLOAT *column) {
  vector y[VECTORS];
  UNROLL for (int v = 0; v < vectors; v++) y[v] = VECTOR(column + v * LANES);
  for (BLASLONG i = 0; i < j; i++)
    UNROLL for (int v = 0; v < vectors; v++) y[v] -= VECTOR(earlier + i * MOST + v * LANES) * factors[i * MOST];
  UNROLL for (int v = 0; v < vectors; v++) VECTOR(column + v * LANES) = y[v];
}

static blasint cholesky(int lower, BLASLONG n, FLOAT *a, BLASLONG lda) {
  square copy;
  FLOAT *l = copy.numbers;
  blasint info = 0;

  if (n > MOST) return -1;
  copy_triangle(lower, n, a, lda, l);
  for (BLASLONG j = 0; j < n; j++) {
    const BLASLONG begin = j & -LANES;
    const int vectors = (n - begin + LANES - 1) / LANES;
    FLOAT *column = l + begin + j * MOST;
#define WITH(number) \
  if (vectors == number && number <= VECTORS) subtract_earlier(number, j, l + begin, l + j, column);
    WITH(1) WITH(2) WITH(3) WITH(4) WITH(5) WITH(6) WITH(7) WITH(8)
    const FLOAT left = l[j + j * MOST];
    if (!(left > 0)) {
      info = j + 1;
      break;
    }
    const FLOAT root = sqrt(left), inverse = 1 / root;
    for (int v = 0; v < vectors; v++) VECTOR(column + v * LANES) *= inverse;
    l[j + j * MOST] = root;
  }
  copy_triangle_back(lower, n, l, a, lda);
  return info;
}

const cholesky_kernel CHOLESKY_KERNEL(TS) = cholesky;

#else
const cholesky_kernel CHOLESKY_KERNEL(TS) = NULL;
#endif
