#include "common.h"
#ifdef __x86_64__
#define IN_PLACE_OF_potf2_L
#include "tuned/factorizations/potf2.h"
#else
#include "lapack/potf2/openblas_potf2_L.c"
#endif
