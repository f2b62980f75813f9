#include "common.h"
#ifdef __AVX2__
#include "tuned/level2/ger_kernel.h"
#else
#include "kernel/generic/openblas_ger.c"
#endif
