/* SYRK and HERK in a few threads, each with a product of its own: so many columns of a triangle; in a copy of their
 * interface, behind small_syrk.h. OpenBLAS's threads copy A together and wait for each other, as in GEMM.
 */

static void syrk_in_threads(blas_arg_t *args, int lower, int trans, FLOAT *sa, FLOAT *sb) {
  const int kind = (lower << 1) | trans;
  if (args->nthreads > MOST_THREADS)
    syrk[4 | kind](args, NULL, NULL, sa, sb, 0);
  else
    syrk_thread(PRECISION | NUMBERS | (lower << BLAS_UPLO_SHIFT), args, NULL, NULL, syrk[kind], sa, sb, args->nthreads);
}
