/* GEMV kernels: y += alpha op(A) x, in place of OpenBLAS's.
 *
 * Those add up a few columns at a time in a buffer, which costs more than the product where A is in the cache, and
 * finish rows and columns that are left over one by one. Here sums stay in registers, and what is left over is a
 * vector with a mask. Reading A takes the rest of the time. docs/speed.md has the figures.
 *
 *   A x    a tile of rows, up to 8 vectors, or with AVX2 13, or 6 of complex numbers, by all columns; or, where A is
 *          larger than the first-level cache, 10 columns by all rows, or with AVX2 6 of complex numbers
 *   A^T x  8 columns by all rows, or 4 of complex numbers, with AVX2 6 from that size on, then the sums of the lanes
 *          of 8 vectors at once
 *
 * Where A is larger than that and its columns don't begin lines of the cache, vectors of half a line are faster: whole
 * ones would lie in two lines each. NARROW makes that kernel, an object of its own, since a single wide instruction
 * costs the narrow ones a third of their loads. The sums of A^T x would not have the same bits, which must not depend on
 * where A lies: large ones are all left to that kernel.
 *
 * With CONJ the conjugate of A is meant, with XCONJ that of x. x and y are at their first element also where the
 * increment is negative.
 */

#if !defined(NARROW) || (defined(__AVX512F__) && !defined(COMPLEX))

#include "tuned/common/names.h"
#include "tuned/common/vectors.h"

#if defined(TRANS) || defined(TRANSA)
#define TRANSPOSED
#endif

/* Numbers of A from which on reading it from the second-level cache counts more than anything else. */
#ifdef TRANSPOSED
#define LARGE (32 * 1024 / (BLASLONG)sizeof(FLOAT))
#else
#define LARGE ((WIDEST == 64 ? 72 : SIZE == 4 ? 46 : 56) * 1024 / (BLASLONG)sizeof(FLOAT))
#endif

/* Columns of a few rows are no streams. */
#define STREAM_OF_ROWS (COMPSIZE == 1 ? 64 : WIDEST == 64 ? 136 : SIZE == 8 ? 64 : 104)
static inline int is_large(BLASLONG m, BLASLONG n) { return m >= STREAM_OF_ROWS && m * n * COMPSIZE > LARGE; }

#define PARAMETERS                                                                                                      \
  BLASLONG m, BLASLONG n, BLASLONG dummy, SCALAR(alpha), FLOAT *a, BLASLONG lda, FLOAT *x, BLASLONG inc_x, FLOAT *y,     \
      BLASLONG inc_y, FLOAT *buffer
#define ARGUMENTS m, n, dummy, PASS(alpha), a, lda, x, inc_x, y, inc_y, buffer

#ifdef TRANSPOSED
#define NARROW_GEMV FOR_CPU(TYPED(gemv_t_narrow), TS)
#else
#define NARROW_GEMV FOR_CPU(TYPED(gemv_n_narrow), TS)
#endif
#if defined(NARROW)
#define GEMV NARROW_GEMV
#else
#define GEMV CNAME
#endif
#if WIDEST == 64 && !defined(COMPLEX)
#define HAS_NARROW
int NARROW_GEMV(PARAMETERS);

#ifndef TRANSPOSED
/* Whether columns begin within a line of the cache. */
static inline int cross_lines(const FLOAT *a, BLASLONG lda) { return ((size_t)a | lda * sizeof(FLOAT)) % WIDEST != 0; }
#endif
#endif

/* Complex numbers with no more than AVX2's 16 registers. */
#define COMPLEX_IN_FEW (COMPSIZE == 2 && WIDEST < 64)

/* Numbers that a vector holds. */
#define IN_VECTOR (LANES / COMPSIZE)
/* Sums in registers at a time: enough to hide the latency of an addition. Where x is broadcast twice, real and
   imaginary parts, more of them make up for it. */
#if defined(COMPLEX) && !defined(TRANSPOSED)
#define SUMS 12
#else
#define SUMS 8
#endif

/* Numbers of a complex A from which on it had better be read more columns at a time, and the sums that takes. */
#ifdef TRANSPOSED
#define MOST_SUMS (COMPSIZE == 2 ? 12 : SUMS)
#define WIDE (48 * 1024 / (BLASLONG)sizeof(FLOAT))
#else
#define WIDE (12 * 1024 * 1024 / (BLASLONG)sizeof(FLOAT))
#endif

/* y += x, of so many numbers. */
INLINE void add_to(FLOAT *y, BLASLONG inc_y, vector x, BLASLONG number) {
  if (inc_y == 1 && number >= IN_VECTOR) {
    VECTOR(y) += x;
  } else if (inc_y == 1) {
    const mask some = first_lanes(number * COMPSIZE);
    store_some(y, some, load_some(y, some) + x);
  } else {
    FLOAT each[LANES];
    VECTOR(each) = x;
    for (BLASLONG i = 0; i < number * COMPSIZE; i++) y[i / COMPSIZE * inc_y * COMPSIZE + i % COMPSIZE] += each[i];
  }
}

#ifndef TRANSPOSED

#ifndef NARROW

/* Columns of A in the cache read together where A is larger than it: so many streams the CPU foresees. */
#define STREAMS 24
#define CACHE_BYTES (512 * 1024)

/* Whole columns, if they are no more than AVX2's registers hold: then A is one stream. */
#define MOST_VECTORS (COMPSIZE == 1 && WIDEST < 64 ? 13 : SUMS / COMPSIZE)
#define MOST_COLUMNS 4
#define COLUMNS_AT_ONCE(vectors) MAX(1, MIN(SUMS / ((vectors) * COMPSIZE), MOST_COLUMNS))

/* The sums of `vectors` vectors and, of complex numbers, with real and imaginary parts of x by themselves. */
INLINE void add_column(vector (*sum)[COMPSIZE], const int vectors, mask last, const FLOAT *a, const FLOAT *x) {
  UNROLL for (int v = 0; v < vectors; v++) {
    const vector numbers = v == vectors - 1 ? load_some(a + v * LANES, last) : VECTOR(a + v * LANES);
    UNROLL for (int part = 0; part < COMPSIZE; part++) sum[v][part] += numbers * x[part];
  }
}

/* So many vectors of rows, of the last of them `rest` numbers. */
INLINE void tile(const int vectors, BLASLONG rest, BLASLONG n, SCALAR(alpha), const FLOAT *a, BLASLONG lda, const FLOAT *x,
                 BLASLONG inc_x, FLOAT *y, BLASLONG inc_y) {
  const int columns = COLUMNS_AT_ONCE(vectors);
  const mask last = first_lanes(rest * COMPSIZE);
  vector sum[MOST_COLUMNS][MOST_VECTORS][COMPSIZE];
  BLASLONG j = 0;

  UNROLL for (int c = 0; c < columns; c++)
    UNROLL for (int v = 0; v < vectors; v++)
      UNROLL for (int part = 0; part < COMPSIZE; part++) sum[c][v][part] = (vector){0};
#pragma GCC unroll 1
  for (; j + columns <= n; j += columns)
    UNROLL for (int c = 0; c < columns; c++)
      add_column(sum[c], vectors, last, a + (j + c) * lda * COMPSIZE, x + (j + c) * inc_x * COMPSIZE);
#pragma GCC unroll 1
  for (; columns > 1 && j < n; j++) add_column(sum[0], vectors, last, a + j * lda * COMPSIZE, x + j * inc_x * COMPSIZE);

  UNROLL for (int v = 0; v < vectors; v++) {
    UNROLL for (int part = 0; part < COMPSIZE; part++)
      UNROLL for (int c = 1; c < columns; c++) sum[0][v][part] += sum[c][v][part];
    vector total = sum[0][v][0];
#ifdef COMPLEX
    vector imaginary = sum[0][v][1];
#ifdef CONJ
    total = negated(total, ~REAL_PARTS);
    imaginary = negated(imaginary, ~REAL_PARTS);
#endif
#ifdef XCONJ
    total -= turned(imaginary);
#else
    total += turned(imaginary);
#endif
#endif
    add_to(y + v * LANES * inc_y, inc_y, SCALED_BY(total, alpha), v == vectors - 1 ? rest : IN_VECTOR);
  }
}

static void product(BLASLONG m, BLASLONG n, SCALAR(alpha), const FLOAT *a, BLASLONG lda, const FLOAT *x, BLASLONG inc_x,
                    FLOAT *y, BLASLONG inc_y) {
  int vectors;
  for (BLASLONG i = 0; i < m; i += vectors * IN_VECTOR) {
    const BLASLONG left = (m - i + IN_VECTOR - 1) / IN_VECTOR;
    /* Two tiles of the same height rather than one and a low one. */
    vectors = left >= 2 * MOST_VECTORS ? MOST_VECTORS : left > MOST_VECTORS ? (left + 1) / 2 : left;
    const BLASLONG rest = m - i - (vectors - 1) * IN_VECTOR;
#define TILE(vectors)                                                                                             \
  case vectors:                                                                                                   \
    tile(vectors, rest < IN_VECTOR ? rest : IN_VECTOR, n, PASS(alpha), a + i * COMPSIZE, lda, x, inc_x,           \
         y + i * inc_y * COMPSIZE, inc_y);                                                                        \
    break;
    switch (vectors) {
      TILE(1)
      TILE(2)
      TILE(3)
      TILE(4)
#if MOST_VECTORS > 4
      TILE(5)
      TILE(6)
#endif
#if MOST_VECTORS > 6
      TILE(7)
      TILE(8)
#endif
#if MOST_VECTORS > 8
      TILE(9)
      TILE(10)
      TILE(11)
      TILE(12)
      TILE(13)
#endif
    }
  }
}

#endif

/* Columns at a time. AVX2's registers hold both parts of six complex numbers of x, the stack two more for an A that
   comes from memory. */
#define MOST_DOWN (COMPLEX_IN_FEW ? 8 : 10)

/* Numbers of y that stay in the first-level cache, or with AVX2 in the second: shorter columns are no good streams. */
#define ROWS_AT_ONCE ((WIDEST < 64 ? 64 : 16) * 1024 / (BLASLONG)sizeof(FLOAT) / COMPSIZE)

/* A number of x, or its conjugate where that is meant, times alpha. */
INLINE void times_alpha(FLOAT *result, SCALAR(alpha), const FLOAT *x) {
#ifdef COMPLEX
#ifdef XCONJ
  const FLOAT imaginary = -x[1];
#else
  const FLOAT imaginary = x[1];
#endif
  result[0] = alpha_r * x[0] - alpha_i * imaginary;
  result[1] = alpha_r * imaginary + alpha_i * x[0];
#else
  result[0] = alpha * x[0];
#endif
}

/* The sum of so many columns' vectors times their numbers of x, and y. Both sums of complex numbers need each vector of A in a
   register; one of real numbers takes it from memory. */
INLINE vector with_columns(vector y, const int columns, const int whole, mask some, const FLOAT *a, BLASLONG lda,
                           vector (*x)[COMPSIZE]) {
  vector sum[COMPSIZE] = {y};
  UNROLL for (int j = 0; j < columns; j++) {
    vector numbers = whole ? VECTOR(a + j * lda * COMPSIZE) : load_some(a + j * lda * COMPSIZE, some);
    if (COMPSIZE > 1) numbers = in_register(numbers);
    UNROLL for (int part = 0; part < COMPSIZE; part++)
      if (COMPSIZE == 1) sum[part] += numbers * x[j][part];
      else if (j == 0) sum[part] = numbers * x[j][part];
      else add_product(&sum[part], numbers, x[j][part]);
  }
#ifdef COMPLEX
#ifdef CONJ
  sum[0] = negated(sum[0], ~REAL_PARTS);
  sum[1] = negated(sum[1], ~REAL_PARTS);
#endif
  y += sum[0];
  sum[1] = swapped(sum[1]);
  return blended(y + sum[1], y - sum[1], REAL_PARTS);
#else
  return sum[0];
#endif
}

/* y += alpha A x for so many columns. */
INLINE void down_columns(const int columns, BLASLONG m, SCALAR(alpha), const FLOAT *a, BLASLONG lda, const FLOAT *x,
                         BLASLONG inc_x, FLOAT *y) {
  vector factors[MOST_DOWN][COMPSIZE];
  BLASLONG i = 0;
  UNROLL for (int j = 0; j < columns; j++) {
    FLOAT factor[COMPSIZE];
    times_alpha(factor, PASS(alpha), x + j * inc_x * COMPSIZE);
    UNROLL for (int part = 0; part < COMPSIZE; part++) factors[j][part] = in_all_lanes(factor[part]);
  }
#pragma GCC unroll 1
  for (; i + LANES <= m * COMPSIZE; i += LANES)
    VECTOR(y + i) = with_columns(VECTOR(y + i), columns, 1, first_lanes(LANES), a + i, lda, factors);
  if (i < m * COMPSIZE) {
    const mask some = first_lanes(m * COMPSIZE - i);
    store_some(y + i, some, with_columns(load_some(y + i, some), columns, 0, some, a + i, lda, factors));
  }
}

#define DOWN(columns)                                                                                                    \
  static __attribute__((noinline)) void down_##columns(BLASLONG m, SCALAR(alpha), const FLOAT *a, BLASLONG lda,          \
                                                       const FLOAT *x, BLASLONG inc_x, FLOAT *y) {                       \
    down_columns(columns, m, PASS(alpha), a, lda, x, inc_x, y);                                                          \
  }
DOWN(1)
DOWN(4)
#if COMPLEX_IN_FEW
DOWN(6)
DOWN(8)
#else
DOWN(10)
#endif

static void product_down(BLASLONG m, BLASLONG n, SCALAR(alpha), const FLOAT *a, BLASLONG lda, const FLOAT *x,
                         BLASLONG inc_x, FLOAT *y) {
  for (BLASLONG i = 0; i < m; i += ROWS_AT_ONCE) {
    const BLASLONG rows = MIN(ROWS_AT_ONCE, m - i);
    BLASLONG j = 0;
#define COLUMNS_DOWN(columns)                                                                                               \
  for (; j + columns <= n; j += columns)                                                                                    \
    down_##columns(rows, PASS(alpha), a + (i + j * lda) * COMPSIZE, lda, x + j * inc_x * COMPSIZE, inc_x, y + i * COMPSIZE);
#if COMPLEX_IN_FEW
    if (m * n * COMPSIZE > WIDE) { COLUMNS_DOWN(8) }
    COLUMNS_DOWN(6)
#else
    COLUMNS_DOWN(10)
#endif
    COLUMNS_DOWN(4)
    COLUMNS_DOWN(1)
  }
}

#ifdef NARROW

/* It is called for nothing else. */
int GEMV(PARAMETERS) {
  product_down(m, n, alpha, a, lda, x, inc_x, y);
  return 0;
}

#else

/* One or two vectors of rows, where each call on the way here takes a good part of the time. */
#define LOW_PRODUCT(vectors)                                                                     \
  static __attribute__((noinline)) int low_product_##vectors(PARAMETERS) {                       \
    tile(vectors, m - (vectors - 1) * IN_VECTOR, n, PASS(alpha), a, lda, x, inc_x, y, inc_y);    \
    return 0;                                                                                    \
  }
LOW_PRODUCT(1)
LOW_PRODUCT(2)

static __attribute__((noinline)) int high_product(PARAMETERS) {
  if (inc_y == 1 && m > MOST_VECTORS * IN_VECTOR && is_large(m, n)) {
#ifdef HAS_NARROW
    if (cross_lines(a, lda)) return NARROW_GEMV(ARGUMENTS);
#endif
    product_down(m, n, PASS(alpha), a, lda, x, inc_x, y);
    return 0;
  }
  const BLASLONG width = m * n * COMPSIZE * (BLASLONG)sizeof(FLOAT) > CACHE_BYTES ? STREAMS : n;
  for (BLASLONG j = 0; j < n; j += width)
    product(m, n - j < width ? n - j : width, PASS(alpha), a + j * lda * COMPSIZE, lda, x + j * inc_x * COMPSIZE, inc_x, y,
            inc_y);
  return 0;
}

/* Jumps, since they have its arguments. */
int GEMV(PARAMETERS) {
  if (m <= IN_VECTOR) return low_product_1(ARGUMENTS);
  if (m <= 2 * IN_VECTOR) return low_product_2(ARGUMENTS);
  return high_product(ARGUMENTS);
}

#endif

#else

/* The sums of columns, of complex numbers two for each: with x, and with its parts exchanged. */
INLINE void add_rows(vector *sum, const int columns, vector x, const FLOAT *a, BLASLONG lda, const int whole, mask some) {
#ifdef XCONJ
  x = negated(x, ~REAL_PARTS);
#endif
  UNROLL for (int j = 0; j < columns; j++) {
    const vector numbers = whole ? VECTOR(a + j * lda * COMPSIZE) : load_some(a + j * lda * COMPSIZE, some);
    sum[j * COMPSIZE] += numbers * x;
#ifdef COMPLEX
    sum[j * COMPSIZE + 1] += numbers * swapped(x);
#endif
  }
}

INLINE void tile(const int columns, BLASLONG m, SCALAR(alpha), const FLOAT *a, BLASLONG lda, const FLOAT *x, FLOAT *y,
                 BLASLONG inc_y) {
  /* Of fewer columns, more vectors at a time: as many sums. */
  const int sums = columns * COMPSIZE, ahead = sums < SUMS ? SUMS / sums : 1, all = ahead * sums;
  vector sum[MOST_SUMS];
  BLASLONG i = 0;

  UNROLL for (int j = 0; j < all; j++) sum[j] = (vector){0};
#pragma GCC unroll 1
  for (; i + ahead * LANES <= m * COMPSIZE; i += ahead * LANES)
    UNROLL for (int v = 0; v < ahead; v++)
      add_rows(sum + v * sums, columns, VECTOR(x + i + v * LANES), a + i + v * LANES, lda, 1, first_lanes(LANES));
#pragma GCC unroll 1
  for (; ahead > 1 && i + LANES <= m * COMPSIZE; i += LANES)
    add_rows(sum, columns, VECTOR(x + i), a + i, lda, 1, first_lanes(LANES));
  if (i < m * COMPSIZE) {
    const mask some = first_lanes(m * COMPSIZE - i);
    add_rows(sum, columns, load_some(x + i, some), a + i, lda, 0, some);
  }
  UNROLL for (int j = sums; j < all; j++) sum[j % sums] += sum[j];
#ifdef COMPLEX
  UNROLL for (int j = 0; j < columns; j++) {
#ifdef CONJ
    sum[2 * j + 1] = negated(sum[2 * j + 1], ~REAL_PARTS);
#else
    sum[2 * j] = negated(sum[2 * j], ~REAL_PARTS);
#endif
  }
#endif
  UNROLL for (int j = 0; j < sums; j += LANES) {
    const int at_once = sums - j < LANES ? sums - j : LANES;
    const vector total = lane_sums(sum + j, at_once);
    add_to(y + j * inc_y, inc_y, SCALED_BY(total, alpha), at_once / COMPSIZE);
  }
}

/* As many tiles of so many columns as there are; returns the columns. Functions of their own: in one, GCC 12 has too few
   registers for the columns' addresses. */
#define TILES_OF(columns)                                                                                                \
  static __attribute__((noinline)) BLASLONG tiles_of_##columns(BLASLONG m, BLASLONG n, SCALAR(alpha), const FLOAT *a,    \
                                                               BLASLONG lda, const FLOAT *x, FLOAT *y, BLASLONG inc_y) { \
    BLASLONG j = 0;                                                                                                      \
    for (; j + columns <= n; j += columns)                                                                               \
      tile(columns, m, PASS(alpha), a + j * lda * COMPSIZE, lda, x, y + j * inc_y * COMPSIZE, inc_y);                    \
    return j;                                                                                                            \
  }
#ifndef COMPLEX
TILES_OF(8)
#elif COMPLEX_IN_FEW
TILES_OF(6)
#endif
TILES_OF(4)
TILES_OF(2)
TILES_OF(1)

int GEMV(PARAMETERS) {
#ifdef HAS_NARROW
  if (is_large(m, n)) return NARROW_GEMV(ARGUMENTS);
#endif
  BLASLONG j = 0;
  if (inc_x != 1) {
    COPY_K(m, x, inc_x, buffer, 1);
    x = buffer;
  }
#define TILES(columns)  \
  if (n - j >= columns) \
    j += tiles_of_##columns(m, n - j, PASS(alpha), a + j * lda * COMPSIZE, lda, x, y + j * inc_y * COMPSIZE, inc_y);
#ifdef COMPLEX
#if COMPLEX_IN_FEW
  if (m * n * COMPSIZE > WIDE) { TILES(6) }
#endif
  TILES(4)
#else
  TILES(8)
  TILES(4)
#endif
  TILES(2)
  TILES(1)
  return 0;
}

#endif

#endif
