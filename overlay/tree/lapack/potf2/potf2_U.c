#include "common.h"
#ifdef __x86_64__
#include "tuned/factorizations/potf2.h"
#else
#include "lapack/potf2/openblas_potf2_U.c"
#endif
