#include "common.h"
#ifdef __x86_64__
#include "tuned/level2/trsv.h"
#else
#include "driver/level2/openblas_trsv_U.c"
#endif
