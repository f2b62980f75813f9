/* Products for the kernels for small matrices in several threads, in a copy of GEMM's interface: OpenBLAS calls them
 * from one, but thin_gemm.h takes on large ones.
 */

#if USE_SMALL_MATRIX_OPT && defined(SMP) && !defined(COMPLEX)

/* A thread's rows or columns of C. A is not transposed; ldd says whether B is. */
static int small_gemm_part(blas_arg_t *args, BLASLONG *range_m, BLASLONG *range_n, FLOAT *sa, FLOAT *sb, BLASLONG position) {
  const BLASLONG transb = args->ldd;
  const BLASLONG i = range_m ? range_m[0] : 0, m = range_m ? range_m[1] - i : args->m;
  const BLASLONG j = range_n ? range_n[0] : 0, n = range_n ? range_n[1] - j : args->n;
  const FLOAT alpha = *(FLOAT *)args->alpha, beta = *(FLOAT *)args->beta;
  FLOAT *a = (FLOAT *)args->a + i, *b = (FLOAT *)args->b + j * (transb ? 1 : args->ldb);
  FLOAT *c = (FLOAT *)args->c + i + j * args->ldc;
  if (beta == 0)
    (GEMM_SMALL_KERNEL_B0(transb << 2))(m, n, args->k, a, args->lda, alpha, b, args->ldb, c, args->ldc);
  else
    (GEMM_SMALL_KERNEL(transb << 2))(m, n, args->k, a, args->lda, alpha, b, args->ldb, beta, c, args->ldc);
  return 0;
}

#ifdef DOUBLE
#define SMALL_GEMM_MODE (BLAS_DOUBLE | BLAS_REAL)
#else
#define SMALL_GEMM_MODE (BLAS_SINGLE | BLAS_REAL)
#endif

/* Multiplies in several threads, if that is worth it; else returns 0. */
static int small_gemm_in_threads(blas_arg_t *args, int transa, int transb) {
  const double multiplications = (double)args->m * (double)args->n * (double)args->k;
  if (transa || multiplications <= 100.0 * 100.0 * 100.0) return 0;
  args->nthreads = get_gemm_optimal_nthreads(multiplications);
  if (args->nthreads == 1) return 0;
  args->ldd = transb;
  if (args->m > args->n)
    gemm_thread_m(SMALL_GEMM_MODE, args, NULL, NULL, small_gemm_part, NULL, NULL, args->nthreads);
  else
    gemm_thread_n(SMALL_GEMM_MODE, args, NULL, NULL, small_gemm_part, NULL, NULL, args->nthreads);
  return 1;
}
#else
#define small_gemm_in_threads(args, transa, transb) 0
#endif
