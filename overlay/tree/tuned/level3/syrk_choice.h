/* SYRK and HERK by the kernel of the CPU that OpenBLAS chose, where it has one: direct_syrk.h. */

#include "tuned/common/factor.h"
#include "tuned/common/names.h"

/* Which factor is conjugated: neither, the first, the second. If one is, the diagonal of C is real. */
enum { SYMMETRIC, CONJUGATED_FIRST, CONJUGATED_SECOND };

/* A triangle of C = alpha op(A) op(A)^T + beta C, its columns from one to before another. op(A) has n rows and k columns,
   neither is none. The buffer is for SYRK_BUFFER(n, k) numbers. Returns 0 if OpenBLAS's kernel is faster. */
typedef int syrk_kernel(int lower, int conjugated, BLASLONG n, BLASLONG k, BLASLONG from, BLASLONG to, const FLOAT *alpha,
                         const factor *a, const FLOAT *beta, FLOAT *c, BLASLONG ldc, FLOAT *buffer);

#define SYRK_DEPTH 384
#define SYRK_ROWS 48
#define SYRK_BUFFER(n, k) (((n) + SYRK_ROWS - 1) / SYRK_ROWS * SYRK_ROWS * MIN(k, SYRK_DEPTH) * COMPSIZE)

#define DIRECT_SYRK FOR_CPU(TYPED(direct_syrk), TS)
#define SYRK_KERNEL(cpu) FOR_CPU(TYPED(syrk_kernel), cpu)
#define SYRK_BY_TILES TYPED(syrk_by_tiles)

/* The columns of OpenBLAS's arguments; returns 0 if the CPU has no kernel, or it is not for them. */
int SYRK_BY_TILES(int lower, int transposed, int hermitian, const blas_arg_t *args, BLASLONG from, BLASLONG to, FLOAT *buffer);
