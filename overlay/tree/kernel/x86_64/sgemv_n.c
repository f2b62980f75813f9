#include "common.h"
#ifdef __AVX2__
#include "tuned/level2/gemv_kernel.h"
#else
#include "kernel/x86_64/openblas_sgemv_n.c"
#endif
