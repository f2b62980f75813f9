/* TRSM kernels of the real types: triangular systems as small as a block of GEMM, in place of OpenBLAS's
 * generic ones, in a copy of their source.
 *
 * Those go through a tile as small as the GEMM kernel's registers are for one column group, 16 by 2 with SKYLAKEX:
 * a call of the GEMM kernel with the unknowns that are solved already, and a solution in memory, which the compiler
 * must take to overlap with A and B. Here several groups make one tile, which stays in vector registers from
 * the product to the solution. Tiles at the edges, smaller than a block, go the old way.
 *
 * With the SKYLAKEX kernels, see cmake/TunedSources.cmake for the figures.
 *
 *   LN, LT  op(A) X = B: a is m by k, with the inverse on its diagonal; the solution goes to b and c
 *   RN, RT  X op(A) = B: b is k by n, with the inverse on its diagonal; the solution goes to a and c
 *
 * LT and RN solve from the first unknown to the last, LN and RT from the last to the first. a is packed in
 * blocks of ROWS rows and b in groups of COLUMNS columns, what is left in powers of two; the diagonal of row i is at
 * i + offset, that of column j at j - offset.
 */

#define ROWS GEMM_DEFAULT_UNROLL_M
#define COLUMNS GEMM_DEFAULT_UNROLL_N

#if defined(__AVX512F__)
#define WIDEST 64
#define ACCUMULATORS 24
#elif defined(__AVX__)
#define WIDEST 32
#define ACCUMULATORS 12
#else
#define WIDEST 16
#define ACCUMULATORS 12
#endif

#define LANES ((int)((ROWS * sizeof(FLOAT) < WIDEST ? ROWS * sizeof(FLOAT) : WIDEST) / sizeof(FLOAT)))
#define VECTORS (ROWS / LANES)
/* Columns of a wide tile. */
#define WIDE (ACCUMULATORS / (VECTORS * COLUMNS) > 1 ? ACCUMULATORS / (VECTORS * COLUMNS) * COLUMNS : COLUMNS)

typedef FLOAT vector __attribute__((vector_size(LANES * sizeof(FLOAT)), aligned(sizeof(FLOAT)), may_alias));

#ifdef DOUBLE
typedef long lane;
#else
typedef int lane;
#endif
typedef lane lanes __attribute__((vector_size(LANES * sizeof(lane))));

#define PACKED_A(l, v) (*(vector *)(a + (l) * ROWS + (v) * LANES))
#define PACKED_B(l, j) b[(j) / COLUMNS * COLUMNS * k + (l) * COLUMNS + (j) % COLUMNS]

#define INLINE static inline __attribute__((always_inline))

/* The direction: which unknown is solved in a step, and which are left then. */
#if defined(TRSM_SOLVE_LT) || defined(TRSM_SOLVE_RN)
#define FORWARD 1
#else
#define FORWARD 0
#endif
#define UNKNOWN(step, number) (FORWARD ? (step) : (number) - 1 - (step))
#define FIRST_LEFT(unknown) (FORWARD ? (unknown) + 1 : 0)
#define END_LEFT(unknown, number) (FORWARD ? (number) : (unknown))

#if defined(TRSM_SOLVE_LN) || defined(TRSM_SOLVE_LT)
#define LEFT 1
#else
#define LEFT 0
#endif

/* Solve for the tile x of ROWS rows, the unknowns, with a's diagonal at d. */
INLINE void solve_left(vector (*x)[VECTORS], const int columns, BLASLONG d, FLOAT *a) {
  lanes number;
  for (int n = 0; n < LANES; n++) number[n] = n;

#pragma GCC unroll 16
  for (int step = 0; step < ROWS; step++) {
    const int i = UNKNOWN(step, ROWS);
    vector rest[VECTORS], scale = {0};
    scale += 1;
    scale[i % LANES] = a[(d + i) * ROWS + i];
#pragma GCC unroll 16
    for (int v = 0; v < VECTORS; v++) {
      /* What is on the other side of the diagonal is not a number of the matrix. */
      const lanes left = FORWARD ? number + v * LANES > i : number + v * LANES < i;
      rest[v] = (vector)((lanes)PACKED_A(d + i, v) & left);
    }
#pragma GCC unroll 32
    for (int j = 0; j < columns; j++) {
      const vector solved = x[j][i / LANES] *= scale;
      const vector solution = __builtin_shuffle(solved, number * 0 + i % LANES);
#pragma GCC unroll 16
      for (int v = FIRST_LEFT(i) / LANES; v < (END_LEFT(i, ROWS) + LANES - 1) / LANES; v++) x[j][v] -= rest[v] * solution;
    }
  }
}

/* Solve for the tile x of so many columns, the unknowns, with b's diagonal at d. */
INLINE void solve_right(vector (*x)[VECTORS], const int columns, BLASLONG d, const FLOAT *b, BLASLONG k) {
#pragma GCC unroll 32
  for (int step = 0; step < columns; step++) {
    const int i = UNKNOWN(step, columns);
#pragma GCC unroll 16
    for (int v = 0; v < VECTORS; v++) x[i][v] *= PACKED_B(d + i, i);
#pragma GCC unroll 32
    for (int j = FIRST_LEFT(i); j < END_LEFT(i, columns); j++)
#pragma GCC unroll 16
      for (int v = 0; v < VECTORS; v++) x[j][v] -= x[i][v] * PACKED_B(d + i, j);
  }
}

/* Copy the solution x of ROWS unknowns to the packed b, whose rows are its lanes. */
INLINE void pack_left(vector (*x)[VECTORS], const int columns, BLASLONG d, FLOAT *b, BLASLONG k) {
#pragma GCC unroll 32
  for (int j = 0; j < columns; j += COLUMNS) {
    FLOAT *packed = &PACKED_B(d, j);
#pragma GCC unroll 16
    for (int v = 0; v < VECTORS; v++)
#pragma GCC unroll 64
      for (int n = 0; n < LANES * COLUMNS; n++)
        packed[v * LANES * COLUMNS + n] = x[j + n % COLUMNS][v][n / COLUMNS];
  }
}

/* One tile of ROWS rows and so many columns: C minus the product with the unknowns that are solved, then its
   own solved. */
INLINE void tile(const int columns, BLASLONG d, FLOAT *a, FLOAT *b, BLASLONG k, FLOAT *c, BLASLONG ldc) {
  vector x[columns][VECTORS];
  const BLASLONG from = FORWARD ? 0 : d + (LEFT ? ROWS : columns), to = FORWARD ? d : k;

#pragma GCC unroll 32
  for (int j = 0; j < columns; j++)
#pragma GCC unroll 16
    for (int v = 0; v < VECTORS; v++) x[j][v] = *(vector *)(c + j * ldc + v * LANES);

  for (BLASLONG l = from; l < to; l++)
#pragma GCC unroll 32
    for (int j = 0; j < columns; j++)
#pragma GCC unroll 16
      for (int v = 0; v < VECTORS; v++) x[j][v] -= PACKED_A(l, v) * PACKED_B(l, j);

  if (LEFT) {
    solve_left(x, columns, d, a);
    pack_left(x, columns, d, b, k);
  } else {
    solve_right(x, columns, d, b, k);
#pragma GCC unroll 32
    for (int j = 0; j < columns; j++)
#pragma GCC unroll 16
      for (int v = 0; v < VECTORS; v++) PACKED_A(d + j, v) = x[j][v];
  }

#pragma GCC unroll 32
  for (int j = 0; j < columns; j++)
#pragma GCC unroll 16
    for (int v = 0; v < VECTORS; v++) *(vector *)(c + j * ldc + v * LANES) = x[j][v];
}

static __attribute__((noinline)) void wide_tile(BLASLONG d, FLOAT *a, FLOAT *b, BLASLONG k, FLOAT *c, BLASLONG ldc) {
  tile(WIDE, d, a, b, k, c, ldc);
}

static __attribute__((noinline)) void narrow_tile(BLASLONG d, FLOAT *a, FLOAT *b, BLASLONG k, FLOAT *c, BLASLONG ldc) {
  tile(COLUMNS, d, a, b, k, c, ldc);
}

/* A tile of m rows and n columns, one of them smaller than a block. */
static void edge_tile(BLASLONG m, BLASLONG n, BLASLONG d, FLOAT *a, FLOAT *b, BLASLONG k, FLOAT *c, BLASLONG ldc) {
  const BLASLONG unknowns = LEFT ? m : n, from = FORWARD ? 0 : d + unknowns, to = FORWARD ? d : k;

  if (to > from) GEMM_KERNEL_N(m, n, to - from, dm1, a + from * m, b + from * n, c, ldc);
  a += d * m;
  b += d * n;
  for (BLASLONG step = 0; step < unknowns; step++) {
    const BLASLONG i = UNKNOWN(step, unknowns);
    if (LEFT) {
      for (BLASLONG j = 0; j < n; j++) {
        const FLOAT solution = c[i + j * ldc] * a[i * m + i];
        b[i * n + j] = c[i + j * ldc] = solution;
        for (BLASLONG l = FIRST_LEFT(i); l < END_LEFT(i, m); l++) c[l + j * ldc] -= solution * a[i * m + l];
      }
    } else {
      for (BLASLONG l = 0; l < m; l++) {
        const FLOAT solution = c[l + i * ldc] * b[i * n + i];
        a[i * m + l] = c[l + i * ldc] = solution;
        for (BLASLONG j = FIRST_LEFT(i); j < END_LEFT(i, n); j++) c[l + j * ldc] -= solution * b[i * n + j];
      }
    }
  }
}

static void any_tile(BLASLONG m, BLASLONG n, BLASLONG d, FLOAT *a, FLOAT *b, BLASLONG k, FLOAT *c, BLASLONG ldc) {
  if (m == ROWS && n == WIDE) {
    wide_tile(d, a, b, k, c, ldc);
  } else if (m == ROWS && n == COLUMNS) {
    narrow_tile(d, a, b, k, c, ldc);
  } else if (n <= COLUMNS) {
    edge_tile(m, n, d, a, b, k, c, ldc);
  } else {
    for (BLASLONG step = 0; step < n / COLUMNS; step++) {
      const BLASLONG j = UNKNOWN(step, n / COLUMNS) * COLUMNS;
      edge_tile(m, COLUMNS, LEFT ? d : d + j, a, b + j * k, k, c + j * ldc, ldc);
    }
  }
}

/* The size of the block from `begin` on, and of the one that ends at `end`, where `block` is the regular size and what is
   left over is packed in powers of two, the largest first. */
INLINE BLASLONG size_from(BLASLONG begin, BLASLONG end, BLASLONG block) {
  while (block > end - begin) block /= 2;
  return block;
}

INLINE BLASLONG size_before(BLASLONG end, BLASLONG block) {
  const BLASLONG rest = end & (block - 1);
  return rest ? rest & -rest : block;
}

int CNAME(BLASLONG m, BLASLONG n, BLASLONG k, FLOAT dummy1, FLOAT *a, FLOAT *b, FLOAT *c, BLASLONG ldc, BLASLONG offset) {
  BLASLONG columns, rows;

  for (BLASLONG done_columns = 0; done_columns < n; done_columns += columns) {
    BLASLONG j;
    if (LEFT || FORWARD) {
      j = done_columns;
      columns = n - j >= WIDE ? WIDE : size_from(j, n, COLUMNS);
    } else {
      const BLASLONG end = n - done_columns;
      columns = end % COLUMNS == 0 && end >= WIDE ? WIDE : size_before(end, COLUMNS);
      j = end - columns;
    }
    for (BLASLONG done_rows = 0; done_rows < m; done_rows += rows) {
      BLASLONG i;
      if (!LEFT || FORWARD) {
        i = done_rows;
        rows = size_from(i, m, ROWS);
      } else {
        rows = size_before(m - done_rows, ROWS);
        i = m - done_rows - rows;
      }
      any_tile(rows, columns, LEFT ? i + offset : j - offset, a + i * k, b + j * k, k, c + i + j * ldc, ldc);
    }
  }
  return 0;
}
