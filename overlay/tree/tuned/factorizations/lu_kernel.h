/* LU of a few columns with a CPU's own instructions, LU_KERNEL(TS): column by column, with what is left of earlier ones
 * subtracted and the largest number found on the way. getf2.h has the same for other CPUs.
 *
 * For CPUs with AVX2. Up to 4 KiB on the stack, no buffer, no threads. Matrices of few rows in which NaN or Inf are, or
 * come about, are left to getf2.h, unchanged.
 */

#include "tuned/factorizations/lu_columns.h"

#ifdef __AVX2__

#include "tuned/common/inverse.h"
#include "tuned/common/numbers.h"
#include "tuned/common/smallest.h"
#include "tuned/common/vectors.h"

/* Vectors of a column that are worked on together. */
#define TOGETHER 4
/* Rows that are few, and steps below which scalar loops are faster with so many. */
#define FEW_ROWS 16
#define FEWEST_STEPS (IN_REGISTERS ? 7 : COMPSIZE * SIZE == 16 ? 6 : 4)

/* What pivots are compared by, in each lane of a number. */
INLINE vector pivot_magnitudes(vector x) {
#ifdef COMPLEX
  return magnitudes(x) + swapped(magnitudes(x));
#else
  return magnitudes(x);
#endif
}

/* One over a pivot or, where that may be infinite, over a multiple of it, in all lanes. */
typedef struct {
  vector parts[COMPSIZE];
  int of_multiple;
} inverse;

/* Of the parts of a pivot, in all lanes too. */
INLINE inverse inverse_of(const vector *pivot, FLOAT its_magnitude) {
#ifdef COMPLEX
  inverse result;
  FLOAT parts[] = {pivot[0][0], pivot[1][0]};
  result.of_multiple = set_finite_inverse(parts, parts, its_magnitude);
  UNROLL for (int part = 0; part < COMPSIZE; part++) result.parts[part] = in_all_lanes(parts[part]);
#else
  /* Which of the rows it is in may be known later than the magnitude. */
  inverse result = {.of_multiple = its_magnitude < SMALLEST};
  const FLOAT magnitude = result.of_multiple ? its_magnitude / SMALLEST : its_magnitude;
  result.parts[0] = with_signs_of(in_all_lanes(1 / magnitude), *pivot);
#endif
  return result;
}

INLINE vector divided(vector x, const inverse *by) {
  vector result = x * by->parts[0];
#ifdef COMPLEX
  result += turned(x) * by->parts[1];
#endif
  if (by->of_multiple) result /= SMALLEST;
  return result;
}

/* The first number with this magnitude, or the first of all. */
INLINE BLASLONG find(BLASLONG number, const FLOAT *x, FLOAT value) {
  const vector wanted = in_all_lanes(value);
  for (BLASLONG i = 0; i < number * COMPSIZE; i += LANES) {
    const BLASLONG rest = MIN(LANES, number * COMPSIZE - i);
    const vector some = load_some(x + i, first_lanes(rest));
    const unsigned found = equal_lanes(pivot_magnitudes(some), wanted) & ((1u << rest) - 1);
    if (found) return (i + __builtin_ctz(found)) / COMPSIZE;
  }
  return 0;
}

/* Subtracts from so many vectors of numbers the product of so many columns of A with those; returns the larger of their
   magnitudes and `most`. */
INLINE vector subtract_columns(const int vectors, mask some, BLASLONG columns, const FLOAT *a, BLASLONG lda,
                               const FLOAT *factors, FLOAT *to, vector most) {
  vector y[TOGETHER];
#define PART(from, v) (v < vectors - 1 ? VECTOR((from) + v * LANES) : load_some((from) + v * LANES, some))
  UNROLL for (int v = 0; v < vectors; v++) y[v] = PART(to, v);
#ifdef COMPLEX
  vector imaginary[TOGETHER];
  UNROLL for (int v = 0; v < vectors; v++) imaginary[v] = (vector){0};
#endif
  for (BLASLONG i = 0; i < columns; i++, a += lda * COMPSIZE, factors += COMPSIZE)
    UNROLL for (int v = 0; v < vectors; v++) {
      const vector x = PART(a, v);
      y[v] -= x * factors[0];
#ifdef COMPLEX
      imaginary[v] -= x * factors[1];
#endif
    }
  UNROLL for (int v = 0; v < vectors; v++) {
#ifdef COMPLEX
    y[v] += turned(imaginary[v]);
#endif
    if (v < vectors - 1) VECTOR(to + v * LANES) = y[v];
    else store_some(to + v * LANES, some, y[v]);
    most = larger(pivot_magnitudes(y[v]), most);
  }
  return most;
#undef PART
}

/* The same of all rows: the largest magnitude, 0 if none is a number. */
INLINE FLOAT subtract_from_all(BLASLONG number, BLASLONG columns, const FLOAT *a, BLASLONG lda, const FLOAT *factors, FLOAT *to) {
  const BLASLONG together = TOGETHER * LANES;
  BLASLONG left = number * COMPSIZE;
  vector most = {0};
  for (; left > together; left -= together, a += together, to += together)
    most = subtract_columns(TOGETHER, first_lanes(LANES), columns, a, lda, factors, to, most);
  const BLASLONG vectors = (left + LANES - 1) / LANES;
  const mask some = first_lanes(left - (vectors - 1) * LANES);
  if (vectors == 1) most = subtract_columns(1, some, columns, a, lda, factors, to, most);
  if (vectors == 2) most = subtract_columns(2, some, columns, a, lda, factors, to, most);
  if (vectors == 3) most = subtract_columns(3, some, columns, a, lda, factors, to, most);
  if (vectors == 4) most = subtract_columns(4, some, columns, a, lda, factors, to, most);
  return largest_lane(most);
}

INLINE void divide(BLASLONG number, const inverse *by, FLOAT *x) {
  BLASLONG i = 0;
  for (; i + LANES <= number * COMPSIZE; i += LANES) VECTOR(x + i) = divided(VECTOR(x + i), by);
  if (i < number * COMPSIZE) {
    const mask some = first_lanes(number * COMPSIZE - i);
    store_some(x + i, some, divided(load_some(x + i, some), by));
  }
}

/* A matrix of few rows and columns is factored in as many registers or, with AVX2 or complex, in a copy, of so many vectors of
   rows. Rows are not exchanged: those that had their pivot are left out, and in the end all go where they belong. A set of
   rows is a bit for each lane. */
#define VECTORS (FEW_ROWS * COMPSIZE / LANES)
#define IN_REGISTERS (WIDEST == 64 && COMPSIZE == 1)

typedef BLASULONG set;
#define ROW(number) ((((set)1 << COMPSIZE) - 1) << (number) * COMPSIZE)
#define FIRST_LANES ((set)-1 / (((set)1 << COMPSIZE) - 1))
#define FIRST_ROW(set) (__builtin_ctzll(set) / COMPSIZE)

typedef struct {
  vector part[VECTORS];
} rows;

/* Bits, or the first lanes, of one vector of rows. */
#define PART_OF(bits, v) lanes_at((unsigned)((bits) >> (v) * LANES))
#define FIRST_OF(number, v) first_lanes(MAX(0, MIN(LANES, (number) * COMPSIZE - (v) * LANES)))

/* The number in this row, one part of it, in all lanes. */
INLINE vector in_row(const rows *x, lane row, const int part) {
#if IN_REGISTERS
  return shuffled(x->part[0], x->part[VECTORS - 1], (lanes){0} + row);
#else
  return in_all_lanes(((const FLOAT *)x)[row * COMPSIZE + part]);
#endif
}

/* Stores the numbers of rows in another order. */
INLINE void store_in_order(BLASLONG m, const rows *x, const lane *order, FLOAT *to) {
#if IN_REGISTERS
  UNROLL for (int v = 0; v < VECTORS; v++)
    store_some(to + v * LANES, FIRST_OF(m, v), shuffled(x->part[0], x->part[VECTORS - 1], *(lanes *)(order + v * LANES)));
#else
  for (BLASLONG i = 0; i < m; i++)
    UNROLL for (int part = 0; part < COMPSIZE; part++) to[i * COMPSIZE + part] = ((const FLOAT *)x)[order[i] * COMPSIZE + part];
#endif
}

INLINE FLOAT largest_of(const int vectors, const rows *x, set which) {
  vector most = {0};
  UNROLL for (int v = 0; v < vectors; v++) most = larger(pivot_magnitudes(only_lanes(x->part[v], PART_OF(which, v))), most);
  return largest_lane(most);
}

INLINE set rows_with(const int vectors, const rows *x, FLOAT magnitude) {
  set which = 0;
  UNROLL for (int v = 0; v < vectors; v++)
    which |= (set)equal_lanes(pivot_magnitudes(x->part[v]), in_all_lanes(magnitude)) << v * LANES;
  return which;
}

/* y less the product of its number in this row with factors and, of complex ones, those times the imaginary unit. */
INLINE void subtract_product(const int vectors, rows *result, const rows *y, const rows *factors, lane row) {
  vector number[COMPSIZE];
  UNROLL for (int part = 0; part < COMPSIZE; part++) number[part] = in_row(y, row, part);
  UNROLL for (int v = 0; v < vectors; v++) {
    vector left = y->part[v];
    UNROLL for (int part = 0; part < COMPSIZE; part++) left -= factors[part].part[v] * number[part];
    result->part[v] = left;
  }
}

/* Whether all columns' sums are finite: false too if they overflow. */
INLINE int are_finite(const int vectors, BLASLONG n, const rows *columns) {
  vector sums[VECTORS];
  UNROLL for (int v = 0; v < vectors; v++) sums[v] = columns[0].part[v];
  for (BLASLONG j = 1; j < n; j++)
    UNROLL for (int v = 0; v < vectors; v++) sums[v] += columns[j].part[v];
  UNROLL for (int v = 1; v < vectors; v++) sums[0] += sums[v];
  sums[0] -= sums[0];
  return equal_lanes(sums[0], (vector){0}) == (unsigned)((1ul << LANES) - 1);
}

/* Returns -1, with nothing changed but the pivots, if there are numbers that are not finite: rows that have had their
   pivot are left as they are by a factor of zero, which makes NaN of those. */
INLINE blasint factor_rows(const int vectors, BLASLONG m, BLASLONG n, FLOAT *a, BLASLONG lda, blasint *pivots,
                           BLASLONG offset) {
  const BLASLONG steps = MIN(m, n);
  rows columns[FEW_ROWS];
  lane row_at[FEW_ROWS] __attribute__((aligned(WIDEST)));
  int place_of[FEW_ROWS];
  set left = ((set)1 << m * COMPSIZE) - 1;
  blasint info = 0;

  for (int i = 0; i < FEW_ROWS; i++) row_at[i] = place_of[i] = i;
  for (BLASLONG j = 0; j < n; j++)
    UNROLL for (int v = 0; v < vectors; v++)
      columns[j].part[v] = load_some(a + j * lda * COMPSIZE + v * LANES, FIRST_OF(m, v));

  rows x;
  UNROLL for (int v = 0; v < vectors; v++) x.part[v] = columns[0].part[v];
  for (BLASLONG j = 0; j < steps; j++) {
    const FLOAT most = largest_of(vectors, &x, left);
    set found = rows_with(vectors, &x, most) & left & FIRST_LANES;
    int row = found ? FIRST_ROW(found) : row_at[j];
    while (found &= found - 1) /* Of several rows it is the first, as they would be exchanged. */
      if (place_of[FIRST_ROW(found)] < place_of[row]) row = FIRST_ROW(found);
    const int place = place_of[row];
    pivots[j] = place + 1 + offset;
    row_at[place] = row_at[j];
    place_of[row_at[j]] = place;
    row_at[j] = row;
    place_of[row] = j;
    left &= ~ROW(row);

    vector pivot[COMPSIZE];
    UNROLL for (int part = 0; part < COMPSIZE; part++) pivot[part] = in_row(IN_REGISTERS ? &x : &columns[j], row, part);
    rows factors[COMPSIZE];
    UNROLL for (int part = 0; part < COMPSIZE; part++)
      UNROLL for (int v = 0; v < vectors; v++) factors[part].part[v] = (vector){0};
    if (pivot[0][0] == 0 && pivot[COMPSIZE - 1][0] == 0) {
      if (!info) info = j + 1;
    } else {
      const inverse by = inverse_of(pivot, most);
      UNROLL for (int v = 0; v < vectors; v++) {
        const mask below = PART_OF(left, v);
        const vector quotients = divided(x.part[v], &by);
        factors[0].part[v] = only_lanes(quotients, below);
#ifdef COMPLEX
        factors[1].part[v] = turned(factors[0].part[v]);
#endif
        columns[j].part[v] = lanes_or(quotients, below, x.part[v]);
      }
    }
    if (j + 1 < n) {
      subtract_product(vectors, &x, &columns[j + 1], factors, row);
      UNROLL for (int v = 0; v < vectors; v++) columns[j + 1].part[v] = x.part[v];
    }
    for (BLASLONG i = j + 2; i < n; i++) subtract_product(vectors, &columns[i], &columns[i], factors, row);
  }
  if (!are_finite(vectors, n, columns)) return -1;
  for (BLASLONG j = 0; j < n; j++) store_in_order(m, &columns[j], row_at, a + j * lda * COMPSIZE);
  return info;
}

#define FACTOR_ROWS(name, vectors)                                                                                          \
  static __attribute__((noinline)) blasint name(BLASLONG m, BLASLONG n, FLOAT *a, BLASLONG lda, blasint *pivots,          \
                                                BLASLONG offset) {                                                        \
    return factor_rows(vectors, m, n, a, lda, pivots, offset);                                                            \
  }
FACTOR_ROWS(factor_few, VECTORS)
#if !IN_REGISTERS
#define FEWER (3 * VECTORS / 4)
#define FEWEST (VECTORS / 2)
FACTOR_ROWS(factor_fewer, FEWER)
FACTOR_ROWS(factor_fewest, FEWEST)
#endif

static blasint factor_columns(BLASLONG m, BLASLONG n, FLOAT *a, BLASLONG lda, blasint *pivots, BLASLONG offset) {
  if (m <= FEW_ROWS) {
    if (MIN(m, n) < FEWEST_STEPS) return -1;
#if !IN_REGISTERS
    if (n <= FEW_ROWS && m * COMPSIZE <= FEWEST * LANES) return factor_fewest(m, n, a, lda, pivots, offset);
    if (n <= FEW_ROWS && m * COMPSIZE <= FEWER * LANES) return factor_fewer(m, n, a, lda, pivots, offset);
#endif
    if (n <= FEW_ROWS) return factor_few(m, n, a, lda, pivots, offset);
  }
  blasint info = 0;

  for (BLASLONG j = 0; j < n; j++) {
    const BLASLONG done = MIN(j, m), left = m - done;
    FLOAT *column = a + j * lda * COMPSIZE, *diagonal = column + done * COMPSIZE;

    for (BLASLONG i = 0; i < done; i++) exchange(column + i * COMPSIZE, column + (pivots[i] - 1 - offset) * COMPSIZE);
    for (BLASLONG i = 0; i < done; i++)
      for (BLASLONG l = i + 1; l < done; l++)
        subtract(column + l * COMPSIZE, a + (l + i * lda) * COMPSIZE, column + i * COMPSIZE);
    if (!left) continue;

    const FLOAT most = subtract_from_all(left, j, a + j * COMPSIZE, lda, column, diagonal);
    const BLASLONG below = find(left, diagonal, most);
    pivots[j] = j + below + 1 + offset;
    vector pivot[COMPSIZE];
    UNROLL for (int part = 0; part < COMPSIZE; part++) pivot[part] = in_all_lanes(diagonal[below * COMPSIZE + part]);
    if (magnitude(diagonal + below * COMPSIZE) == 0) {
      if (!info) info = j + 1;
      continue;
    }
    if (below)
      for (BLASLONG i = 0; i <= j; i++) {
        FLOAT *row = a + (j + i * lda) * COMPSIZE;
        exchange(row, row + below * COMPSIZE);
      }
    const inverse by = inverse_of(pivot, magnitude(diagonal));
    divide(left - 1, &by, diagonal + COMPSIZE);
  }
  return info;
}

const lu_kernel LU_KERNEL(TS) = factor_columns;

#else
const lu_kernel LU_KERNEL(TS) = NULL;
#endif
