/* SYRK of small matrices by the kernels that GEMM has for them, in a copy of SYRK's interface: a few columns of C at a
 * time, the square on the diagonal by way of a buffer. Copying A, as SYRK does, takes as long as its products there.
 */

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

/* Multiplications up to which they are faster; threads, if there are some, are it earlier. */
static double most_for_small_syrk(void) {
#ifdef SMP
  if (num_cpu_avail(3) > 1) return 100. * 100 * 100;
#endif
  return 160. * 160 * 160;
}

/* Does a small SYRK; returns 0 if these kernels are not for it. */
static int small_syrk(blas_arg_t *args, int lower, int trans) {
  const BLASLONG n = args->n, ldc = args->ldc;
  const FLOAT alpha = *(FLOAT *)args->alpha, beta = *(FLOAT *)args->beta;
  FLOAT square[SMALL_SYRK_COLUMNS * SMALL_SYRK_COLUMNS], *c = args->c;

  if ((double)n * (double)n * (double)args->k > most_for_small_syrk() || args->k == 0 || alpha == 0) return 0;
  if (!GEMM_SMALL_MATRIX_PERMIT(trans, !trans, n, MIN(n, SMALL_SYRK_COLUMNS), args->k, alpha, beta)) return 0;
  for (BLASLONG j = 0; j < n; j += SMALL_SYRK_COLUMNS) {
    const BLASLONG columns = MIN(SMALL_SYRK_COLUMNS, n - j), beside = lower ? j + columns : 0;
    part_of_syrk(args, trans, beside, lower ? n - beside : j, j, columns, beta, c + beside + j * ldc, ldc);
    part_of_syrk(args, trans, j, columns, j, columns, 0, square, columns);
    for (BLASLONG l = 0; l < columns; l++) {
      FLOAT *to = c + j + (j + l) * ldc, *from = square + l * columns;
      const BLASLONG first = lower ? l : 0, end = lower ? columns : l + 1;
      if (beta == 0)
        for (BLASLONG i = first; i < end; i++) to[i] = from[i];
      else
        for (BLASLONG i = first; i < end; i++) to[i] = from[i] + beta * to[i];
    }
  }
  return 1;
}
#elif !defined(COMPLEX)
#define small_syrk(args, lower, trans) 0
#endif
