/* Cholesky of a few columns by the kernel of the CPU that OpenBLAS chose, where it has one: cholesky_kernel.h. */

#include "tuned/common/names.h"

#define CHOLESKY_KERNEL(cpu) FOR_CPU(TYPED(cholesky_kernel), cpu)
#define FACTOR_TRIANGLE TYPED(factor_triangle)

/* Factors n columns of a lower triangle, or an upper one. Returns the order of the first leading minor that is not
   positive, 0, or -1 if it is not for so many. */
typedef blasint (*cholesky_kernel)(int lower, BLASLONG n, FLOAT *a, BLASLONG lda);

/* The same, -1 too if the CPU has none. */
blasint FACTOR_TRIANGLE(int lower, BLASLONG n, FLOAT *a, BLASLONG lda);
