/* LU of a few columns by the kernel of the CPU that OpenBLAS chose, where it has one: lu_kernel.h. */

#include "tuned/common/names.h"

#define LU_KERNEL(cpu) FOR_CPU(TYPED(lu_kernel), cpu)
#define FACTOR_COLUMNS TYPED(factor_columns)

/* Factors m rows of n columns. The pivots are counted from 1, with so many rows before the first. Returns the first column
   without a pivot, from 1 on, 0, or -1 if scalar loops are faster. */
typedef blasint (*lu_kernel)(BLASLONG m, BLASLONG n, FLOAT *a, BLASLONG lda, blasint *pivots, BLASLONG offset);

/* The same, -1 too if the CPU has none. */
blasint FACTOR_COLUMNS(BLASLONG m, BLASLONG n, FLOAT *a, BLASLONG lda, blasint *pivots, BLASLONG offset);
