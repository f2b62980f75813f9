/* GEMM of a transposed A with a B that is not: C = alpha A^T B + beta C, for small_gemm.h, with AVX2.
 *
 * Numbers of C are dot products of columns, which are contiguous in both: so nothing is copied, and a tile's sums have vectors
 * of the depth in their lanes, which are summed up at the end of each DOT_DEPTH. docs/speed.md has the figures.
 */

/* Of a tile: as many sums as registers hold beside a vector of each of B's columns and one of A's. */
#define DOT_ROWS 4
#define DOT_COLUMNS 3
/* Long streams from memory, and yet a tile's columns of A in the first-level cache for all columns of B, if more than a tile's. */
#define DOT_DEPTH(n) (((n) <= DOT_COLUMNS ? 16384 : 4096) / SIZE)

/* What is the same for all tiles of a depth. */
typedef struct {
  BLASLONG k, lda, ldb, ldc;
  FLOAT alpha, beta;
} dot_product;

/* A vector of the depth, or some numbers of one. */
INLINE void add_dots(const int rows, const int columns, const int whole, mask some, const dot_product *p, const FLOAT *a,
                     const FLOAT *b, vector (*sum)[DOT_ROWS]) {
  vector of_b[DOT_COLUMNS];
  UNROLL for (int j = 0; j < columns; j++) of_b[j] = whole ? VECTOR(b + j * p->ldb) : load_some(b + j * p->ldb, some);
  UNROLL for (int i = 0; i < rows; i++) {
    const vector of_a = whole ? VECTOR(a + i * p->lda) : load_some(a + i * p->lda, some);
    UNROLL for (int j = 0; j < columns; j++) add_product(&sum[j][i], of_a, of_b[j]);
  }
}

INLINE void dot_tile(const int rows, const int columns, const dot_product *given, const FLOAT *a, const FLOAT *b, FLOAT *c) {
  const dot_product p = *given; /* stores to C can't change it */
  vector sum[DOT_COLUMNS][DOT_ROWS];
  UNROLL for (int j = 0; j < DOT_COLUMNS; j++)
    UNROLL for (int i = 0; i < DOT_ROWS; i++) sum[j][i] = (vector){0};
  BLASLONG l = 0;
#pragma GCC unroll 1
  for (; l + LANES <= p.k; l += LANES) add_dots(rows, columns, 1, first_lanes(LANES), &p, a + l, b + l, sum);
  if (l < p.k) add_dots(rows, columns, 0, first_lanes(p.k - l), &p, a + l, b + l, sum);
  const mask some = first_lanes(rows);
  UNROLL for (int j = 0; j < columns; j++) {
    FLOAT *to = c + j * p.ldc;
    const vector x = lane_sums(sum[j], DOT_ROWS) * p.alpha;
    if (p.beta == 0) store_some(to, some, x);
    else store_some(to, some, x + load_some(to, some) * p.beta);
  }
}

/* A function for each size of a tile. */
typedef void tile_of_dots(const dot_product *p, const FLOAT *a, const FLOAT *b, FLOAT *c);
#define DOT_TILE(rows, columns)                                                                         \
  static void dots_##rows##_##columns(const dot_product *p, const FLOAT *a, const FLOAT *b, FLOAT *c) { \
    dot_tile(rows, columns, p, a, b, c);                                                                \
  }
#define NAME_OF(rows, columns) dots_##rows##_##columns,
#define EACH_HEIGHT(do, columns) do(1, columns) do(2, columns) do(3, columns) do(4, columns)
EACH_HEIGHT(DOT_TILE, 1)
EACH_HEIGHT(DOT_TILE, 2)
EACH_HEIGHT(DOT_TILE, 3)
static tile_of_dots *const dot_tiles[DOT_COLUMNS][DOT_ROWS] = {
    {EACH_HEIGHT(NAME_OF, 1)}, {EACH_HEIGHT(NAME_OF, 2)}, {EACH_HEIGHT(NAME_OF, 3)}};
#undef DOT_TILE
#undef NAME_OF
#undef EACH_HEIGHT

/* How many of those that are left to take next: none is left alone where two tiles could share. */
static inline BLASLONG next_part(BLASLONG left, BLASLONG most) {
  if (left >= 2 * most) return most;
  return left > most ? (left + 1) / 2 : left;
}

void DOT_GEMM(BLASLONG m, BLASLONG n, BLASLONG k, FLOAT alpha, const FLOAT *a, BLASLONG lda, const FLOAT *b, BLASLONG ldb,
              FLOAT beta, FLOAT *c, BLASLONG ldc) {
  const BLASLONG depth = DOT_DEPTH(n);
  for (BLASLONG l = 0; l < k; l += depth) {
    const dot_product p = {MIN(depth, k - l), lda, ldb, ldc, alpha, l ? 1 : beta};
    for (BLASLONG i = 0, rows; i < m; i += rows) {
      rows = next_part(m - i, DOT_ROWS);
      for (BLASLONG j = 0, columns; j < n; j += columns) {
        columns = next_part(n - j, DOT_COLUMNS);
        dot_tiles[columns - 1][rows - 1](&p, a + l + i * lda, b + l + j * ldb, c + i + j * ldc);
      }
    }
  }
}
