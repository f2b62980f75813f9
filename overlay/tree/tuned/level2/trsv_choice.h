/* TRSV by the kernel of the CPU that OpenBLAS chose, where it has one: trsv_kernel.h. */

#include "tuned/common/names.h"

#define TRSV_KERNEL(cpu) FOR_CPU(TYPED(trsv_kernel), cpu)
#define CHOSEN_TRSV_KERNEL TYPED(chosen_trsv_kernel)

/* Whether the first unknown is solved first, A is transposed, and has a diagonal of ones. */
#define TRSV_KIND(forward, transposed, unit) ((forward) << 2 | (transposed) << 1 | (unit))

/* op(A) x = b, x in b's place, its numbers one after the other. */
typedef void (*trsv_kernel)(int kind, BLASLONG m, const FLOAT *a, BLASLONG lda, FLOAT *x);

/* NULL if the CPU has none. */
trsv_kernel CHOSEN_TRSV_KERNEL(void);
