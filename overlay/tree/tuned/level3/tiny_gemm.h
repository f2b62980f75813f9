/* GEMM of an A that is not transposed and has no more rows than one or two vectors hold: C = alpha A op(B) + beta C, for
 * small_gemm.h.
 *
 * The way to the loop is most of what a product of 4 by 4 takes; so this is reached by jumps, with all parameters where
 * the interface put them, and each number of columns has a loop of its own, whose sums are in registers. docs/speed.md
 * has the figures.
 */

/* Columns at a time. */
#define TINY_COLUMNS (WIDEST == 64 ? 8 : 4)

/* So many vectors of rows, of the last of them some, and so many columns of C. */
INLINE void tiny_tile(const int vectors, const int columns, mask some, BLASLONG k, const FLOAT *a, BLASLONG lda, FLOAT alpha,
                      factor b, FLOAT beta, FLOAT *c, BLASLONG ldc) {
  vector sum[2][TINY_COLUMNS] = {0};
#pragma GCC unroll 1
  for (BLASLONG l = 0; l < k; l++, a += lda, b.numbers += b.row) {
    vector rows[2];
    UNROLL for (int v = 0; v < vectors; v++) rows[v] = v < vectors - 1 ? VECTOR(a + v * LANES) : load_some(a + v * LANES, some);
    UNROLL for (int j = 0; j < columns; j++)
      UNROLL for (int v = 0; v < vectors; v++) sum[v][j] += rows[v] * b.numbers[j * b.column];
  }
#define EACH(result)                                      \
  UNROLL for (int j = 0; j < columns; j++)                \
    UNROLL for (int v = 0; v < vectors; v++) {            \
      FLOAT *to = c + j * ldc + v * LANES;                \
      const vector x = sum[v][j] * alpha;                 \
      if (v < vectors - 1) VECTOR(to) = result(VECTOR(to)); \
      else store_some(to, some, result(load_some(to, some))); \
    }
#define NEW(old) (x)
#define ADDED(old) (x + (old) * beta)
  if (beta == 0) {
    EACH(NEW)
  } else {
    EACH(ADDED)
  }
#undef EACH
#undef NEW
#undef ADDED
}

/* A function for each number of vectors and columns: they take few registers. */
#define TILE(vectors, columns)                                                               \
  static int tiny_##vectors##_##columns(TINY_PARAMETERS) {                                   \
    tiny_tile(vectors, columns, first_lanes(m - (vectors - 1) * LANES), alpha == 0 ? 0 : k, a, lda, alpha, \
              of(b, ldb, TRANSPOSED_B), beta, c, ldc);                                       \
    return 0;                                                                                \
  }
#define NAME_OF(vectors, columns) tiny_##vectors##_##columns,
#if WIDEST == 64
#define EACH_WIDTH(do, v) do(v, 1) do(v, 2) do(v, 3) do(v, 4) do(v, 5) do(v, 6) do(v, 7) do(v, 8)
#else
#define EACH_WIDTH(do, v) do(v, 1) do(v, 2) do(v, 3) do(v, 4)
#endif
EACH_WIDTH(TILE, 1)
EACH_WIDTH(TILE, 2)
static int (*const tiles[2][TINY_COLUMNS])(TINY_PARAMETERS) = {{EACH_WIDTH(NAME_OF, 1)}, {EACH_WIDTH(NAME_OF, 2)}};
#undef TILE
#undef NAME_OF
#undef EACH_WIDTH

static __attribute__((noinline)) int tiny_in_steps(TINY_PARAMETERS) {
  const BLASLONG next = TINY_COLUMNS * (TRANSPOSED_B ? 1 : ldb);
  for (; n > TINY_COLUMNS; n -= TINY_COLUMNS, b += next, c += TINY_COLUMNS * ldc)
    tiles[m > LANES][TINY_COLUMNS - 1](m, n, k, a, lda, alpha, b, ldb, beta, c, ldc);
  return tiles[m > LANES][n - 1](m, n, k, a, lda, alpha, b, ldb, beta, c, ldc);
}

int TINY_GEMM(TINY_PARAMETERS) {
  if (n > TINY_COLUMNS) return tiny_in_steps(m, n, k, a, lda, alpha, b, ldb, beta, c, ldc);
  return tiles[m > LANES][n - 1](m, n, k, a, lda, alpha, b, ldb, beta, c, ldc);
}
