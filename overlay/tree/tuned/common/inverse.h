/* The inverse of a number: neither over- nor underflow on the way where the result has none. */

#include "tuned/common/inline.h"
#include "tuned/common/smallest.h"

INLINE void set_inverse(FLOAT *to, const FLOAT *number) {
#ifdef COMPLEX
  const FLOAT re = number[0], im = number[1], square = re * re + im * im;
  if (IS_SAFE_SQUARE(square)) {
    const FLOAT inverse = 1 / square;
    to[0] = re * inverse;
    to[1] = -im * inverse;
    return;
  }
  /* Smith's way. */
  const int real_is_larger = (re < 0 ? -re : re) >= (im < 0 ? -im : im);
  const FLOAT ratio = real_is_larger ? im / re : re / im;
  const FLOAT inverse = 1 / ((real_is_larger ? re : im) * (1 + ratio * ratio));
  to[0] = real_is_larger ? inverse : ratio * inverse;
  to[1] = real_is_larger ? -ratio * inverse : -inverse;
#else
  to[0] = 1 / number[0];
#endif
}

/* The same or, of a number so small that its inverse may be infinite, the inverse of it over SMALLEST; what is multiplied by that
   is then to be divided by SMALLEST too. Returns whether it is. */
INLINE int set_finite_inverse(FLOAT *to, const FLOAT *number, FLOAT its_magnitude) {
  FLOAT multiple[COMPSIZE];
  const int is_tiny = its_magnitude < SMALLEST;
  for (int part = 0; part < COMPSIZE; part++) multiple[part] = is_tiny ? number[part] / SMALLEST : number[part];
  set_inverse(to, multiple);
  return is_tiny;
}
