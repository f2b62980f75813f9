#include "common.h"
#ifdef __x86_64__
#include "tuned/factorizations/laswp.h"
#else
#include "lapack/laswp/generic/openblas_zlaswp_k_4.c"
#endif
