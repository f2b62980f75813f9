/* The function of product.h for a type. */

#include "tuned/common/scalars.h"
#include "tuned/level3/product.h"

typedef int gemm_driver(blas_arg_t *, BLASLONG *, BLASLONG *, FLOAT *, FLOAT *, BLASLONG);

/* By what is done to B, and to A. */
#ifdef COMPLEX
#define ONE_AS_SCALAR(sign) sign 1, 0
static gemm_driver *const drivers[4][4] = {{GEMM_NN, GEMM_TN, GEMM_RN, GEMM_CN},
                                           {GEMM_NT, GEMM_TT, GEMM_RT, GEMM_CT},
                                           {GEMM_NR, GEMM_TR, GEMM_RR, GEMM_CR},
                                           {GEMM_NC, GEMM_TC, GEMM_RC, GEMM_CC}};
#define OFFSETS                                                                                \
  {{GEMM_SMALL_KERNEL_NN, GEMM_SMALL_KERNEL_TN, GEMM_SMALL_KERNEL_RN, GEMM_SMALL_KERNEL_CN},   \
   {GEMM_SMALL_KERNEL_NT, GEMM_SMALL_KERNEL_TT, GEMM_SMALL_KERNEL_RT, GEMM_SMALL_KERNEL_CT},   \
   {GEMM_SMALL_KERNEL_NR, GEMM_SMALL_KERNEL_TR, GEMM_SMALL_KERNEL_RR, GEMM_SMALL_KERNEL_CR},   \
   {GEMM_SMALL_KERNEL_NC, GEMM_SMALL_KERNEL_TC, GEMM_SMALL_KERNEL_RC, GEMM_SMALL_KERNEL_CC}}
#else
#define ONE_AS_SCALAR(sign) sign 1
static gemm_driver *const drivers[2][2] = {{GEMM_NN, GEMM_TN}, {GEMM_NT, GEMM_TT}};
#define OFFSETS {{GEMM_SMALL_KERNEL_NN, GEMM_SMALL_KERNEL_TN}, {GEMM_SMALL_KERNEL_NT, GEMM_SMALL_KERNEL_TT}}
#endif

#ifdef SMALL_MATRIX_OPT
typedef int small_kernel(BLASLONG, BLASLONG, BLASLONG, FLOAT *, BLASLONG, SCALAR(alpha), FLOAT *, BLASLONG, SCALAR(beta),
                         FLOAT *, BLASLONG);
#endif

void SUBTRACT_PRODUCT(int op_a, int op_b, BLASLONG m, BLASLONG n, BLASLONG k, FLOAT *a, BLASLONG lda, FLOAT *b, BLASLONG ldb,
                      FLOAT *c, BLASLONG ldc, FLOAT *sa, FLOAT *sb) {
#ifdef SMALL_MATRIX_OPT
  if (GEMM_SMALL_MATRIX_PERMIT(op_a, op_b, m, n, k, ONE_AS_SCALAR(-), ONE_AS_SCALAR(+))) {
    static const size_t offsets[][sizeof drivers / sizeof *drivers] = OFFSETS;
    small_kernel *const multiply = *(small_kernel **)((char *)gotoblas + offsets[op_b][op_a]);
    multiply(m, n, k, a, lda, ONE_AS_SCALAR(-), b, ldb, ONE_AS_SCALAR(+), c, ldc);
    return;
  }
#endif
  FLOAT minus_one[] = {-1, 0};
  blas_arg_t args = {.m = m, .n = n, .k = k, .a = a, .lda = lda, .b = b, .ldb = ldb, .c = c, .ldc = ldc, .alpha = minus_one};
  drivers[op_b][op_a](&args, NULL, NULL, sa, sb, 0);
}
