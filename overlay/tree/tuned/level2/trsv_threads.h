/* One triangular system in several threads, op(A) x = b, a step along the diagonal after the other.
 *
 * What:    the caller solves the unknowns of a step, and the threads subtract what they do to those that are left, each a
 *          part of them. No thread waits for another, so parts may run one after another (driver/others/pool.h).
 * For:     all CPUs; included by trsv.h and complex_trsv.h, which say what solves a square, solve_square(), and which GEMV
 *          subtracts, THREADS_GEMV, with FORWARD and TRANSPOSED.
 * Buffers: the caller's for its own part, each thread's own for the others.
 * Numbers: NaN and Inf go where GEMV and the solver take them.
 */

#ifdef SMP

#include "tuned/common/few_threads.h"

/* Unknowns of a step. */
#define IN_STEP 128
/* Numbers of A that are worth a thread, in a step. */
#define LEAST_FOR_THREAD (12 * 1024)
/* Threads get so many unknowns, or a multiple. */
#define ROUNDED_TO 16

#ifdef COMPLEX
#define MINUS_ONE -1, 0
#else
#define MINUS_ONE -1
#endif

/* The first of so many unknowns that come after others. */
#define PLACE(before, number) (FORWARD ? (before) : args->m - (before) - (number))

/* Subtracts so many solved unknowns' part from the right sides of others. */
static void subtract_solved(const blas_arg_t *args, BLASLONG before, BLASLONG number, BLASLONG solved, BLASLONG others,
                            FLOAT *buffer) {
  const BLASLONG from = PLACE(solved, others), to = PLACE(before, number), lda = args->lda;
  FLOAT *a = args->a, *x = args->b;
  if (number <= 0) return;
  if (TRANSPOSED)
    THREADS_GEMV(others, number, 0, MINUS_ONE, a + (from + to * lda) * COMPSIZE, lda, x + from * COMPSIZE, 1,
                 x + to * COMPSIZE, 1, buffer);
  else
    THREADS_GEMV(number, others, 0, MINUS_ONE, a + (to + from * lda) * COMPSIZE, lda, x + from * COMPSIZE, 1,
                 x + to * COMPSIZE, 1, buffer);
}

/* A thread's part of a step: args->n unknowns came before it, and it has args->k. */
static int thread_part(blas_arg_t *args, BLASLONG *range_m, BLASLONG *range_n, FLOAT *dummy, FLOAT *buffer,
                       BLASLONG position) {
  subtract_solved(args, range_m[0], range_m[1] - range_m[0], args->n, args->k, buffer);
  return 0;
}

static void subtract_in_threads(blas_arg_t *args, FLOAT *buffer) {
  const BLASLONG begin = args->n + args->k, rest = args->m - begin;
  const BLASLONG parts = MAX(1, MIN(args->nthreads, rest * args->k / LEAST_FOR_THREAD));
  BLASLONG ends[MAX_CPU_NUMBER + 1] = {begin};
  blas_queue_t queue[MAX_CPU_NUMBER];
  for (BLASLONG i = 0; i < parts; i++) {
    const BLASLONG width = (args->m - ends[i] + parts - i - 1) / (parts - i);
    ends[i + 1] = MIN(args->m, ends[i] + (width + ROUNDED_TO - 1) / ROUNDED_TO * ROUNDED_TO);
    queue[i] = (blas_queue_t){.mode = PRECISION | NUMBERS, .routine = thread_part, .args = args, .position = i,
                              .range_m = &ends[i], .next = i + 1 < parts ? &queue[i + 1] : NULL};
  }
  queue[0].sb = buffer;
  exec_blas(parts, queue);
}

/* x and b are in the same place. */
static void solve_in_threads(BLASLONG m, FLOAT *a, BLASLONG lda, FLOAT *x, FLOAT *buffer, int threads) {
  blas_arg_t step = {.m = m, .a = a, .lda = lda, .b = x, .nthreads = threads}, *const args = &step;
  for (step.n = 0; step.n < m; step.n += step.k) {
    step.k = MIN(IN_STEP, m - step.n);
    const BLASLONG at = PLACE(step.n, step.k);
    solve_square(step.k, a + at * (lda + 1) * COMPSIZE, lda, x + at * COMPSIZE, buffer);
    if (step.n + step.k < m) subtract_in_threads(args, buffer);
  }
}

#endif
