/* The functions of lu_columns.h and cholesky_columns.h. */

#include "tuned/common/chooser.h"
#include "tuned/factorizations/cholesky_columns.h"
#include "tuned/factorizations/lu_columns.h"

CHOOSER(lu_kernel, lu_kernel)
CHOOSER(cholesky_kernel, cholesky_kernel)

blasint FACTOR_COLUMNS(BLASLONG m, BLASLONG n, FLOAT *a, BLASLONG lda, blasint *pivots, BLASLONG offset) {
  const lu_kernel *kernel = chosen_lu_kernel();
  return kernel && *kernel ? (*kernel)(m, n, a, lda, pivots, offset) : -1;
}

blasint FACTOR_TRIANGLE(int lower, BLASLONG n, FLOAT *a, BLASLONG lda) {
  const cholesky_kernel *kernel = chosen_cholesky_kernel();
  return kernel && *kernel ? (*kernel)(lower, n, a, lda) : -1;
}
