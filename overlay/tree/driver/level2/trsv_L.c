#include "common.h"
#ifdef __x86_64__
#define IN_PLACE_OF_trsv_L
#include "tuned/level2/trsv.h"
#else
#include "driver/level2/openblas_trsv_L.c"
#endif
