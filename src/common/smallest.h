/* The smallest number whose inverse is surely finite. */

#include <float.h>

#ifdef DOUBLE
#define SMALLEST DBL_MIN
#else
#define SMALLEST FLT_MIN
#endif
