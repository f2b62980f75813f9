/* LU of a few columns with a CPU's own instructions, LU_KERNEL(TS): column by column, with what is left of earlier ones
 * subtracted and the largest number found on the way. getf2.h has the same for other CPUs.
 */

#include "tuned/factorizations/lu_columns.h"

#if defined(__AVX2__) && !defined(COMPLEX)

#include "tuned/common/smallest.h"
#include "tuned/common/vectors.h"

/* Vectors of a column that are worked on together. */
#define TOGETHER 4
/* Rows that are few, and steps below which scalar loops are faster with so many. */
#define FEW_ROWS (WIDEST == 64 || SIZE == 4 ? 16 : 12)
#define FEWEST_STEPS (WIDEST == 64 ? 7 : 6)

/* The first number with this absolute value, or the first of all. */
INLINE BLASLONG find(BLASLONG number, const FLOAT *x, FLOAT value) {
  const vector wanted = (vector){0} + value;
  for (BLASLONG i = 0; i < number; i += LANES) {
    const BLASLONG rest = MIN(LANES, number - i);
    const unsigned found = equal_lanes(magnitudes(load_some(x + i, first_lanes(rest))), wanted) & ((1u << rest) - 1);
    if (found) return i + __builtin_ctz(found);
  }
  return 0;
}

/* Subtracts from so many vectors of numbers the product of so many columns of A with those; returns the larger of their
   absolute values and `most`. */
INLINE vector subtract(const int vectors, mask some, BLASLONG columns, const FLOAT *a, BLASLONG lda, const FLOAT *factors,
                       FLOAT *to, vector most) {
  vector y[TOGETHER];
#define PART(from, v) (v < vectors - 1 ? VECTOR((from) + v * LANES) : load_some((from) + v * LANES, some))
  UNROLL for (int v = 0; v < vectors; v++) y[v] = PART(to, v);
  for (BLASLONG i = 0; i < columns; i++)
    UNROLL for (int v = 0; v < vectors; v++) y[v] -= PART(a + i * lda, v) * factors[i];
  UNROLL for (int v = 0; v < vectors; v++) {
    if (v < vectors - 1) VECTOR(to + v * LANES) = y[v];
    else store_some(to + v * LANES, some, y[v]);
    most = larger(magnitudes(y[v]), most);
  }
  return most;
}

/* The same of all rows: the largest absolute value, 0 if none is a number. */
INLINE FLOAT subtract_from_all(BLASLONG number, BLASLONG columns, const FLOAT *a, BLASLONG lda, const FLOAT *factors, FLOAT *to) {
  vector most = {0};
  for (; number > TOGETHER * LANES; number -= TOGETHER * LANES, a += TOGETHER * LANES, to += TOGETHER * LANES)
    most = subtract(TOGETHER, first_lanes(LANES), columns, a, lda, factors, to, most);
  const BLASLONG vectors = (number + LANES - 1) / LANES;
  const mask some = first_lanes(number - (vectors - 1) * LANES);
  if (vectors == 1) most = subtract(1, some, columns, a, lda, factors, to, most);
  if (vectors == 2) most = subtract(2, some, columns, a, lda, factors, to, most);
  if (vectors == 3) most = subtract(3, some, columns, a, lda, factors, to, most);
  if (vectors == 4) most = subtract(4, some, columns, a, lda, factors, to, most);
  return largest_lane(most);
}

INLINE void exchange(FLOAT *x, FLOAT *y) {
  const FLOAT number = *x;
  *x = *y;
  *y = number;
}

INLINE void multiply(BLASLONG number, FLOAT factor, FLOAT *x) {
  BLASLONG i = 0;
  for (; i + LANES <= number; i += LANES) VECTOR(x + i) *= factor;
  if (i < number) {
    const mask some = first_lanes(number - i);
    store_some(x + i, some, load_some(x + i, some) * factor);
  }
}

/* A matrix of few rows and columns is factored in as many registers or, with AVX2, in a copy. Its rows are not exchanged: those
   that had their pivot are left out, and in the end all go where they belong. A set of rows is a bit for each. */
#define VECTORS (FEW_ROWS / LANES)

typedef struct {
  vector part[VECTORS];
} rows;

/* Bits, or the first lanes, of one vector of rows. */
#define PART_OF(bits, v) lanes_at((bits) >> (v) * LANES)
#define FIRST_OF(number, v) first_lanes(MAX(0, MIN(LANES, (number) - (v) * LANES)))

/* The number in this row, in all lanes. */
INLINE vector in_row(const rows *x, lane row) {
#if WIDEST == 64
  return shuffled(x->part[0], x->part[VECTORS - 1], (lanes){0} + row);
#else
  return (vector){0} + ((const FLOAT *)x)[row];
#endif
}

/* Stores the numbers of rows in another order. */
INLINE void store_in_order(BLASLONG m, rows x, const lane *order, FLOAT *to) {
#if WIDEST == 64
  UNROLL for (int v = 0; v < VECTORS; v++)
    store_some(to + v * LANES, FIRST_OF(m, v), shuffled(x.part[0], x.part[VECTORS - 1], *(lanes *)(order + v * LANES)));
#else
  for (BLASLONG i = 0; i < m; i++) to[i] = ((const FLOAT *)&x)[order[i]];
#endif
}

INLINE FLOAT largest_of(rows x, unsigned which) {
  vector most = {0};
  UNROLL for (int v = 0; v < VECTORS; v++) most = larger(magnitudes(only_lanes(x.part[v], PART_OF(which, v))), most);
  return largest_lane(most);
}

INLINE unsigned rows_with(rows x, FLOAT magnitude) {
  unsigned which = 0;
  UNROLL for (int v = 0; v < VECTORS; v++)
    which |= equal_lanes(magnitudes(x.part[v]), (vector){0} + magnitude) << v * LANES;
  return which;
}

INLINE rows less_product(const rows *y, rows x, lane row) {
  const vector factor = in_row(y, row);
  rows result = *y;
  UNROLL for (int v = 0; v < VECTORS; v++) result.part[v] -= x.part[v] * factor;
  return result;
}

static blasint factor_few(BLASLONG m, BLASLONG n, FLOAT *a, BLASLONG lda, blasint *pivots, BLASLONG offset) {
  const BLASLONG steps = MIN(m, n);
  rows columns[FEW_ROWS];
  lane row_at[FEW_ROWS] __attribute__((aligned(WIDEST)));
  int place_of[FEW_ROWS];
  unsigned left = (1u << m) - 1;
  blasint info = 0;

  for (int i = 0; i < FEW_ROWS; i++) row_at[i] = place_of[i] = i;
  for (BLASLONG j = 0; j < n; j++)
    UNROLL for (int v = 0; v < VECTORS; v++) columns[j].part[v] = load_some(a + j * lda + v * LANES, FIRST_OF(m, v));

  rows x = columns[0];
  for (BLASLONG j = 0; j < steps; j++) {
    const FLOAT most = largest_of(x, left);
    unsigned found = rows_with(x, most) & left;
    int row = found ? __builtin_ctz(found) : row_at[j];
    while (found &= found - 1) /* Of several rows it is the first, as they would be exchanged. */
      if (place_of[__builtin_ctz(found)] < place_of[row]) row = __builtin_ctz(found);
    const int place = place_of[row];
    pivots[j] = place + 1 + offset;
    row_at[place] = row_at[j];
    place_of[row_at[j]] = place;
    row_at[j] = row;
    place_of[row] = j;
    left &= ~(1u << row);

    const vector pivot = in_row(WIDEST == 64 ? &x : &columns[j], row);
    rows factors = {{{0}}};
    if (pivot[0] == 0) {
      if (!info) info = j + 1;
    } else {
      const vector inverse = with_signs_of((vector){0} + 1 / most, pivot); /* The row is known later than `most`. */
      UNROLL for (int v = 0; v < VECTORS; v++) {
        const mask below = PART_OF(left, v);
        const vector quotients = most < SMALLEST ? x.part[v] / pivot : x.part[v] * inverse;
        factors.part[v] = only_lanes(quotients, below);
        columns[j].part[v] = lanes_or(quotients, below, x.part[v]);
      }
    }
    if (j + 1 < n) x = columns[j + 1] = less_product(&columns[j + 1], factors, row);
    for (BLASLONG i = j + 2; i < n; i++) columns[i] = less_product(&columns[i], factors, row);
  }
  for (BLASLONG j = 0; j < n; j++) store_in_order(m, columns[j], row_at, a + j * lda);
  return info;
}

static blasint factor_columns(BLASLONG m, BLASLONG n, FLOAT *a, BLASLONG lda, blasint *pivots, BLASLONG offset) {
  if (m <= FEW_ROWS) {
    if (MIN(m, n) < FEWEST_STEPS) return -1;
    if (n <= FEW_ROWS) return factor_few(m, n, a, lda, pivots, offset);
  }
  blasint info = 0;

  for (BLASLONG j = 0; j < n; j++) {
    FLOAT *column = a + j * lda;
    const BLASLONG done = MIN(j, m), rows = m - done;

    for (BLASLONG i = 0; i < done; i++) exchange(column + i, column + pivots[i] - 1 - offset);
    for (BLASLONG i = 0; i < done; i++)
      for (BLASLONG l = i + 1; l < done; l++) column[l] -= column[i] * a[l + i * lda];
    if (!rows) continue;

    const FLOAT most = subtract_from_all(rows, j, a + j, lda, column, column + j);
    const BLASLONG pivot = j + find(rows, column + j, most);
    pivots[j] = pivot + 1 + offset;
    if (column[pivot] == 0) {
      if (!info) info = j + 1;
      continue;
    }
    if (pivot != j)
      for (BLASLONG i = 0; i <= j; i++) exchange(a + j + i * lda, a + pivot + i * lda);
    FLOAT *left = column + j + 1;
    if (fabs(column[j]) < SMALLEST)
      for (BLASLONG i = 0; i < rows - 1; i++) left[i] /= column[j]; /* The inverse may be infinite. */
    else
      multiply(rows - 1, 1 / column[j], left);
  }
  return info;
}

const lu_kernel LU_KERNEL(TS) = factor_columns;

#else
const lu_kernel LU_KERNEL(TS) = NULL;
#endif
