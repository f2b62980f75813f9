/* The kernel of lu_columns.h that goes with the CPU that OpenBLAS chose; FOR_EACH_CPU(do) is do(CPU) for those that the
 * library has kernels for. */

#include "tuned/lu_columns.h"

#define DECLARE(cpu)                \
  extern gotoblas_t gotoblas_##cpu; \
  extern const lu_kernel LU_KERNEL(_##cpu);
FOR_EACH_CPU(DECLARE)

blasint FACTOR_COLUMNS(BLASLONG m, BLASLONG n, FLOAT *a, BLASLONG lda, blasint *pivots, BLASLONG offset) {
  lu_kernel chosen = NULL;
#define CHOOSE(cpu) if (gotoblas == &gotoblas_##cpu) chosen = LU_KERNEL(_##cpu);
  FOR_EACH_CPU(CHOOSE)
  return chosen ? chosen(m, n, a, lda, pivots, offset) : -1;
}
