/* One triangular system in several threads, op(A) x = b, a square on the diagonal after the other.
 *
 * All is one task for each thread, who wait for each other on the way: handing out a task for each square takes as long as its
 * work. What includes this says what solves a square, solve_square(), and which GEMV subtracts, with FORWARD and TRANSPOSED.
 *
 *   A    the first thread solves the next square, while the others subtract the columns of the one before
 *   A^T  squares by turns: a thread subtracts what belongs to the unknowns that are solved as soon as they are
 */

#ifdef SMP

#include <sched.h>

#include "tuned/common/few_threads.h"

/* Unknowns of a square. */
#define IN_SQUARE 64
/* The rows that a thread subtracts while another one solves the next square. */
#define ROWS_FOR_SOLVING 160
/* Threads get so many rows, or a multiple. */
#define ROUNDED_TO 16
/* How often a thread looks for what others have done before it lets others run. */
#define LOOKS 2000

#ifdef COMPLEX
#define MINUS_ONE -1, 0
#else
#define MINUS_ONE -1
#endif

/* The first of so many unknowns that come after others. */
#define PLACE(before, number) (FORWARD ? (before) : args->m - (before) - (number))

/* Waits for this to be no less, and returns it. */
static BLASLONG wait_for(const BLASLONG *progress, BLASLONG least) {
  BLASLONG now;
  for (int looks = 0; (now = __atomic_load_n(progress, __ATOMIC_ACQUIRE)) < least; looks++) {
    if (looks >= LOOKS) sched_yield();
    YIELDING;
  }
  return now;
}

static void solve_next(const blas_arg_t *args, BLASLONG before, BLASLONG number, FLOAT *buffer) {
  const BLASLONG at = PLACE(before, number);
  solve_square(number, (FLOAT *)args->a + at * (args->lda + 1) * COMPSIZE, args->lda, (FLOAT *)args->b + at * COMPSIZE, buffer);
}

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

/* A thread's part of A^T; progress is what is solved. */
static void solve_by_turns(const blas_arg_t *args, BLASLONG position, BLASLONG *progress, FLOAT *buffer) {
  for (BLASLONG before = position * IN_SQUARE; before < args->m; before += args->nthreads * IN_SQUARE) {
    const BLASLONG number = MIN(IN_SQUARE, args->m - before);
    for (BLASLONG done = 0, solved; done < before; done = solved) {
      solved = MIN(wait_for(progress, done + 1), before);
      subtract_solved(args, before, number, done, solved - done, buffer);
    }
    solve_next(args, before, number, buffer);
    __atomic_store_n(progress, before + number, __ATOMIC_RELEASE);
  }
}

/* A thread's part of A; progress is how often one came to the end of a step. */
static void solve_one_ahead(const blas_arg_t *args, BLASLONG position, BLASLONG *progress, FLOAT *buffer) {
  const BLASLONG threads = args->nthreads;
  BLASLONG arrivals = 0;
  if (position == 0) solve_next(args, 0, MIN(IN_SQUARE, args->m), buffer);
  for (BLASLONG before = 0, solved; (solved = before + IN_SQUARE) < args->m; before = solved) {
    const BLASLONG next = MIN(IN_SQUARE, args->m - solved), begin = solved + next, rest = args->m - begin;
    const BLASLONG of_first = MAX(0, (rest - (threads - 1) * ROWS_FOR_SOLVING) / threads) / ROUNDED_TO * ROUNDED_TO;
    const BLASLONG of_other = (rest - of_first + threads - 2) / (threads - 1) / ROUNDED_TO * ROUNDED_TO + ROUNDED_TO;

    __atomic_add_fetch(progress, 1, __ATOMIC_ACQ_REL);
    wait_for(progress, arrivals += threads);
    if (position == 0) {
      subtract_solved(args, solved, next, before, IN_SQUARE, buffer);
      solve_next(args, solved, next, buffer);
      subtract_solved(args, begin, of_first, before, IN_SQUARE, buffer);
    } else {
      const BLASLONG first = of_first + (position - 1) * of_other;
      subtract_solved(args, begin + first, MIN(of_other, rest - first), before, IN_SQUARE, buffer);
    }
  }
}

static int thread_part(blas_arg_t *args, BLASLONG *range_m, BLASLONG *range_n, FLOAT *dummy, FLOAT *buffer,
                       BLASLONG position) {
  (TRANSPOSED ? solve_by_turns : solve_one_ahead)(args, position, args->c, buffer);
  return 0;
}

/* x and b are in the same place. */
static void solve_in_threads(BLASLONG m, FLOAT *a, BLASLONG lda, FLOAT *x, FLOAT *buffer, int threads) {
  BLASLONG progress = 0;
  blas_arg_t args = {.m = m, .a = a, .lda = lda, .b = x, .c = &progress, .nthreads = threads};
  blas_queue_t queue[MAX_CPU_NUMBER];
  for (int i = 0; i < threads; i++)
    queue[i] = (blas_queue_t){.mode = PRECISION | NUMBERS, .routine = thread_part, .args = &args, .position = i,
                              .next = i + 1 < threads ? &queue[i + 1] : NULL};
  queue[0].sb = buffer;
  exec_blas(threads, queue);
}

#endif
