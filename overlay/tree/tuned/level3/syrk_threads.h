/* SYRK and HERK of small matrices without the memory that OpenBLAS has for its buffers, and in a few threads, each with a
 * product of its own: so many columns of a triangle; in a copy of their interface. OpenBLAS's threads copy A together and
 * wait for each other, as in GEMM. docs/speed.md has the figures.
 */

#include "tuned/common/few_threads.h"
#include "tuned/level3/syrk_choice.h"

#ifdef HEMM
#define IS_HERMITIAN 1
#else
#define IS_HERMITIAN 0
#endif

/* Multiplications for which another thread pays. */
#define FOR_A_THREAD (60. * 60 * 60 / (COMPSIZE == 1 ? 1 : SIZE))
#define SYRK_THREADS(multiplications)              \
  ((multiplications) < 2 * FOR_A_THREAD ? 1        \
                                        : MIN(num_cpu_avail(3), (BLASLONG)((multiplications) / FOR_A_THREAD)))

/* Numbers of A that are copied to the stack. */
#define ON_STACK (64 * 1024 / (BLASLONG)sizeof(FLOAT))

/* Does what is too small for two threads; returns 0 if it is larger, or the CPU has no kernel of ours. */
static int small_syrk(blas_arg_t *args, int lower, int transposed) {
  FLOAT buffer[ON_STACK] __attribute__((aligned(64)));
  if ((double)args->n * (double)args->n * (double)args->k >= 2 * FOR_A_THREAD) return 0;
  if (SYRK_BUFFER(args->n, args->k) > ON_STACK) return 0;
  return SYRK_BY_TILES(lower, transposed, IS_HERMITIAN, args, 0, args->n, buffer);
}

#ifdef SMP
static void syrk_in_threads(blas_arg_t *args, int lower, int transposed, FLOAT *sa, FLOAT *sb) {
  const int kind = (lower << 1) | transposed;
  if (args->nthreads > MOST_THREADS)
    syrk[4 | kind](args, NULL, NULL, sa, sb, 0);
  else
    syrk_thread(PRECISION | NUMBERS | (lower << BLAS_UPLO_SHIFT), args, NULL, NULL, syrk[kind], sa, sb, args->nthreads);
}
#endif
