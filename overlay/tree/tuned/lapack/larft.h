/* The triangular factor T of forward block reflectors, I - V T V^H: xLARFT's, of which xLARFB, xORMQR and the like need one
 * for every 32 columns. LAPACK divides them by halves down to single columns, with four calls for each pair of halves; here
 * all products of columns are made by one of SYRK or HERK. docs/speed.md has the figures.
 */

#include "tuned/common/names.h"
#include "tuned/common/scalars.h"

/* What a library without threads does not ask. */
#ifdef SMP
#define ONE_THREAD , .nthreads = 1
#else
#define ONE_THREAD
#endif

/* Columns, or rows, that are done so. */
#define LEAST 6
#define MOST 64

#ifdef COMPLEX
#define TRMM_OF_COLUMNS TRMM_LCLU
#define TRMM_OF_ROWS TRMM_RCUU
#define UPDATE_BY_COLUMNS HERK_UC
#define UPDATE_BY_ROWS HERK_UN
#else
#define TRMM_OF_COLUMNS TRMM_LTLU
#define TRMM_OF_ROWS TRMM_RTUU
#define UPDATE_BY_COLUMNS SYRK_UT
#define UPDATE_BY_ROWS SYRK_UN
#endif

/* The upper triangle of V^H V, or of V V^H where rows are stored, V with its ones and zeros: k by k. */
static void products_of_columns(int by_rows, BLASLONG n, BLASLONG k, FLOAT *v, BLASLONG ldv, FLOAT *products) {
  FLOAT one[COMPSIZE] = {1};
  char *buffer = blas_memory_alloc(0), *sa = buffer + GEMM_OFFSET_A;
  char *sb = sa + ((GEMM_P * GEMM_Q * COMPSIZE * SIZE + GEMM_ALIGN) & ~GEMM_ALIGN) + GEMM_OFFSET_B;
  blas_arg_t triangle = {.m = k, .n = k, .a = v, .lda = ldv, .b = products, .ldb = k ONE_THREAD};
  blas_arg_t rest = {.n = k, .k = n - k, .a = v + k * (by_rows ? ldv : 1) * COMPSIZE, .lda = ldv, .c = products, .ldc = k,
                     .alpha = one, .beta = one ONE_THREAD};

  memset(products, 0, k * k * COMPSIZE * sizeof(FLOAT));
  for (BLASLONG j = 0; j < k; j++) {
    const BLASLONG from = by_rows ? 0 : j + 1, number = by_rows ? j : k - j - 1;
    memcpy(products + (j * k + from) * COMPSIZE, v + (j * ldv + from) * COMPSIZE, number * COMPSIZE * sizeof(FLOAT));
    products[j * (k + 1) * COMPSIZE] = 1;
  }
  (by_rows ? TRMM_OF_ROWS : TRMM_OF_COLUMNS)(&triangle, NULL, NULL, (FLOAT *)sa, (FLOAT *)sb, 0);
  if (n > k) (by_rows ? UPDATE_BY_ROWS : UPDATE_BY_COLUMNS)(&rest, NULL, NULL, (FLOAT *)sa, (FLOAT *)sb, 0);
  blas_memory_free(buffer);
}

/* Does xLARFT's work, and returns 1; or 0 if the reflectors go backward, or are too few or many. */
blasint TYPED(larft_products_)(const char *direct, const char *storev, const blasint *n, const blasint *k, FLOAT *v,
                               const blasint *ldv, const FLOAT *tau, FLOAT *t, const blasint *ldt) {
  FLOAT products[MOST * MOST * COMPSIZE] __attribute__((aligned(64)));
  const BLASLONG columns = *k, ld = *ldt;
  if ((*direct | 32) != 'f' || columns < LEAST || columns > MOST || columns > *n) return 0;
  products_of_columns((*storev | 32) == 'r', *n, columns, v, *ldv, products);
  /* Each column of T: that of the products by the columns before it, and by -tau. */
  for (BLASLONG j = 0; j < columns; j++) {
    FLOAT *column = t + j * ld * COMPSIZE;
    const FLOAT *product = products + j * columns * COMPSIZE, *of_j = tau + j * COMPSIZE;
    memset(column, 0, j * COMPSIZE * sizeof(FLOAT));
    memcpy(column + j * COMPSIZE, of_j, COMPSIZE * sizeof(FLOAT));
    if (IS_ZERO(of_j)) continue;
    for (BLASLONG i = 0; i < j; i++, product += COMPSIZE) {
#ifdef COMPLEX
      const FLOAT factor[2] = {of_j[1] * product[1] - of_j[0] * product[0], -of_j[0] * product[1] - of_j[1] * product[0]};
#else
      const FLOAT factor[1] = {-of_j[0] * product[0]};
#endif
      AXPYU_K(i + 1, 0, 0, PARTS(factor), t + i * ld * COMPSIZE, 1, column, 1, NULL, 0);
    }
  }
  return 1;
}
