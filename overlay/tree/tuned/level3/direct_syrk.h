/* SYRK and HERK by the tiles of direct_gemm.h: A is copied to panels once, for both factors, and where it stays as it is there
 * it does here. OpenBLAS copies it twice, and does squares on the diagonal as a whole. docs/speed.md has the figures.
 */

#include "tuned/level3/syrk_choice.h"

_Static_assert(DEPTH <= SYRK_DEPTH && SYRK_ROWS % ROWS == 0, "the buffer would be too small");

/* op(A): panels of ROWS rows, so far from each other, and the step from a column to the next. */
typedef struct {
  const FLOAT *numbers;
  BLASLONG panel, column;
} panels;

static const FLOAT *at_row(const panels *a, BLASLONG row) {
  return a->numbers + row / ROWS * a->panel + row % ROWS * COMPSIZE;
}

/* The product of m rows of A from one on with the transpose of as many of them as there are columns, which are `b`. */
static void multiply_rows(BLASLONG i, BLASLONG m, const factor *b, BLASLONG columns, const product *p, const panels *a, FLOAT *c) {
#define IF_COLUMNS(name, number) \
  if (columns == number) columns_##name(m, p, at_row(a, i), b->numbers, c, a->panel, a->column, b->row, COMPSIZE);
  IF_COLUMNS(side_by_side, COLUMNS)
#if COLUMNS > 4
  IF_COLUMNS(4, 4)
#endif
#if COLUMNS > 2
  IF_COLUMNS(2, 2)
#endif
  IF_COLUMNS(1, 1)
}

/* Adds what is in the triangle to C: m rows, of which the first is so many after the first of the columns, or before it. */
static void add_triangle(int lower, int conjugated, BLASLONG first, BLASLONG columns, BLASLONG m, const FLOAT *x,
                         const FLOAT *beta, FLOAT *c, BLASLONG ldc) {
  const BLASLONG width = LANES / COMPSIZE;
  for (BLASLONG j = 0; j < columns; j++, x += ROWS * COMPSIZE, c += ldc) {
    const BLASLONG diagonal = j - first, begin = lower ? MAX(diagonal, 0) : 0, end = lower ? m : MIN(diagonal + 1, m);
    for (BLASLONG i = begin / width * width; i < end; i += width) {
      const mask some = first_lanes(MIN(width, end - i) * COMPSIZE) & ~first_lanes(MAX(begin - i, 0) * COMPSIZE);
      const vector added = VECTOR(x + i * COMPSIZE);
      FLOAT *to = c + i * COMPSIZE;
      if (is_zero(beta)) store_masked(to, some, added);
      else if (is_real(beta)) store_masked(to, some, added + load_some(to, some) * beta[0]);
      else store_masked(to, some, added + scaled(load_some(to, some), beta));
    }
    if (conjugated) c[diagonal * COMPSIZE + 1] = 0;
  }
}

/* These columns of C, the rows of a block: those of the panel that is on the diagonal by way of a buffer. */
static void columns_of_triangle(int lower, int conjugated, BLASLONG j, BLASLONG columns, BLASLONG first, BLASLONG end,
                                const product *p, const panels *a, FLOAT *c) {
  const BLASLONG width = LANES / COMPSIZE, panel = j / ROWS * ROWS;
  FLOAT *column = c + j * p->ldc;
  factor b = {at_row(a, j), a->column, COMPSIZE};
  /* A panel's row is one line of the cache and a half with AVX2: too many for the first level. */
  FLOAT contiguous[WIDEST < 64 ? DEPTH * COLUMNS * COMPSIZE : 1];

  if (WIDEST < 64 && columns == COLUMNS && p->k > 160) b = side_by_side(COLUMNS, p->k, b, contiguous);
  if (panel >= first && panel < end) {
    FLOAT square[ROWS * COMPSIZE * COLUMNS] __attribute__((aligned(WIDEST)));
    const FLOAT zero[COMPSIZE] = {0};
    product to_square = *p;
    const BLASLONG from = lower ? j / width * width : panel;
    const BLASLONG whole = lower ? panel + ROWS : (j + columns + width - 1) / width * width, to = MIN(whole, end);
    to_square.beta = zero;
    to_square.ldc = ROWS * COMPSIZE;
    multiply_rows(from, to - from, &b, columns, &to_square, a, square);
    add_triangle(lower, conjugated, from - j, columns, to - from, square, p->beta, column + from * COMPSIZE, p->ldc);
    if (lower) first = to;
    else end = panel;
  }
  multiply_rows(first, end - first, &b, columns, p, a, column + first * COMPSIZE);
}

/* Whether it is faster than OpenBLAS's kernels: those for AVX2 are as fast with many multiplications, complex ones with few. */
static int is_for_tiles(BLASLONG n, BLASLONG k) {
  const double multiplications = (double)n * (double)n * (double)k;
  if (WIDEST == 64) return 1;
  if (COMPSIZE == 2) return SIZE == 8 && multiplications > 14. * 14 * 14 && multiplications <= 200. * 200 * 200;
  return multiplications <= (SIZE == 8 ? 500. * 500 * 500 : 40. * 40 * 40);
}

int DIRECT_SYRK(int lower, int conjugated, BLASLONG n, BLASLONG k, BLASLONG from, BLASLONG to, const FLOAT *alpha,
                 const factor *given, const FLOAT *beta, FLOAT *c, BLASLONG ldc, FLOAT *buffer) {
  if (!is_for_tiles(n, k)) return 0;
  product p = {.ldc = ldc * COMPSIZE};
  p.alpha = set_signs(&p, conjugated == CONJUGATED_FIRST, conjugated == CONJUGATED_SECOND, alpha);
  factor a = *given;
  BLASLONG rows = to;
  if (lower) {
    a.numbers += from * a.row;
    c += from * (ldc + 1) * COMPSIZE;
    rows = n - from;
    to -= from;
    from = 0;
  }
  const int copied = !stays(rows, rows, k, &a);
  const BLASLONG steps = (k + DEPTH - 1) / DEPTH, depth = (k + steps - 1) / steps;
  const BLASLONG most = copied ? BLOCK / COMPSIZE / depth / ROWS * ROWS : rows, blocks = (rows + most - 1) / most;
  const BLASLONG height = ((rows + blocks - 1) / blocks + ROWS - 1) / ROWS * ROWS;

  for (BLASLONG l = 0; l < k; l += depth) {
    p.k = MIN(depth, k - l);
    p.beta = l ? one : beta;
    const FLOAT *numbers = a.numbers + l * a.column;
    const panels by_panels = copied ? (panels){buffer, p.k * ROWS * COMPSIZE, ROWS * COMPSIZE}
                                    : (panels){numbers, ROWS * COMPSIZE, a.column};
    for (BLASLONG block = 0; block < blocks; block++) {
      /* First come the rows that have the first columns, or, in the upper triangle, the last ones. */
      const BLASLONG first = (lower ? block : blocks - 1 - block) * height, end = MIN(first + height, rows);
      if (copied)
        copy(end - first, p.k, &(factor){numbers + first * a.row, a.row, a.column}, buffer + first * p.k * COMPSIZE);
      const BLASLONG last = lower ? MIN(end, to) : to;
      for (BLASLONG j = lower ? 0 : MAX(first, from), columns; j < last; j += columns) {
        for (columns = COLUMNS; columns > last - j || j % columns; columns /= 2) continue;
        columns_of_triangle(lower, conjugated, j, columns, first, end, &p, &by_panels, c);
      }
    }
  }
  return 1;
}
