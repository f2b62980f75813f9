/* SYRK and HERK in a few threads, each with a product of its own: so many columns of a triangle; in a copy of their
 * interface. OpenBLAS's threads copy A together and wait for each other, as in GEMM.
 */

/* Threads for which it was as fast at any size, and up to twice at n=200 to 500. */
#define MOST_THREADS 4

#ifdef DOUBLE
#define PRECISION BLAS_DOUBLE
#else
#define PRECISION BLAS_SINGLE
#endif
#ifdef COMPLEX
#define NUMBERS BLAS_COMPLEX
#else
#define NUMBERS BLAS_REAL
#endif

static void syrk_in_threads(blas_arg_t *args, int lower, int trans, FLOAT *sa, FLOAT *sb) {
  const int kind = (lower << 1) | trans;
  if (args->nthreads > MOST_THREADS)
    syrk[4 | kind](args, NULL, NULL, sa, sb, 0);
  else
    syrk_thread(PRECISION | NUMBERS | (lower << BLAS_UPLO_SHIFT), args, NULL, NULL, syrk[kind], sa, sb, args->nthreads);
}
