#include "common.h"
#ifdef __AVX2__
#include "tuned/level2/symv_kernel.h"
#else
#include "kernel/x86_64/openblas_dsymv_U.c"
#endif
