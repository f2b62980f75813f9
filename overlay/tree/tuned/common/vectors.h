/* Vectors of the widest registers, or of as many lanes as LANES says: GCC's and Clang's vector extensions, and what
 * those lack. With NARROW, none wider than AVX2's. Complex numbers lie in pairs of lanes.
 */

#include "tuned/common/inline.h"
#include "tuned/common/scalars.h"

#if defined(__AVX512F__) && !defined(NARROW)
#define WIDEST 64
#elif defined(__AVX__)
#define WIDEST 32
#else
#define WIDEST 16
#endif

#ifndef LANES
#define LANES ((int)(WIDEST / sizeof(FLOAT)))
#endif

typedef FLOAT vector __attribute__((vector_size(LANES * sizeof(FLOAT)), aligned(sizeof(FLOAT)), may_alias));

#ifdef DOUBLE
typedef BLASLONG lane;
#else
typedef int lane;
#endif
typedef lane lanes __attribute__((vector_size(LANES * sizeof(lane))));

#define VECTOR(address) (*(vector *)(address))

INLINE lanes numbers(void) {
  lanes number;
  for (int n = 0; n < LANES; n++) number[n] = n;
  return number;
}

/* A number in all lanes. Zero plus it would be an addition, since it is not so if that is negative zero. */
INLINE vector in_all_lanes(FLOAT x) { return x - (vector){0}; }

/* The lanes of x and, from LANES on, of y with these numbers, which are constants. */
INLINE vector shuffled(vector x, vector y, lanes index) {
#ifndef __clang__
  return __builtin_shuffle(x, y, index);
#else
  vector result;
  for (int n = 0; n < LANES; n++) result[n] = index[n] < LANES ? x[index[n]] : y[index[n] - LANES];
  return result;
#endif
}

/* y in the lanes that are -1, x in those that are 0. */
INLINE vector blended(vector x, vector y, lanes where) { return shuffled(x, y, numbers() + (where & LANES)); }

INLINE vector broadcast(vector x, const int lane) { return shuffled(x, x, numbers() * 0 + lane); }

/* One half of the numbers of x and y by turns. */
INLINE vector interleaved(vector x, vector y, const int half) {
  const lanes at = numbers() / COMPSIZE + half * (LANES / COMPSIZE);
  return shuffled(x, y, at / 2 * COMPSIZE + numbers() % COMPSIZE + (at & 1) * LANES);
}

/* The numbers of so many vectors by turns: of the first of each, then of the second of each. As many vectors as numbers in
   one are transposed. */
INLINE void interleave_all(vector *x, const int number) {
  vector y[32];
  UNROLL for (int done = 1; done < number; done *= 2) {
    UNROLL for (int i = 0; i < number; i++) y[i] = interleaved(x[i / 2], x[i / 2 + number / 2], i % 2);
    UNROLL for (int i = 0; i < number; i++) x[i] = y[i];
  }
}

/* A vector whose lanes take turns, `group` at a time, with half of the sums of x and half of those of y. */
INLINE vector paired(vector x, vector y, const int group) {
  const lanes of_first = (numbers() & -(2 * group)) + (numbers() & (group - 1)) + (numbers() & group) * (LANES / group);
  return shuffled(x, y, of_first) + shuffled(x, y, of_first + group);
}

/* The sums of the lanes of each of so many vectors, at most LANES: in the lanes of the result. */
INLINE vector lane_sums(vector *x, const int number) {
  UNROLL for (int group = 1; group < number; group *= 2)
    UNROLL for (int i = 0; i < number / (2 * group); i++) x[i] = paired(x[2 * i], x[2 * i + 1], group);
  UNROLL for (int group = number; group < LANES; group *= 2) x[0] = paired(x[0], x[0], group);
  return x[0];
}

#ifdef __AVX2__
#include <immintrin.h>

/* The first lanes, from 0 to LANES of them, of a vector of the widest registers. */
#if WIDEST == 64
typedef unsigned mask;
INLINE mask first_lanes(BLASLONG number) { return (1u << number) - 1; }
#else
typedef lanes mask;
INLINE mask first_lanes(BLASLONG number) { return numbers() < (lane)number; }
#endif

/* The masked lanes at an address, zero in the others, which are not read. */
INLINE vector load_some(const FLOAT *from, mask some) {
#if WIDEST == 64 && defined(DOUBLE)
  return (vector)_mm512_maskz_loadu_pd(some, from);
#elif WIDEST == 64
  return (vector)_mm512_maskz_loadu_ps(some, from);
#elif defined(DOUBLE)
  return (vector)_mm256_maskload_pd(from, (__m256i)some);
#else
  return (vector)_mm256_maskload_ps(from, (__m256i)some);
#endif
}

/* The signs' bits. */
#define SIGNS ((lanes){0} + ((lane)1 << (8 * sizeof(lane) - 1)))

INLINE vector magnitudes(vector x) { return (vector)((lanes)x & ~SIGNS); }

/* x, which is positive, with the signs of y. */
INLINE vector with_signs_of(vector x, vector y) { return (vector)((lanes)x | ((lanes)y & SIGNS)); }

/* The larger numbers of both; of y if one is none. */
INLINE vector larger(vector x, vector y) {
#if WIDEST == 64 && defined(DOUBLE)
  return (vector)_mm512_max_pd((__m512d)x, (__m512d)y);
#elif WIDEST == 64
  return (vector)_mm512_max_ps((__m512)x, (__m512)y);
#elif defined(DOUBLE)
  return (vector)_mm256_max_pd((__m256d)x, (__m256d)y);
#else
  return (vector)_mm256_max_ps((__m256)x, (__m256)y);
#endif
}

INLINE FLOAT largest_lane(vector x) {
  UNROLL for (int apart = LANES / 2; apart; apart /= 2) x = larger(shuffled(x, x, numbers() ^ apart), x);
  return x[0];
}

/* In which lanes x and y are equal: a bit for each. */
INLINE unsigned equal_lanes(vector x, vector y) {
#if WIDEST == 64 && defined(DOUBLE)
  return _mm512_cmpeq_pd_mask((__m512d)x, (__m512d)y);
#elif WIDEST == 64
  return _mm512_cmpeq_ps_mask((__m512)x, (__m512)y);
#elif defined(DOUBLE)
  return _mm256_movemask_pd((__m256d)(x == y));
#else
  return _mm256_movemask_ps((__m256)(x == y));
#endif
}

/* The lanes that have a bit. */
INLINE mask lanes_at(unsigned bits) {
#if WIDEST == 64
  return bits;
#else
  return (((lanes){0} + (lane)bits) & (((lanes){0} + 1) << numbers())) != 0;
#endif
}

/* x in the masked lanes, and zero or y in the others. */
INLINE vector only_lanes(vector x, mask some) {
#if WIDEST == 64 && defined(DOUBLE)
  return (vector)_mm512_maskz_mov_pd(some, (__m512d)x);
#elif WIDEST == 64
  return (vector)_mm512_maskz_mov_ps(some, (__m512)x);
#else
  return (vector)((lanes)x & some);
#endif
}

INLINE vector lanes_or(vector x, mask some, vector y) {
#if WIDEST == 64 && defined(DOUBLE)
  return (vector)_mm512_mask_mov_pd((__m512d)y, some, (__m512d)x);
#elif WIDEST == 64
  return (vector)_mm512_mask_mov_ps((__m512)y, some, (__m512)x);
#elif defined(DOUBLE)
  return (vector)_mm256_blendv_pd((__m256d)y, (__m256d)x, (__m256d)some);
#else
  return (vector)_mm256_blendv_ps((__m256)y, (__m256)x, (__m256)some);
#endif
}

/* To an address that is a multiple of the vector's size. Before others read it comes _mm_sfence(). */
INLINE void store_past_cache(FLOAT *to, vector x) {
#if WIDEST == 64
  _mm512_stream_si512((void *)to, (__m512i)x);
#else
  _mm256_stream_si256((void *)to, (__m256i)x);
#endif
}

/* The masked lanes. */
INLINE void store_masked(FLOAT *to, mask some, vector x) {
#if WIDEST == 64 && defined(DOUBLE)
  _mm512_mask_storeu_pd(to, some, (__m512d)x);
#elif WIDEST == 64
  _mm512_mask_storeu_ps(to, some, (__m512)x);
#elif defined(DOUBLE)
  _mm256_maskstore_pd(to, (__m256i)some, (__m256d)x);
#else
  _mm256_maskstore_ps(to, (__m256i)some, (__m256)x);
#endif
}

/* Lanes that are the first ones. AVX2's store with a mask takes Zen 3 10 to 20 cycles, these branches 2 to 4. */
INLINE void store_some(FLOAT *to, mask some, vector x) {
#if WIDEST == 64
  store_masked(to, some, x);
#elif defined(DOUBLE)
  const int stored = _mm256_movemask_pd((__m256d)some);
  __m128d half = _mm256_castpd256_pd128((__m256d)x);
  if (stored & 2) {
    _mm_storeu_pd(to, half);
    if (!(stored & 4)) return;
    half = _mm256_extractf128_pd((__m256d)x, 1);
    to += 2;
    if (stored & 8) {
      _mm_storeu_pd(to, half);
      return;
    }
  }
  if (stored) _mm_store_sd(to, half);
#else
  int stored = _mm256_movemask_ps((__m256)some);
  __m128 half = _mm256_castps256_ps128((__m256)x);
  if (stored & 8) {
    _mm_storeu_ps(to, half);
    half = _mm256_extractf128_ps((__m256)x, 1);
    to += 4;
    stored >>= 4;
  }
  if (stored & 8) {
    _mm_storeu_ps(to, half);
    return;
  }
  if (stored & 2) {
    _mm_storel_pi((__m64 *)to, half);
    half = _mm_movehl_ps(half, half);
    to += 2;
    stored >>= 2;
  }
  if (stored & 1) _mm_store_ss(to, half);
#endif
}
#endif

/* Adds a product to a sum, or subtracts it, in its register: where all 16 of AVX2 are needed, GCC 12 moves sums from one to
   another otherwise, or to memory. */
#if defined(__FMA__) && WIDEST == 32 && defined(DOUBLE)
#define FMA(instruction, sum, x, y) __asm__(instruction "pd %2, %1, %0" : "+x"(sum) : "x"(x), "x"(y))
#elif defined(__FMA__) && WIDEST == 32
#define FMA(instruction, sum, x, y) __asm__(instruction "ps %2, %1, %0" : "+x"(sum) : "x"(x), "x"(y))
#endif

INLINE void add_product(vector *sum, vector x, vector y) {
#ifdef FMA
  FMA("vfmadd231", *sum, x, y);
#else
  *sum += x * y;
#endif
}

INLINE void take_product(vector *sum, vector x, vector y) {
#ifdef FMA
  FMA("vfnmadd231", *sum, x, y);
#else
  *sum -= x * y;
#endif
}

/* Steps of depth in each turn of the loop of a tile of products. Of complex numbers in double precision GCC 12 would keep the
   sums in memory then. */
enum { DEPTH_AT_ONCE = WIDEST == 64 || COMPSIZE * SIZE == 16 ? 1 : 4 };

/* Whether the sums of a tile begin as its first products. To add those to zero takes Zen 3 10 to 20 cycles more for each tile of
   twelve sums that are stored at its end, whoever makes the zeros. */
enum { SUMS_BEGIN_AS_PRODUCTS = WIDEST < 64 && COMPSIZE == 1 };

/* An address of a tile's column of C, found when it is needed: GCC 12 would keep those of all vectors from tile to tile, on the
   stack where it has no registers, and add to each. */
INLINE FLOAT *found_now(FLOAT *address) {
  __asm__("" : "+r"(address));
  return address;
}

/* Whether the vector is the first of a line of the cache, where one begins with the first vector. */
#define BEGINS_LINE(vector) ((vector) % (64 / WIDEST) == 0)

/* x, from memory once, however often it is used: GCC 12 has each operation with it read it again. */
INLINE vector in_register(vector x) {
#ifdef FMA
  __asm__("" : "+x"(x));
#endif
  return x;
}

#ifdef COMPLEX
/* -1 in the lanes of real parts. */
#define REAL_PARTS ((numbers() & 1) - 1)

/* x with the sign changed in these lanes. */
INLINE vector negated(vector x, lanes where) { return blended(x, -x, where); }

/* Real and imaginary parts exchanged. */
INLINE vector swapped(vector x) { return shuffled(x, x, numbers() ^ 1); }

/* x times the imaginary unit. */
INLINE vector turned(vector x) { return negated(swapped(x), REAL_PARTS); }
#endif

/* A vector times a number. */
#ifdef COMPLEX
#define SCALED_BY(x, factor) ((x) * factor##_r + turned(x) * factor##_i)
#else
#define SCALED_BY(x, factor) ((x) * factor)
#endif
