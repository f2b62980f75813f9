/* SYRK of small matrices by the kernels that GEMM has for them, in a copy of SYRK's interface: a few columns of C at a
 * time, the square on the diagonal by way of a buffer. Copying A, as SYRK does, takes as long as its products there.
 */

#include "tuned/common/few_threads.h"

#if defined(SMALL_MATRIX_OPT) && !defined(COMPLEX)
#define SMALL_SYRK_COLUMNS 24

#ifdef DYNAMIC_ARCH
#define SMALL_KERNEL(name) (*(void **)((char *)gotoblas + (size_t)(name)))
#else
#define SMALL_KERNEL(name) ((void *)(name))
#endif

typedef int (*small_kernel)(BLASLONG, BLASLONG, BLASLONG, FLOAT *, BLASLONG, FLOAT, FLOAT *, BLASLONG, FLOAT, FLOAT *,
                            BLASLONG);
typedef int (*small_kernel_b0)(BLASLONG, BLASLONG, BLASLONG, FLOAT *, BLASLONG, FLOAT, FLOAT *, BLASLONG, FLOAT *, BLASLONG);

/* C = beta C + alpha times the product of these rows of op(A) with as many columns of its transpose. */
static void part_of_syrk(blas_arg_t *args, int trans, BLASLONG i, BLASLONG rows, BLASLONG j, BLASLONG columns, FLOAT beta,
                         FLOAT *c, BLASLONG ldc) {
  const BLASLONG lda = args->lda, step = trans ? lda : 1;
  const FLOAT alpha = *(FLOAT *)args->alpha;
  FLOAT *left = (FLOAT *)args->a + i * step, *right = (FLOAT *)args->a + j * step;

  if (rows == 0) return;
  if (beta == 0) {
    const small_kernel_b0 multiply = SMALL_KERNEL(trans ? GEMM_SMALL_KERNEL_B0_TN : GEMM_SMALL_KERNEL_B0_NT);
    multiply(rows, columns, args->k, left, lda, alpha, right, lda, c, ldc);
  } else {
    const small_kernel multiply = SMALL_KERNEL(trans ? GEMM_SMALL_KERNEL_TN : GEMM_SMALL_KERNEL_NT);
    multiply(rows, columns, args->k, left, lda, alpha, right, lda, beta, c, ldc);
  }
}

/* The columns of C from one to before another. */
static void syrk_of_columns(blas_arg_t *args, int lower, int trans, BLASLONG from, BLASLONG to) {
  const BLASLONG n = args->n, ldc = args->ldc;
  const FLOAT beta = *(FLOAT *)args->beta;
  FLOAT square[SMALL_SYRK_COLUMNS * SMALL_SYRK_COLUMNS], *c = args->c;

  for (BLASLONG j = from; j < to; j += SMALL_SYRK_COLUMNS) {
    const BLASLONG columns = MIN(SMALL_SYRK_COLUMNS, to - j), beside = lower ? j + columns : 0;
    part_of_syrk(args, trans, beside, lower ? n - beside : j, j, columns, beta, c + beside + j * ldc, ldc);
    part_of_syrk(args, trans, j, columns, j, columns, 0, square, columns);
    for (BLASLONG l = 0; l < columns; l++) {
      FLOAT *to_column = c + j + (j + l) * ldc, *numbers = square + l * columns;
      const BLASLONG first = lower ? l : 0, end = lower ? columns : l + 1;
      if (beta == 0)
        for (BLASLONG i = first; i < end; i++) to_column[i] = numbers[i];
      else
        for (BLASLONG i = first; i < end; i++) to_column[i] = numbers[i] + beta * to_column[i];
    }
  }
}

/* Multiplications up to which they are faster than copying A. */
#define MOST_FOR_SMALL_SYRK (160. * 160 * 160)

#ifdef SMP
/* The same for several threads together, and for how many another one pays. */
#define MOST_FOR_SMALL_SYRK_IN_THREADS (200. * 200 * 200)
#define FOR_A_THREAD (60. * 60 * 60)

/* A thread's columns. It finds in args->ldd which triangle, and whether A is transposed. */
static int syrk_part(blas_arg_t *args, BLASLONG *range_m, BLASLONG *range_n, FLOAT *sa, FLOAT *sb, BLASLONG position) {
  syrk_of_columns(args, args->ldd >> 1, args->ldd & 1, range_n ? range_n[0] : 0, range_n ? range_n[1] : args->n);
  return 0;
}
#endif

/* Does a small SYRK; returns 0 if these kernels are not for it. */
static int small_syrk(blas_arg_t *args, int lower, int trans) {
  const FLOAT alpha = *(FLOAT *)args->alpha, beta = *(FLOAT *)args->beta;
  const double multiplications = (double)args->n * (double)args->n * (double)args->k;
  double most = MOST_FOR_SMALL_SYRK;
  BLASLONG threads = 1;

#ifdef SMP
  if (multiplications >= 2 * FOR_A_THREAD) threads = MIN(MIN(num_cpu_avail(3), MOST_THREADS), (BLASLONG)(multiplications / FOR_A_THREAD));
  if (threads > 1) most = MOST_FOR_SMALL_SYRK_IN_THREADS;
#endif
  if (multiplications > most || args->k == 0 || alpha == 0) return 0;
  if (!GEMM_SMALL_MATRIX_PERMIT(trans, !trans, args->n, MIN(args->n, SMALL_SYRK_COLUMNS), args->k, alpha, beta)) return 0;
#ifdef SMP
  if (threads > 1) {
    args->common = NULL;
    args->nthreads = threads;
    args->ldd = (lower << 1) | trans;
    syrk_thread(PRECISION | NUMBERS | (lower << BLAS_UPLO_SHIFT), args, NULL, NULL, syrk_part, NULL, NULL, threads);
    return 1;
  }
#endif
  syrk_of_columns(args, lower, trans, 0, args->n);
  return 1;
}
#elif !defined(COMPLEX)
#define small_syrk(args, lower, trans) 0
#endif
