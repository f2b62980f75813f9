/* TRSM kernels: triangular systems as small as a block of GEMM, in place of OpenBLAS's generic ones, in a copy of
 * their source.
 *
 * Those work on one block of rows and one group of columns at a time, 16 by 2 with SKYLAKEX: a call of the GEMM kernel
 * for the unknowns that are solved already, then a solution in memory, which the compiler must take to overlap with A
 * and B. Here several groups make a tile, which stays in vector registers from the product to the solution. What is
 * smaller than a block goes the old way. docs/speed.md has the figures.
 *
 *   LN, LT  op(A) X = B: a is m by k, with the inverse on its diagonal; the solution goes to b and c
 *   RN, RT  X op(A) = B: b is k by n, with the inverse on its diagonal; the solution goes to a and c
 *
 * LT and RN solve from the first unknown to the last, LN and RT from the last to the first. a is packed in
 * blocks of ROWS rows and b in groups of COLUMNS columns, what is left in powers of two; the diagonal of row i is at
 * i + offset, that of column j at j - offset. Complex numbers lie in pairs of lanes; with CONJ the conjugate of the
 * triangular matrix is meant.
 */

#define ROWS GEMM_DEFAULT_UNROLL_M
#define COLUMNS GEMM_DEFAULT_UNROLL_N

#define ACCUMULATORS (WIDEST == 64 ? 24 : 12)

#define NUMBERS (ROWS * COMPSIZE)
#define LANES ((int)((NUMBERS * sizeof(FLOAT) < WIDEST ? NUMBERS * sizeof(FLOAT) : WIDEST) / sizeof(FLOAT)))
#define VECTORS (NUMBERS / LANES)
/* Columns of a wide tile, as many as the drivers' stripes have at most. */
#define GROUPS (ACCUMULATORS / (VECTORS * COLUMNS) < 6 ? ACCUMULATORS / (VECTORS * COLUMNS) : 6)
#define WIDE (GROUPS > 1 ? GROUPS * COLUMNS : COLUMNS)

/* Whether a product of this depth is for GEMM's kernel: with AVX2 a complex one has too few registers here. */
#define IS_FOR_GEMM(depth) (COMPSIZE == 2 && WIDEST == 32 && (depth) >= 16)

#include "tuned/common/unknowns.h"
#include "tuned/common/vectors.h"

#define PACKED_A(l, v) (*(vector *)(a + (l) * NUMBERS + (v) * LANES))
#define PACKED_B(l, j) (b + ((j) / COLUMNS * COLUMNS * k + (l) * COLUMNS + (j) % COLUMNS) * COMPSIZE)

/* The direction. */
#if defined(TRSM_SOLVE_LT) || defined(TRSM_SOLVE_RN)
#define FORWARD 1
#else
#define FORWARD 0
#endif

#if defined(TRSM_SOLVE_LN) || defined(TRSM_SOLVE_LT)
#define LEFT 1
#else
#define LEFT 0
#endif

/* A factor of a product: with complex numbers also multiplied by the imaginary unit, so that a product is
   two, with the real and with the imaginary part of the other factor. */
typedef struct {
  vector plain;
#ifdef COMPLEX
  vector turned;
#endif
} factor;

INLINE factor as_factor(vector x) {
  factor result;
  result.plain = x;
#ifdef COMPLEX
  result.turned = turned(x);
#endif
  return result;
}

/* A factor out of the packed a. */
INLINE factor of_a(vector x) {
#if defined(COMPLEX) && defined(CONJ)
  if (LEFT) x = negated(x, ~REAL_PARTS);
#endif
  return as_factor(x);
}

/* The imaginary part of a number of the triangular matrix, or of another. */
#ifdef CONJ
#define IMAGINARY(triangular, number) ((triangular) ? -(number)[1] : (number)[1])
#else
#define IMAGINARY(triangular, number) ((number)[1])
#endif

INLINE vector multiplied(factor x, const FLOAT *by, const int triangular) {
#ifdef COMPLEX
  return x.plain * by[0] + x.turned * IMAGINARY(triangular, by);
#else
  return x.plain * by[0];
#endif
}

INLINE vector less_product(vector c, factor x, const FLOAT *by, const int triangular) {
#ifdef COMPLEX
  c -= x.plain * by[0];
  return c - x.turned * IMAGINARY(triangular, by);
#else
  return c - x.plain * by[0];
#endif
}

/* Solve for the tile x of ROWS rows, the unknowns, with a's diagonal at d. */
INLINE void solve_left(vector (*x)[VECTORS], const int columns, BLASLONG d, FLOAT *a) {
#pragma GCC unroll 16
  for (int step = 0; step < ROWS; step++) {
    const int i = UNKNOWN(step, ROWS), at = i * COMPSIZE / LANES, first = i * COMPSIZE % LANES;
    const FLOAT *inverse = a + ((d + i) * ROWS + i) * COMPSIZE;
    factor left_over[VECTORS];
#pragma GCC unroll 16
    for (int v = 0; v < VECTORS; v++) left_over[v] = of_a(PACKED_A(d + i, v));
#pragma GCC unroll 32
    for (int j = 0; j < columns; j++) {
      const lanes own = numbers() / COMPSIZE == i % (LANES / COMPSIZE);
      x[j][at] = blended(x[j][at], multiplied(as_factor(x[j][at]), inverse, 1), own);
      const vector solution = broadcast(x[j][at], first);
#ifdef COMPLEX
      const vector imaginary = broadcast(x[j][at], first + 1);
#endif
#pragma GCC unroll 16
      for (int v = 0; v < VECTORS; v++) {
        /* Solved ones stay: on the other side of the diagonal is no number of the matrix. */
        const lanes row = (numbers() + v * LANES) / COMPSIZE, left = FORWARD ? row > i : row < i;
        if (FORWARD ? v < at : v > at) continue;
        vector changed = x[j][v] - left_over[v].plain * solution;
#ifdef COMPLEX
        changed -= left_over[v].turned * imaginary;
#endif
        x[j][v] = blended(x[j][v], changed, left);
      }
    }
  }
}

/* Solve for the tile x of so many columns, the unknowns, with b's diagonal at d. */
INLINE void solve_right(vector (*x)[VECTORS], const int columns, BLASLONG d, const FLOAT *b, BLASLONG k) {
#pragma GCC unroll 32
  for (int step = 0; step < columns; step++) {
    const int i = UNKNOWN(step, columns);
#pragma GCC unroll 16
    for (int v = 0; v < VECTORS; v++) {
      x[i][v] = multiplied(as_factor(x[i][v]), PACKED_B(d + i, i), 1);
      const factor solution = as_factor(x[i][v]);
#pragma GCC unroll 32
      for (int j = FIRST_LEFT(i); j < END_LEFT(i, columns); j++)
        x[j][v] = less_product(x[j][v], solution, PACKED_B(d + i, j), 1);
    }
  }
}

/* Copy the solution x of ROWS unknowns to the packed b, whose rows are its lanes. */
INLINE void pack_left(vector (*x)[VECTORS], const int columns, BLASLONG d, FLOAT *b, BLASLONG k) {
#pragma GCC unroll 32
  for (int group = 0; group < columns; group += COLUMNS)
#pragma GCC unroll 16
    for (int v = 0; v < VECTORS; v++) {
      vector y[COLUMNS];
#pragma GCC unroll 16
      for (int j = 0; j < COLUMNS; j++) y[j] = x[group + j][v];
      interleave_all(y, COLUMNS);
#pragma GCC unroll 16
      for (int j = 0; j < COLUMNS; j++)
        *(vector *)(PACKED_B(d, group) + (v * COLUMNS + j) * LANES) = y[j];
    }
}

/* C -= A B by GEMM's kernel. */
static void subtract_by_gemm(BLASLONG m, BLASLONG n, BLASLONG k, FLOAT *a, FLOAT *b, FLOAT *c, BLASLONG ldc) {
  GEMM_KERNEL(m, n, k, dm1,
#ifdef COMPLEX
              ZERO,
#endif
              a, b, c, ldc);
}

/* One tile of ROWS rows and so many columns: C minus the product with the unknowns that are solved, then its
   own solved. */
INLINE void tile(const int columns, BLASLONG d, FLOAT *a, FLOAT *b, BLASLONG k, FLOAT *c, BLASLONG ldc) {
  vector x[columns][VECTORS];
  BLASLONG from = FORWARD ? 0 : d + (LEFT ? ROWS : columns), to = FORWARD ? d : k;

  if (IS_FOR_GEMM(to - from)) {
    for (int j = 0; j < columns; j += COLUMNS)
      subtract_by_gemm(ROWS, COLUMNS, to - from, a + from * NUMBERS, PACKED_B(from, j), c + j * ldc * COMPSIZE, ldc);
    from = to;
  }
#pragma GCC unroll 32
  for (int j = 0; j < columns; j++)
#pragma GCC unroll 16
    for (int v = 0; v < VECTORS; v++) x[j][v] = *(vector *)(c + j * ldc * COMPSIZE + v * LANES);

  for (BLASLONG l = from; l < to; l++)
#pragma GCC unroll 16
    for (int v = 0; v < VECTORS; v++) {
      const factor solved = of_a(PACKED_A(l, v));
#pragma GCC unroll 32
      for (int j = 0; j < columns; j++) x[j][v] = less_product(x[j][v], solved, PACKED_B(l, j), !LEFT);
    }

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
    for (int v = 0; v < VECTORS; v++) *(vector *)(c + j * ldc * COMPSIZE + v * LANES) = x[j][v];
}

static __attribute__((noinline)) void wide_tile(BLASLONG d, FLOAT *a, FLOAT *b, BLASLONG k, FLOAT *c, BLASLONG ldc) {
  tile(WIDE, d, a, b, k, c, ldc);
}

static __attribute__((noinline)) void narrow_tile(BLASLONG d, FLOAT *a, FLOAT *b, BLASLONG k, FLOAT *c, BLASLONG ldc) {
  tile(COLUMNS, d, a, b, k, c, ldc);
}

/* A tile of m rows and n columns, one of them smaller than a block: OpenBLAS's way. */
static void edge_tile(BLASLONG m, BLASLONG n, BLASLONG d, FLOAT *a, FLOAT *b, BLASLONG k, FLOAT *c, BLASLONG ldc) {
  const BLASLONG unknowns = LEFT ? m : n, from = FORWARD ? 0 : d + unknowns, to = FORWARD ? d : k;

  if (to > from) subtract_by_gemm(m, n, to - from, a + from * m * COMPSIZE, b + from * n * COMPSIZE, c, ldc);
  solve(m, n, a + d * m * COMPSIZE, b + d * n * COMPSIZE, c, ldc);
}

/* Any tile of at most ROWS rows and WIDE columns. */
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
      edge_tile(m, COLUMNS, LEFT ? d : d + j, a, b + j * k * COMPSIZE, k, c + j * ldc * COMPSIZE, ldc);
    }
  }
}

/* The size of the block that begins at `begin`, and of the one that ends at `end`, where `block` is the regular size and
   what is left over is packed in powers of two, the largest first. */
INLINE BLASLONG size_from(BLASLONG begin, BLASLONG end, BLASLONG block) {
  while (block > end - begin) block /= 2;
  return block;
}

INLINE BLASLONG size_before(BLASLONG end, BLASLONG block) {
  const BLASLONG rest = end & (block - 1);
  return rest ? rest & -rest : block;
}

int CNAME(BLASLONG m, BLASLONG n, BLASLONG k, FLOAT dummy1,
#ifdef COMPLEX
          FLOAT dummy2,
#endif
          FLOAT *a, FLOAT *b, FLOAT *c, BLASLONG ldc, BLASLONG offset) {
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
      any_tile(rows, columns, LEFT ? i + offset : j - offset, a + i * k * COMPSIZE, b + j * k * COMPSIZE, k,
               c + (i + j * ldc) * COMPSIZE, ldc);
    }
  }
  return 0;
}
