/* SDOT in several threads, as OpenBLAS has DDOT: in a copy of its source, whose function is one_thread here. */

#ifndef DSDOT
#ifdef SMP
/* From this length on the vectors come out of memory, and two threads read them faster. */
#define LONG 100000

int blas_level1_thread_with_return_value(int mode, BLASLONG m, BLASLONG n, BLASLONG k, void *alpha, void *a, BLASLONG lda,
                                         void *b, BLASLONG ldb, void *c, BLASLONG ldc, int (*function)(void), int threads);

static int thread_part(BLASLONG n, BLASLONG dummy1, BLASLONG dummy2, FLOAT dummy3, FLOAT *x, BLASLONG inc_x, FLOAT *y,
                       BLASLONG inc_y, FLOAT *result, BLASLONG dummy4) {
  *result = one_thread(n, x, inc_x, y, inc_y);
  return 0;
}

static __attribute__((noinline)) FLOAT in_threads(BLASLONG n, FLOAT *x, BLASLONG inc_x, FLOAT *y, BLASLONG inc_y, int threads) {
  /* Where they leave their results: 16 bytes for each. */
  double results[MAX_CPU_NUMBER][2];
  FLOAT dummy = 0, dot = 0;
  blas_level1_thread_with_return_value(BLAS_SINGLE | BLAS_REAL, n, 0, 0, &dummy, x, inc_x, y, inc_y, results, 0,
                                       (int (*)(void))thread_part, threads);
  for (int i = 0; i < threads; i++) dot += *(FLOAT *)results[i];
  return dot;
}
#endif

FLOAT CNAME(BLASLONG n, FLOAT *x, BLASLONG inc_x, FLOAT *y, BLASLONG inc_y) {
#ifdef SMP
  /* The first question is all that short vectors wait for. */
  if (n >= LONG && inc_x && inc_y) {
    const int threads = num_cpu_avail(1);
    if (threads > 1) return in_threads(n, x, inc_x, y, inc_y, threads);
  }
#endif
  return one_thread(n, x, inc_x, y, inc_y);
}
#endif
