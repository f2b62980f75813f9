/* DOT of vectors whose numbers are side by side, in copies of OpenBLAS's sources: what is left of the last vectors is
 * masked, where OpenBLAS takes number by number. docs/speed.md has the figures.
 */

#if defined(__AVX2__) && !defined(DSDOT)
#include "tuned/common/vectors.h"

#ifndef DOUBLE
/* Up to so many numbers are added in double precision, as OpenBLAS adds them: eigenvectors of clusters, which SSTEIN makes
   orthogonal by such sums, fail LAPACK's tests otherwise. */
#define IN_DOUBLE 31

static FLOAT sum_in_double(BLASLONG n, const FLOAT *x, const FLOAT *y) {
#if WIDEST == 64
  __m512d sum = _mm512_setzero_pd();
  for (; n > 0; n -= 8, x += 8, y += 8) {
    const __mmask8 some = n < 8 ? (1u << n) - 1 : 255;
    sum = _mm512_fmadd_pd(_mm512_cvtps_pd(_mm256_maskz_loadu_ps(some, x)), _mm512_cvtps_pd(_mm256_maskz_loadu_ps(some, y)), sum);
  }
  return _mm512_reduce_add_pd(sum);
#else
  __m256d sum = _mm256_setzero_pd();
  for (; n >= 4; n -= 4, x += 4, y += 4) sum += _mm256_cvtps_pd(_mm_loadu_ps(x)) * _mm256_cvtps_pd(_mm_loadu_ps(y));
  if (n > 0) {
    const __m128i some = _mm_cmplt_epi32(_mm_setr_epi32(0, 1, 2, 3), _mm_set1_epi32((int)n));
    sum += _mm256_cvtps_pd(_mm_maskload_ps(x, some)) * _mm256_cvtps_pd(_mm_maskload_ps(y, some));
  }
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
#endif
}
#endif

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
  if (n == 1) return x[0] * y[0];
#ifndef DOUBLE
  if (n <= IN_DOUBLE) return sum_in_double(n, x, y);
#else
  if (n <= LANES) {
    const mask some = first_lanes(n);
    return sum_of_lanes(load_some(x, some) * load_some(y, some));
  }
  if (n <= 2 * LANES) {
    const mask some = first_lanes(n - LANES);
    return sum_of_lanes(VECTOR(x) * VECTOR(y) + load_some(x + LANES, some) * load_some(y + LANES, some));
  }
#endif
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
