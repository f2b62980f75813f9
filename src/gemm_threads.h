/* GEMM in several threads, each with a product of its own: so many columns of C, or rows; in a copy of GEMM's interface.
 *
 * OpenBLAS's threads copy B together and wait for each other several times, which takes as long as all of a small
 * product; here each copies all that it needs. A part may be one for the kernels for small matrices, which OpenBLAS
 * calls from one thread alone, though thin_gemm.h takes on large ones. cmake/TunedSources.cmake has the figures.
 */

#include "tuned/few_threads.h"

#ifdef SMP

/* Multiplications from which on two threads are faster than one, and up to which a few had better copy by themselves. */
#define LEAST_FOR_THREADS (80. * 80 * 80)
#define MOST_FOR_PARTS (SIZE == 4 ? 500. * 500 * 500 : 400. * 400 * 400)

/* A thread's part. How A and B are transposed, as an index of OpenBLAS's tables, is in args->ldd. */
static int gemm_part(blas_arg_t *args, BLASLONG *range_m, BLASLONG *range_n, FLOAT *sa, FLOAT *sb, BLASLONG position) {
#if USE_SMALL_MATRIX_OPT && !defined(COMPLEX)
  const BLASLONG kind = args->ldd, transa = kind & 1, transb = kind >> 2;
  const BLASLONG i = range_m ? range_m[0] : 0, m = range_m ? range_m[1] - i : args->m;
  const BLASLONG j = range_n ? range_n[0] : 0, n = range_n ? range_n[1] - j : args->n;
  const FLOAT alpha = *(FLOAT *)args->alpha, beta = *(FLOAT *)args->beta;
  FLOAT *a = (FLOAT *)args->a + i * (transa ? args->lda : 1), *b = (FLOAT *)args->b + j * (transb ? 1 : args->ldb);
  FLOAT *c = (FLOAT *)args->c + i + j * args->ldc;
  /* A part of what is for them is for them too, however small. */
  if (GEMM_SMALL_MATRIX_PERMIT(transa, transb, args->m, args->n, args->k, alpha, beta) ||
      GEMM_SMALL_MATRIX_PERMIT(transa, transb, m, n, args->k, alpha, beta)) {
    if (beta == 0) (GEMM_SMALL_KERNEL_B0(kind))(m, n, args->k, a, args->lda, alpha, b, args->ldb, c, args->ldc);
    else (GEMM_SMALL_KERNEL(kind))(m, n, args->k, a, args->lda, alpha, b, args->ldb, beta, c, args->ldc);
    return 0;
  }
#endif
  return gemm[args->ldd](args, range_m, range_n, sa, sb, position);
}

/* Whether threads are to copy by themselves; sets their number. */
static int is_for_parts(blas_arg_t *args, int transa, int transb) {
  const double multiplications = (double)args->m * (double)args->n * (double)args->k;
  if (multiplications <= LEAST_FOR_THREADS) return 0;
  args->nthreads = get_gemm_optimal_nthreads(multiplications);
  if (args->nthreads == 1) return 0;
#if USE_SMALL_MATRIX_OPT && !defined(COMPLEX)
  if (GEMM_SMALL_MATRIX_PERMIT(transa, transb, args->m, args->n, args->k, *(FLOAT *)args->alpha, *(FLOAT *)args->beta)) return 1;
#endif
  return multiplications <= MOST_FOR_PARTS && args->nthreads <= MOST_THREADS;
}

/* Multiplies, if each thread had better do a part; else returns 0. */
static int gemm_in_parts(blas_arg_t *args, int transa, int transb) {
  if (!is_for_parts(args, transa, transb)) return 0;
  char *buffer = blas_memory_alloc(0), *sa = buffer + GEMM_OFFSET_A;
  char *sb = sa + ((GEMM_P * GEMM_Q * COMPSIZE * SIZE + GEMM_ALIGN) & ~GEMM_ALIGN) + GEMM_OFFSET_B;
  args->common = NULL;
  args->ldd = (transb << 2) | transa;
  if (args->m > 2 * args->n)
    gemm_thread_m(PRECISION | NUMBERS, args, NULL, NULL, gemm_part, sa, sb, args->nthreads);
  else
    gemm_thread_n(PRECISION | NUMBERS, args, NULL, NULL, gemm_part, sa, sb, args->nthreads);
  blas_memory_free(buffer);
  return 1;
}
#else
#define gemm_in_parts(args, transa, transb) 0
#endif
