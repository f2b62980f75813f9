/* The smallest number whose inverse is surely finite; and whether a sum of squares is so large that what underflowed in it is
 * nothing beside it, and so small that a few times it, and its inverse, are finite.
 */

#include <float.h>

#ifdef DOUBLE
#define SMALLEST DBL_MIN
#define IS_SAFE_SQUARE(x) ((x) > DBL_MIN / (DBL_EPSILON * DBL_EPSILON) && (x) < DBL_MAX / 4)
#else
#define SMALLEST FLT_MIN
#define IS_SAFE_SQUARE(x) ((x) > FLT_MIN / (FLT_EPSILON * FLT_EPSILON) && (x) < FLT_MAX / 4)
#endif
