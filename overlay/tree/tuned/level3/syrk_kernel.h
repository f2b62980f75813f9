/* SYRK_KERNEL(TS): direct_syrk.h, which is where direct_gemm.h is. */

#include "tuned/level3/syrk_choice.h"

#ifdef __AVX2__
syrk_kernel DIRECT_SYRK;
syrk_kernel *const SYRK_KERNEL(TS) = DIRECT_SYRK;
#else
syrk_kernel *const SYRK_KERNEL(TS) = NULL;
#endif
