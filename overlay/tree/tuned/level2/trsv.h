/* TRSV: one triangular system, op(A) x = b, in place of OpenBLAS's.
 *
 * That goes along the diagonal in steps of 64 unknowns, and within them one at a time, by an AXPY or DOT of a few
 * numbers. Here a step is as many unknowns as registers hold; what the next step needs is subtracted by loops, the rest
 * is left to GEMV. Threads share a large A. docs/speed.md has the figures.
 *
 * trsv_L.c solves from the first unknown to the last, trsv_U.c from the last to the first.
 */

#include "tuned/common/smallest.h"
#include "tuned/level2/trsv_choice.h"
#include "tuned/common/unknowns.h"
#include "tuned/common/vectors.h"

#ifdef IN_PLACE_OF_trsv_L
#define FORWARD 1
#else
#define FORWARD 0
#endif
#ifdef TRANSA
#define TRANSPOSED 1
#else
#define TRANSPOSED 0
#endif
/* Where A's columns go on beside a square on the diagonal: below it or above. */
#define BELOW (FORWARD != TRANSPOSED)

/* Unknowns in registers; in a square on the diagonal, beside which is GEMV; in one where the CPU has a kernel for it. */
#define STEP 8
#define SQUARE (TRANSPOSED ? STEP : 16)
#define PANEL 64
/* For how many unknowns the CPU's own kernel is, if it has one: for all of the matrix, and then for squares on the diagonal. */
#define IS_FOR_KERNEL(m) ((m) > 16 && (!TRANSPOSED || (m) <= 160))
#define MOST_FOR_KERNEL (TRANSPOSED || SIZE == 8 ? 160 : 256)
/* Rows of the matrix for each thread. */
#define ROWS_PER_THREAD (SIZE == 4 ? 400 : 300)

/* The number of op(A) in this row and column. */
#define NUMBER(row, column) a[TRANSPOSED ? (column) + (row) * lda : (row) + (column) * lda]

/* Solves for the unknowns of one step. Divisions one after the other take longest: where no inverse is infinite, unknowns
   are multiplied with them, which don't wait for each other. */
INLINE void solve(const FLOAT *a, BLASLONG lda, FLOAT *x) {
  FLOAT unknown[STEP];
#ifndef UNIT
  FLOAT inverse[STEP];
  int finite = 1;
  UNROLL for (int i = 0; i < STEP; i++) {
    inverse[i] = 1 / NUMBER(i, i);
    finite &= fabs(NUMBER(i, i)) >= SMALLEST;
  }
#endif
  UNROLL for (int i = 0; i < STEP; i++) unknown[i] = x[i];
  UNROLL for (int step = 0; step < STEP; step++) {
    const int i = UNKNOWN(step, STEP);
#ifndef UNIT
    if (finite) unknown[i] *= inverse[i];
    else unknown[i] /= NUMBER(i, i);
#endif
    UNROLL for (int j = FIRST_LEFT(i); j < END_LEFT(i, STEP); j++) unknown[j] -= unknown[i] * NUMBER(j, i);
  }
  UNROLL for (int i = 0; i < STEP; i++) x[i] = unknown[i];
}

/* The same for fewer. */
INLINE void solve_some(BLASLONG number, const FLOAT *a, BLASLONG lda, FLOAT *x) {
  for (BLASLONG step = 0; step < number; step++) {
    const BLASLONG i = UNKNOWN(step, number);
#ifndef UNIT
    x[i] /= NUMBER(i, i);
#endif
    for (BLASLONG j = FIRST_LEFT(i); j < END_LEFT(i, number); j++) x[j] -= x[i] * NUMBER(j, i);
  }
}

/* Subtracts the columns of one step, times its unknowns in the order in which they are solved. */
INLINE void subtract_step(BLASLONG rows, const FLOAT *a, BLASLONG lda, const FLOAT *x, FLOAT *y) {
  BLASLONG i = 0;
  for (; i + LANES <= rows; i += LANES) {
    vector rest = VECTOR(y + i);
    UNROLL for (int step = 0; step < STEP; step++)
      rest -= VECTOR(a + i + UNKNOWN(step, STEP) * lda) * x[UNKNOWN(step, STEP)];
    VECTOR(y + i) = rest;
  }
  for (; i < rows; i++)
    UNROLL for (int step = 0; step < STEP; step++) y[i] -= a[i + UNKNOWN(step, STEP) * lda] * x[UNKNOWN(step, STEP)];
}

/* Subtracts the rows beside a square on the diagonal times what belongs to them: the square's unknowns, or, if A is
   transposed, those of the rows. Both have their place in x. */
static void subtract_beside(BLASLONG row, BLASLONG rows, BLASLONG column, BLASLONG columns, FLOAT *a, BLASLONG lda,
                            FLOAT *x, FLOAT *buffer) {
  FLOAT *beside = a + row + column * lda;
  if (rows == 0) return;
  if (TRANSPOSED) GEMV_T(rows, columns, 0, -1, beside, lda, x + row, 1, x + column, 1, buffer);
  else if (columns == STEP) subtract_step(rows, beside, lda, x + column, x + row);
  else GEMV_N(rows, columns, 0, -1, beside, lda, x + column, 1, x + row, 1, buffer);
}

#ifdef UNIT
#define ONES 1
#else
#define ONES 0
#endif

/* Goes along the diagonal in squares of this width, and in each of them in smaller ones. */
static void along_diagonal(BLASLONG m, BLASLONG width, trsv_kernel kernel, FLOAT *a, BLASLONG lda, FLOAT *x, FLOAT *buffer) {
  if (kernel && m <= MOST_FOR_KERNEL) {
    kernel(TRSV_KIND(FORWARD, TRANSPOSED, ONES), m, a, lda, x);
    return;
  }
  for (BLASLONG done = 0; done < m; done += width) {
    const BLASLONG number = MIN(width, m - done), at = FORWARD ? done : m - done - number;
    const BLASLONG row = BELOW ? at + number : 0, rows = BELOW ? m - row : at;
    FLOAT *square = a + at * (lda + 1);

    if (TRANSPOSED) subtract_beside(row, rows, at, number, a, lda, x, buffer);
    if (width > STEP) along_diagonal(number, width > SQUARE ? SQUARE : STEP, kernel, square, lda, x + at, buffer);
    else if (number == STEP) solve(square, lda, x + at);
    else solve_some(number, square, lda, x + at);
    if (!TRANSPOSED) subtract_beside(row, rows, at, number, a, lda, x, buffer);
  }
}

static void solve_square(BLASLONG m, FLOAT *a, BLASLONG lda, FLOAT *x, FLOAT *buffer) {
  const trsv_kernel kernel = IS_FOR_KERNEL(m) ? CHOSEN_TRSV_KERNEL() : NULL;
  along_diagonal(m, kernel ? PANEL : SQUARE, kernel, a, lda, x, buffer);
}

#ifdef TRANSA
#define THREADS_GEMV GEMV_T
#else
#define THREADS_GEMV GEMV_N
#endif
#include "tuned/level2/trsv_threads.h"

int CNAME(BLASLONG m, FLOAT *a, BLASLONG lda, FLOAT *b, BLASLONG incb, void *buffer) {
  FLOAT *x = b, *rest = buffer;
#ifdef SMP
  const int threads = m < 2 * ROWS_PER_THREAD ? 1 : MIN(num_cpu_avail(2), m / ROWS_PER_THREAD);
#endif

  if (incb != 1) {
    x = buffer;
    rest = (FLOAT *)(((BLASLONG)(x + m) + 4095) & ~4095);
    COPY_K(m, b, incb, x, 1);
  }
#ifdef SMP
  if (threads > 1) solve_in_threads(m, a, lda, x, rest, threads);
  else
#endif
  solve_square(m, a, lda, x, rest);
  if (incb != 1) COPY_K(m, x, 1, b, incb);
  return 0;
}
