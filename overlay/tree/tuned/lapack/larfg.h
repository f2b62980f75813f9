/* An elementary reflector, xLARFG's, by the sum of squares where that neither over- nor underflows: LAPACK calls four functions
 * for it, the first of which goes through the vector with care for that. docs/speed.md has the figures.
 */

#include "tuned/common/inverse.h"
#include "tuned/common/names.h"
#include "tuned/common/numbers.h"
#include "tuned/common/scalars.h"

/* Numbers up to which loops are faster than kernels; and that are added up in single precision. */
#define FEW 8
#define TOGETHER 4096

#ifdef DOUBLE
#define REAL_DOT DDOTU_K
#else
#define REAL_DOT SDOTU_K
#endif

static double sum_of_squares(BLASLONG number, FLOAT *x, BLASLONG inc) {
  const BLASLONG step = inc * COMPSIZE;
  double sum = 0;
  if (number <= FEW) {
    for (BLASLONG i = 0; i < number; i++)
      for (int part = 0; part < COMPSIZE; part++) sum += (double)x[i * step + part] * x[i * step + part];
    return sum;
  }
  for (BLASLONG i = 0; i < number; i += TOGETHER) {
    const BLASLONG some = MIN(TOGETHER, number - i);
    FLOAT *from = x + i * step;
    if (inc == 1) {
      sum += REAL_DOT(some * COMPSIZE, from, 1, from, 1);
      continue;
    }
    for (int part = 0; part < COMPSIZE; part++) sum += REAL_DOT(some, from + part, step, from + part, step);
  }
  return sum;
}

/* The norm of alpha and x; of real ones by LAPACK's formula, since the most sensitive of its tests depend on the last bit. */
static FLOAT norm_of(const FLOAT *alpha, double squares_of_x, double squares) {
#ifdef COMPLEX
  return sqrt(squares);
#else
  const FLOAT of_x = sqrt(squares_of_x), first = fabs(*alpha), larger = MAX(of_x, first), ratio = MIN(of_x, first) / larger;
  return larger * (FLOAT)sqrt(1 + ratio * ratio);
#endif
}

/* Does xLARFG's work, of n - 1 numbers x, and returns 1; or 0 if the sum may be wrong, or x is nothing. */
blasint TYPED(larfg_squares_)(const blasint *n, FLOAT *alpha, FLOAT *x, const blasint *inc_x, FLOAT *tau) {
  const BLASLONG number = *n - 1, inc = *inc_x;
  if (number <= 0 || inc <= 0) return 0;
  const double of_x = sum_of_squares(number, x, inc), all = of_x + sum_of_squares(1, alpha, 1);
  if (!IS_SAFE_SQUARE(of_x) || !IS_SAFE_SQUARE(all)) return 0;

  const FLOAT beta = -copysign(norm_of(alpha, of_x, all), alpha[0]);
  FLOAT factor[COMPSIZE];
  for (int part = 0; part < COMPSIZE; part++) {
    factor[part] = part ? alpha[part] : alpha[0] - beta;
    tau[part] = -factor[part] / beta;
    alpha[part] = part ? 0 : beta;
  }
  set_inverse(factor, factor);
  if (number > FEW) SCAL_K(number, 0, 0, PARTS(factor), x, inc, NULL, 0, NULL, 0);
  else
    for (BLASLONG i = 0; i < number; i++) set_product(x + i * inc * COMPSIZE, x + i * inc * COMPSIZE, factor);
  return 1;
}
