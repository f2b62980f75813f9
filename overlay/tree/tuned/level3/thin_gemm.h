/* GEMM with one thin dimension: C = alpha A op(B) + beta C where n or k is small, for small_gemm.h.
 *
 * Copying A and B, as GEMM does, takes longer here than the product, and so does a pass over C for beta before it. Here
 * A is read where it is if n is small, and C is read and written once for each DEPTH of k. docs/speed.md has
 * the figures.
 */

#define VECTORS (WIDEST == 64 ? 4 : 3)
#define ROWS (VECTORS * LANES)
#define COLUMNS 4
/* Of A in the first-level cache, or copied: this depth, and as many rows as fit. Panels follow one another, so that with AVX2
   they may as well come from the second-level cache. */
#define DEPTH 64
#define CACHED ((BLASLONG)(32 * 1024 / sizeof(FLOAT)))
#define COPIED (WIDEST == 64 ? CACHED : 2 * CACHED)
/* With AVX2, where A comes from memory and is read where it is: so many of its columns at a time, and numbers, so that the next
   such block of A, which is fetched meanwhile, has a place in the first-level cache too. */
#define STREAMS(n) ((n) < 8 ? 16 : (n) < 16 ? 32 : MOST_STREAMS)
#define MOST_STREAMS 128
#define STREAMED(n) (((n) < 8 ? 8 : (n) < 16 ? 16 : 24) * 1024 / (BLASLONG)sizeof(FLOAT))
/* Up to this n A is read where it is. */
#define NARROW 64
/* Of C, from which on it goes past the cache, where it would only push out A and B. */
#define LARGE ((BLASLONG)((WIDEST == 64 ? 8 : 16) * 1024 * 1024 / sizeof(FLOAT)))

/* Numbers of C from which on its tiles are fetched before they are needed. */
#define FETCHED (4 * FROM_MEMORY)

/* What a tile does besides: it fetches its part of C, numbers of A too, or writes C, which it doesn't read, past the cache. */
typedef enum { NOTHING, FETCH_C, FETCH_A_TOO, STREAM } besides;

/* What is fetched: so far from what is read, and one of so many columns, a power of two, by each group of C's columns, so that
   memory has something to do all the time. */
typedef struct {
  BLASLONG ahead, each, turn;
} fetched;

/* Rows of A: how far it is to the next column, and to the next ROWS of them. */
typedef struct {
  const FLOAT *numbers;
  BLASLONG column, panel;
} rows_of_a;

/* One step of depth of a tile: rows of A times numbers of B. */
INLINE void step(const int vectors, const int columns, const int whole, const int first, mask some, const FLOAT *a, factor b,
                 vector sum[VECTORS][COLUMNS]) {
  vector rows[VECTORS];
  UNROLL for (int v = 0; v < vectors; v++)
    rows[v] = whole || v < vectors - 1 ? VECTOR(a + v * LANES) : load_some(a + v * LANES, some);
  UNROLL for (int j = 0; j < columns; j++) {
    const vector number = in_all_lanes(b.numbers[j * b.column]);
    UNROLL for (int v = 0; v < vectors; v++)
      if (first) sum[v][j] = rows[v] * number;
      else add_product(&sum[v][j], rows[v], number);
  }
}

INLINE void fetch_vectors(const int vectors, const FLOAT *from) {
  UNROLL for (int v = 0; v < vectors; v++) __builtin_prefetch(from + v * LANES);
}

/* A tile of C in registers: `vectors` of rows, some of the last of them, and so many columns. */
INLINE void tile(const int vectors, const int columns, const int whole, const besides also, mask some, BLASLONG k,
                 FLOAT alpha, rows_of_a a, fetched next, factor b, FLOAT beta, FLOAT *c, BLASLONG ldc) {
  vector sum[VECTORS][COLUMNS];
  BLASLONG l = 0;

  if ((also == FETCH_C || also == FETCH_A_TOO) && (beta != 0 || WIDEST < 64)) fetch_tile(vectors, columns, c, ldc);
  if (SUMS_BEGIN_AS_PRODUCTS) {
    step(vectors, columns, whole, 1, some, a.numbers, b, sum);
    if (also == FETCH_A_TOO && next.turn == 0) fetch_vectors(vectors, a.numbers + next.ahead);
    a.numbers += a.column, b.numbers += b.row, l++;
  } else {
    UNROLL for (int j = 0; j < columns; j++)
      UNROLL for (int v = 0; v < vectors; v++) sum[v][j] = (vector){0};
  }
#pragma GCC unroll DEPTH_AT_ONCE
  for (; l < k; l++, a.numbers += a.column, b.numbers += b.row) {
    step(vectors, columns, whole, 0, some, a.numbers, b, sum);
    if (also == FETCH_A_TOO && (WIDEST == 64 || (l & (next.each - 1)) == next.turn))
      fetch_vectors(vectors, a.numbers + next.ahead);
  }
#define EACH(result)                                      \
  UNROLL for (int j = 0; j < columns; j++) {              \
    FLOAT *column = found_now(c + j * ldc);               \
    UNROLL for (int v = 0; v < vectors; v++) {            \
      FLOAT *to = column + v * LANES;                     \
      const int all = whole || v < vectors - 1;           \
      const vector x = sum[v][j];                         \
      if (also == STREAM) store_past_cache(to, result);   \
      else if (all) VECTOR(to) = result;                  \
      else store_some(to, some, result);                  \
    }                                                     \
  }
#define OLD (all ? VECTOR(to) : load_some(to, some))
  if (also == STREAM || beta == 0) {
    if (alpha == 1) {
      EACH(x)
    } else {
      EACH(x * alpha)
    }
  } else if (beta == 1 && alpha == 1) {
    EACH(OLD + x)
  } else if (beta == 1) {
    EACH(OLD + x * alpha)
  } else {
    EACH(OLD * beta + x * alpha)
  }
#undef OLD
#undef EACH
}

/* So many columns of C, all rows of a block. */
INLINE void columns_of(const int columns, const besides also, BLASLONG m, BLASLONG k, FLOAT alpha, rows_of_a a, fetched next,
                       factor b, FLOAT beta, FLOAT *c, BLASLONG ldc) {
  for (; m >= ROWS; m -= ROWS, a.numbers += a.panel, c += ROWS)
    tile(VECTORS, columns, 1, also, first_lanes(LANES), k, alpha, a, next, b, beta, c, ldc);
  const BLASLONG vectors = (m + LANES - 1) / LANES;
  const mask some = first_lanes(m - (vectors - 1) * LANES);
#define REST(number)                                                                               \
  if (vectors == number && number <= VECTORS)                                                      \
    tile(number, columns, 0, NOTHING, some, k, alpha, a, next, b, beta, c, ldc);
  REST(1)
  REST(2)
  REST(3)
#if WIDEST == 64
  REST(4)
#endif
}

/* Functions of their own: in one, GCC 12 has too few registers for all of them. */
#define COLUMNS_OF(name, columns, also)                                                                                    \
  static __attribute__((noinline)) void columns_##name(BLASLONG m, BLASLONG k, FLOAT alpha, const FLOAT *a, BLASLONG lda,  \
                                                       BLASLONG panel, const fetched *next, const FLOAT *b, BLASLONG row,  \
                                                       BLASLONG column, FLOAT beta, FLOAT *c, BLASLONG ldc) {              \
    columns_of(columns, also, m, k, alpha, (rows_of_a){a, lda, panel}, *next, (factor){b, row, column}, beta, c, ldc);     \
  }
COLUMNS_OF(4, COLUMNS, NOTHING)
COLUMNS_OF(fetching_c, COLUMNS, FETCH_C)
COLUMNS_OF(fetching_a_too, COLUMNS, FETCH_A_TOO)
COLUMNS_OF(past_cache, COLUMNS, STREAM)
COLUMNS_OF(2, 2, NOTHING)
COLUMNS_OF(1, 1, NOTHING)

/* All columns of C for a block of A. Tiles do besides what they may: they fetch A by turns. */
static void block(BLASLONG m, BLASLONG n, BLASLONG k, FLOAT alpha, rows_of_a a, besides also, fetched next, factor b, FLOAT beta,
                  FLOAT *c, BLASLONG ldc) {
  FLOAT four[MOST_STREAMS * COLUMNS];
#define COLUMNS_BY(name, of_b)                                                                                               \
  columns_##name(m, k, alpha, a.numbers, a.column, a.panel, &next, (of_b).numbers, (of_b).row, (of_b).column, beta, c, ldc)
  for (; n >= COLUMNS; n -= COLUMNS, b.numbers += COLUMNS * b.column, c += COLUMNS * ldc, next.turn++) {
    const factor columns = side_by_side(COLUMNS, k, b, four);
    if (also == FETCH_A_TOO && next.turn < next.each) COLUMNS_BY(fetching_a_too, columns);
    else if (also == FETCH_A_TOO || also == FETCH_C) COLUMNS_BY(fetching_c, columns);
    else if (also == STREAM) COLUMNS_BY(past_cache, columns);
    else COLUMNS_BY(4, columns);
  }
#define REST_OF_COLUMNS(number) \
  for (; n >= number; n -= number, b.numbers += number * b.column, c += number * ldc) COLUMNS_BY(number, b);
  REST_OF_COLUMNS(2)
  REST_OF_COLUMNS(1)
}

/* Copies m rows of A to panels of ROWS; at the end of the last there may be anything. */
static void copy_to_panels(BLASLONG m, BLASLONG k, const FLOAT *a, BLASLONG lda, FLOAT *to) {
  for (; m > 0; m -= ROWS, a += ROWS)
    for (BLASLONG l = 0; l < k; l++, to += ROWS)
      if (m >= ROWS) {
        UNROLL for (int v = 0; v < VECTORS; v++) VECTOR(to + v * LANES) = VECTOR(a + l * lda + v * LANES);
      } else {
        for (BLASLONG i = 0; i < m; i += LANES) VECTOR(to + i) = load_some(a + l * lda + i, first_lanes(MIN(LANES, m - i)));
      }
}

/* op(A) is A. */
void THIN_GEMM(BLASLONG m, BLASLONG n, BLASLONG k, FLOAT alpha, const factor *a, const factor *b, FLOAT beta, FLOAT *c,
               BLASLONG ldc) {
  FLOAT copy[COPIED] __attribute__((aligned(WIDEST)));
  const int copied = n > NARROW;
  const int streamed = !copied && WIDEST < 64 && m * k > FROM_MEMORY;
  const int fetching = WIDEST == 64 ? !copied : streamed;
  const BLASLONG most = streamed ? STREAMS(n) : DEPTH, steps = (k + most - 1) / most, depth = (k + steps - 1) / steps;
  const BLASLONG rows = (copied ? COPIED : streamed ? STREAMED(n) : CACHED) / depth / ROWS * ROWS;
  const BLASLONG unaligned = copied && steps == 1 && beta == 0 && m * n > LARGE ? rows_before_aligned(c, ldc) : -1;
  const besides otherwise = WIDEST == 64 || m * n > FETCHED ? FETCH_C : NOTHING;
  for (BLASLONG l = 0; l < k; l += depth) {
    const factor part = {b->numbers + l * b->row, b->row, b->column};
    const BLASLONG deep = MIN(depth, k - l);
    BLASLONG height;
    for (BLASLONG i = 0; i < m; i += height) {
      height = MIN(i < unaligned ? unaligned : rows, m - i);
      const besides also = fetching ? FETCH_A_TOO : unaligned >= 0 && i >= unaligned ? STREAM : otherwise;
      rows_of_a from = {a->numbers + i + l * a->column, a->column, ROWS};
      if (copied) {
        copy_to_panels(height, deep, from.numbers, a->column, copy);
        from = (rows_of_a){copy, ROWS, ROWS * deep};
      }
      fetched next = {ROWS, 1, 0};
      if (streamed) {
        next.ahead = i + height < m ? height : l + depth < k ? depth * a->column - i : 0;
        next.each = n < 2 * COLUMNS ? 1 : n < 4 * COLUMNS ? 2 : n < 8 * COLUMNS ? 4 : 8;
      }
      block(height, n, deep, alpha, from, also, next, part, l ? 1 : beta, c + i, ldc);
    }
  }
  if (unaligned >= 0) _mm_sfence();
}
