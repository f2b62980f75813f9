#include "common.h"
#ifdef __x86_64__
#include "tuned/factorizations/getf2.h"
#else
#include "lapack/getf2/openblas_zgetf2_k.c"
#endif
