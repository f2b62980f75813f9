/* GEMV in threads, in a copy of its interface: y = beta y + alpha op(A) x.
 *
 * Each thread scales its part of y, and has lines of the cache to itself. OpenBLAS's first one scales all of y, which the
 * others then fetch from its cache; and where a part ends within a line, two threads wait for that line each time the kernel
 * adds some columns of A: longer than for A, where that is in the second-level caches. docs/speed.md has the figures.
 */

#include "tuned/common/scalars.h"

#ifdef SMP

#include "tuned/common/few_threads.h"
#include "tuned/common/thread_limits.h"

/* Bytes of a line, lines of a thread from which on a part of one more is little, and columns of one if A is transposed. */
#define LINE 64
#define LEAST_LINES 4
#define LEAST_COLUMNS 4

/* How many threads are to do it. */
static inline int gemv_threads(int trans, BLASLONG m, BLASLONG n) {
  return m * n < LOWEST_GEMV_LIMIT || m * n < CHOSEN_THREAD_LIMITS().gemv[trans & 1] ? 1 : num_cpu_avail(2);
}

/* A thread's part of y, with the columns or rows that belong to it; args->ldd says how A is transposed. */
static int gemv_part(blas_arg_t *args, BLASLONG *range, BLASLONG *none, FLOAT *sa, FLOAT *buffer, BLASLONG position) {
  int (*const kernels[])(BLASLONG, BLASLONG, BLASLONG, SCALAR(alpha), FLOAT *, BLASLONG, FLOAT *, BLASLONG, FLOAT *, BLASLONG,
                         FLOAT *) = {
      GEMV_N, GEMV_T,
#ifdef COMPLEX
      GEMV_R, GEMV_C, GEMV_O, GEMV_U, GEMV_S, GEMV_D,
#endif
  };
  const BLASLONG number = range[1] - range[0];
  const int transposed = args->ldd & 1;
  FLOAT *a = (FLOAT *)args->a + range[0] * (transposed ? args->lda : 1) * COMPSIZE;
  FLOAT *y = (FLOAT *)args->c + range[0] * COMPSIZE;

  if (!IS_ONE(args->beta)) SCAL_K(number, 0, 0, PARTS(args->beta), y, 1, NULL, 0, NULL, 0);
  kernels[args->ldd](transposed ? args->m : number, transposed ? number : args->n, 0, PARTS(args->alpha), a, args->lda,
                     args->b, args->ldb, y, 1, buffer);
  return 0;
}

/* Does it, or returns 0 if alpha is zero, y has an increment, or too few numbers for these threads. */
static __attribute__((noinline)) int gemv_in_threads(int threads, int trans, BLASLONG m, BLASLONG n, FLOAT *alpha, FLOAT *beta,
                                                     FLOAT *a, BLASLONG lda, FLOAT *x, BLASLONG inc_x, FLOAT *y,
                                                     BLASLONG inc_y) {
  const BLASLONG size = COMPSIZE * sizeof(FLOAT), of_x = trans & 1 ? m : n, of_y = trans & 1 ? n : m;
  if (inc_y != 1 || IS_ZERO(alpha) || of_y < threads * (trans & 1 ? LEAST_COLUMNS : LEAST_LINES * LINE / size)) return 0;

  blas_arg_t args = {.m = m, .n = n, .a = a, .lda = lda, .b = inc_x < 0 ? x - (of_x - 1) * inc_x * COMPSIZE : x,
                     .ldb = inc_x, .c = y, .alpha = alpha, .beta = beta, .ldd = trans};
  BLASLONG ends[MAX_CPU_NUMBER + 1] = {0};
  blas_queue_t queue[MAX_CPU_NUMBER];
  int parts = 0;
  for (BLASLONG from = 0; from < of_y; from = ends[++parts]) {
    const BLASLONG left = threads - parts, end = from + (of_y - from + left - 1) / left;
    /* Sums of a transposed A's columns are added to y once. */
    ends[parts + 1] = trans & 1 ? end : MIN(of_y, end + (BLASLONG)(-(size_t)(y + end * COMPSIZE) % LINE) / size);
    queue[parts] = (blas_queue_t){.mode = PRECISION | NUMBERS, .routine = gemv_part, .args = &args, .position = parts,
                                  .range_m = &ends[parts], .next = &queue[parts + 1]};
  }
  queue[parts - 1].next = NULL;
  queue[0].sb = blas_memory_alloc(1);
  exec_blas(parts, queue);
  blas_memory_free(queue[0].sb);
  return 1;
}

#endif
