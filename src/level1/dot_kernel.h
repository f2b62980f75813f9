/* DOT of vectors whose numbers are side by side, in copies of OpenBLAS's sources: what is left of the last vectors is
 * masked, where OpenBLAS takes number by number. docs/speed.md has the figures.
 */

#if defined(__AVX2__) && !defined(DSDOT)
#include "tuned/common/vectors.h"

static FLOAT sum_of_lanes(vector x) {
#if WIDEST == 64 && defined(DOUBLE)
  return _mm512_reduce_add_pd((__m512d)x);
#elif WIDEST == 64
  return _mm512_reduce_add_ps((__m512)x);
#else
  UNROLL for (int apart = LANES / 2; apart; apart /= 2) x += shuffled(x, x, numbers() ^ apart);
  return x[0];
#endif
}

static inline FLOAT contiguous_dot(BLASLONG n, const FLOAT *x, const FLOAT *y) {
  if (n <= LANES) {
    const mask some = first_lanes(n);
    return n == 1 ? x[0] * y[0] : sum_of_lanes(load_some(x, some) * load_some(y, some));
  }
  if (n <= 2 * LANES) {
    const mask some = first_lanes(n - LANES);
    return sum_of_lanes(VECTOR(x) * VECTOR(y) + load_some(x + LANES, some) * load_some(y + LANES, some));
  }
  vector sum[4] = {0};
#define NEXT(v) sum[v] += VECTOR(x + v * LANES) * VECTOR(y + v * LANES)
#define DONE(vectors) n -= vectors * LANES, x += vectors * LANES, y += vectors * LANES
  while (n >= 4 * LANES) {
    UNROLL for (int v = 0; v < 4; v++) NEXT(v);
    DONE(4);
  }
  if (n >= 2 * LANES) {
    NEXT(0), NEXT(1);
    DONE(2);
  }
  if (n >= LANES) {
    NEXT(0);
    DONE(1);
  }
#undef NEXT
#undef DONE
  if (n > 0) {
    const mask some = first_lanes(n);
    sum[1] += load_some(x, some) * load_some(y, some);
  }
  return sum_of_lanes((sum[0] + sum[1]) + (sum[2] + sum[3]));
}
#endif
