/* What is done with single numbers, real or complex, where they are in memory. */

#include "tuned/common/inline.h"

/* As LAPACK compares pivots: of complex numbers the sum of the parts'. */
INLINE FLOAT magnitude(const FLOAT *x) {
#ifdef COMPLEX
  return fabs(x[0]) + fabs(x[1]);
#else
  return fabs(x[0]);
#endif
}

/* In one piece each. */
INLINE void exchange(FLOAT *x, FLOAT *y) {
  typedef struct {
    FLOAT parts[COMPSIZE];
  } number;
  const number kept = *(number *)x;
  *(number *)x = *(number *)y;
  *(number *)y = kept;
}

INLINE void set_product(FLOAT *to, const FLOAT *x, const FLOAT *y) {
#ifdef COMPLEX
  const FLOAT re = x[0] * y[0] - x[1] * y[1];
  to[1] = x[0] * y[1] + x[1] * y[0];
  to[0] = re;
#else
  to[0] = x[0] * y[0];
#endif
}

/* y -= a x. */
INLINE void subtract(FLOAT *y, const FLOAT *a, const FLOAT *x) {
  FLOAT product[COMPSIZE];
  set_product(product, a, x);
  for (int part = 0; part < COMPSIZE; part++) y[part] -= product[part];
}
