/* The kernels of lu_columns.h, cholesky_columns.h and trsv_choice.h that go with the CPU that OpenBLAS chose;
 * FOR_EACH_CPU(do) is do(CPU) for those that the library has kernels for.
 */

#include "tuned/cholesky_columns.h"
#include "tuned/lu_columns.h"
#include "tuned/trsv_choice.h"

#define DECLARE(cpu)                                    \
  extern gotoblas_t gotoblas_##cpu;                     \
  extern const lu_kernel LU_KERNEL(_##cpu);             \
  extern const cholesky_kernel CHOLESKY_KERNEL(_##cpu); \
  extern const trsv_kernel TRSV_KERNEL(_##cpu);
FOR_EACH_CPU(DECLARE)

#define LU_OF(cpu) if (gotoblas == &gotoblas_##cpu) return LU_KERNEL(_##cpu);
#define CHOLESKY_OF(cpu) if (gotoblas == &gotoblas_##cpu) return CHOLESKY_KERNEL(_##cpu);
#define TRSV_OF(cpu) if (gotoblas == &gotoblas_##cpu) return TRSV_KERNEL(_##cpu);

static lu_kernel chosen_lu_kernel(void) {
  FOR_EACH_CPU(LU_OF)
  return NULL;
}

static cholesky_kernel chosen_cholesky_kernel(void) {
  FOR_EACH_CPU(CHOLESKY_OF)
  return NULL;
}

blasint FACTOR_COLUMNS(BLASLONG m, BLASLONG n, FLOAT *a, BLASLONG lda, blasint *pivots, BLASLONG offset) {
  const lu_kernel kernel = chosen_lu_kernel();
  return kernel ? kernel(m, n, a, lda, pivots, offset) : -1;
}

blasint FACTOR_TRIANGLE(int lower, BLASLONG n, FLOAT *a, BLASLONG lda) {
  const cholesky_kernel kernel = chosen_cholesky_kernel();
  return kernel ? kernel(lower, n, a, lda) : -1;
}

trsv_kernel CHOSEN_TRSV_KERNEL(void) {
  FOR_EACH_CPU(TRSV_OF)
  return NULL;
}
