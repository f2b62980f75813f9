/* TRSV of complex numbers, shared by threads if it is large: after OpenBLAS's, one_thread() in a copy of its source, which says
 * whether it goes FORWARD.
 */

#define TRANSPOSED (TRANSA == 2 || TRANSA == 4)

static void solve_square(BLASLONG m, FLOAT *a, BLASLONG lda, FLOAT *x, FLOAT *buffer) {
  one_thread(m, a, lda, x, 1, buffer);
}

#if TRANSA == 1
#define THREADS_GEMV GEMV_N
#elif TRANSA == 2
#define THREADS_GEMV GEMV_T
#elif TRANSA == 3
#define THREADS_GEMV GEMV_R
#else
#define THREADS_GEMV GEMV_C
#endif
#include "tuned/level2/trsv_threads.h"

/* Rows of the matrix for each thread: two have two second-level caches for what one has none. */
#define ROWS_PER_THREAD (SIZE == 4 ? 250 : 180)

int CNAME(BLASLONG m, FLOAT *a, BLASLONG lda, FLOAT *b, BLASLONG incb, void *buffer) {
#ifdef SMP
  const int threads = m < 2 * ROWS_PER_THREAD ? 1 : MIN(num_cpu_avail(2), m / ROWS_PER_THREAD);
  if (threads > 1) {
    FLOAT *x = b, *rest = buffer;
    if (incb != 1) {
      x = buffer;
      rest = (FLOAT *)(((BLASLONG)(x + m * COMPSIZE) + 4095) & ~4095);
      COPY_K(m, b, incb, x, 1);
    }
    solve_in_threads(m, a, lda, x, rest, threads);
    if (incb != 1) COPY_K(m, x, 1, b, incb);
    return 0;
  }
#endif
  return one_thread(m, a, lda, b, incb, buffer);
}
