/* The kernels of lu_columns.h and cholesky_columns.h that go with the CPU that OpenBLAS chose; FOR_EACH_CPU(do) is do(CPU)
 * for those that the library has kernels for. */

#include "tuned/cholesky_columns.h"
#include "tuned/lu_columns.h"

#define DECLARE(cpu)                        \
  extern gotoblas_t gotoblas_##cpu;         \
  extern const lu_kernel LU_KERNEL(_##cpu); \
  extern const cholesky_kernel CHOLESKY_KERNEL(_##cpu);
FOR_EACH_CPU(DECLARE)

blasint FACTOR_COLUMNS(BLASLONG m, BLASLONG n, FLOAT *a, BLASLONG lda, blasint *pivots, BLASLONG offset) {
  lu_kernel chosen = NULL;
#define CHOOSE_LU(cpu) if (gotoblas == &gotoblas_##cpu) chosen = LU_KERNEL(_##cpu);
  FOR_EACH_CPU(CHOOSE_LU)
  return chosen ? chosen(m, n, a, lda, pivots, offset) : -1;
}

blasint FACTOR_TRIANGLE(int lower, BLASLONG n, FLOAT *a, BLASLONG lda) {
  cholesky_kernel chosen = NULL;
#define CHOOSE_CHOLESKY(cpu) if (gotoblas == &gotoblas_##cpu) chosen = CHOLESKY_KERNEL(_##cpu);
  FOR_EACH_CPU(CHOOSE_CHOLESKY)
  return chosen ? chosen(lower, n, a, lda) : -1;
}
