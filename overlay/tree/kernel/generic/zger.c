#include "common.h"
#ifdef __AVX512F__
#include "tuned/level2/ger_kernel.h"
#else
#include "kernel/generic/openblas_zger.c"
#endif
