#include "common.h"
#include "tuned/level2/symv_kernel.h"
