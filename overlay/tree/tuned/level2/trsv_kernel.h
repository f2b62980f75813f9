/* TRSV of a few hundred unknowns with a CPU's own instructions, TRSV_KERNEL(TS): in steps of as many unknowns as registers
 * hold; for AVX-512, with AVX2 it is no faster than trsv.h, which has the same for other CPUs and leaves what is beside
 * larger triangles to GEMV.
 */

#include "tuned/level2/trsv_choice.h"

#if defined(__AVX512F__) && !defined(COMPLEX)

#include "tuned/common/smallest.h"
#include "tuned/common/vectors.h"

#define FORWARD forward
#include "tuned/common/unknowns.h"

/* Unknowns of a step. */
#define STEP 8

/* The number of op(A) in this row and column. */
#define NUMBER(row, column) a[transposed ? (column) + (row) * lda : (row) + (column) * lda]

/* Solves for so many unknowns, from what is left of the right side. Divisions one after the other take longest: where no
   inverse is infinite, unknowns are multiplied with them, which don't wait for each other. */
INLINE void solve(const int forward, const int transposed, const int unit, const int number, const FLOAT *a, BLASLONG lda,
                  FLOAT *x) {
  FLOAT unknown[STEP], inverse[STEP];
  int finite = 1;
  UNROLL for (int i = 0; i < number; i++) {
    unknown[i] = x[i];
    if (unit) continue;
    inverse[i] = 1 / NUMBER(i, i);
    finite &= fabs(NUMBER(i, i)) >= SMALLEST;
  }
  UNROLL for (int step = 0; step < number; step++) {
    const int i = UNKNOWN(step, number);
    if (!unit) unknown[i] = finite ? unknown[i] * inverse[i] : unknown[i] / NUMBER(i, i);
    UNROLL for (int j = 0; j < number; j++)
      if (forward ? j > i : j < i) unknown[j] -= unknown[i] * NUMBER(j, i);
  }
  UNROLL for (int i = 0; i < number; i++) x[i] = unknown[i];
}

INLINE void solve_some(const int forward, const int transposed, const int unit, const int number, const FLOAT *a,
                       BLASLONG lda, FLOAT *x) {
#define WITH(size) \
  if (number == size) solve(forward, transposed, unit, size, a, lda, x);
  WITH(1) WITH(2) WITH(3) WITH(4) WITH(5) WITH(6) WITH(7) WITH(8)
#undef WITH
}

/* Subtracts the columns of a step, times its unknowns in the order in which they are solved, from what is left. */
INLINE void subtract_columns(const int forward, BLASLONG rows, const FLOAT *a, BLASLONG lda, const FLOAT *x, FLOAT *y) {
  for (BLASLONG i = 0; i < rows; i += LANES) {
    const mask some = first_lanes(MIN(LANES, rows - i));
    vector rest = load_some(y + i, some);
    UNROLL for (int step = 0; step < STEP; step++)
      rest -= load_some(a + i + UNKNOWN(step, STEP) * lda, some) * x[UNKNOWN(step, STEP)];
    store_some(y + i, some, rest);
  }
}

/* Subtracts from what is left of a step so many solved unknowns times their rows of its columns. */
INLINE void subtract_rows(BLASLONG rows, const int number, const FLOAT *a, BLASLONG lda, const FLOAT *x, FLOAT *y) {
  vector sums[STEP];
  UNROLL for (int j = 0; j < STEP; j++) sums[j] = (vector){0};
  for (BLASLONG i = 0; i < rows; i += LANES) {
    const mask some = first_lanes(MIN(LANES, rows - i));
    const vector solved = load_some(x + i, some);
    UNROLL for (int j = 0; j < STEP; j++)
      if (j < number) sums[j] += load_some(a + i + j * lda, some) * solved;
  }
  UNROLL for (int j = 0; j < STEP; j += MIN(STEP, LANES)) {
    const vector left = lane_sums(sums + j, MIN(STEP, LANES));
    for (int i = j; i < MIN(number, j + LANES); i++) y[i] -= left[i - j];
  }
}

INLINE void trsv(const int forward, const int transposed, const int unit, BLASLONG m, const FLOAT *a, BLASLONG lda, FLOAT *x) {
  for (BLASLONG done = 0; done < m; done += STEP) {
    const int number = MIN(STEP, m - done);
    const BLASLONG at = forward ? done : m - done - number, end = at + number;
    const FLOAT *square = a + at * (lda + 1);
    if (transposed && done) {
      const BLASLONG solved = forward ? 0 : end;
      subtract_rows(done, number, a + solved + at * lda, lda, x + solved, x + at);
    }
    if (number == STEP) solve(forward, transposed, unit, STEP, square, lda, x + at);
    else solve_some(forward, transposed, unit, number, square, lda, x + at);
    if (!transposed && number == STEP) {
      const BLASLONG left = forward ? end : 0;
      subtract_columns(forward, m - done - STEP, a + left + at * lda, lda, x + at, x + left);
    }
  }
}

static void solve_vector(int kind, BLASLONG m, const FLOAT *a, BLASLONG lda, FLOAT *x) {
#define KIND(forward, transposed, unit) \
  if (kind == TRSV_KIND(forward, transposed, unit)) trsv(forward, transposed, unit, m, a, lda, x);
  KIND(0, 0, 0) KIND(0, 0, 1) KIND(0, 1, 0) KIND(0, 1, 1) KIND(1, 0, 0) KIND(1, 0, 1) KIND(1, 1, 0) KIND(1, 1, 1)
}

const trsv_kernel TRSV_KERNEL(TS) = solve_vector;

#else
const trsv_kernel TRSV_KERNEL(TS) = NULL;
#endif
