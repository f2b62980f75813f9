/* TRMM of a B with NaN or Inf in it, a vector at a time: for trmm_L.c and trmm_R.c, which call it first.
 *
 * The kernels multiply the squares on the diagonal of the triangle as if there were zeros beside it. Zero times NaN or
 * Inf is NaN, in rows or columns that don't depend on that number. TRMV reads nothing but the triangle.
 *
 * For any CPU. Needs `buffer` to be as large as TRMV wants it, which the drivers' is. Calls itself no threads.
 */

#ifdef COMPLEX
#define TRMV_OF(op, triangle, diagonal) ZTRMV_##op##triangle##diagonal
#else
#define TRMV_OF(op, triangle, diagonal) TRMV_##op##triangle##diagonal
#endif

/* Of B op(A) each row is op(A)^T times it. */
#if defined(TRMM_RIGHT) == defined(TRANSA) && !defined(CONJ)
#define TRMV_OP N
#elif !defined(CONJ)
#define TRMV_OP T
#elif defined(TRMM_RIGHT) == defined(TRANSA)
#define TRMV_OP R
#else
#define TRMV_OP C
#endif
#ifdef UPPER
#define TRMV_TRIANGLE U
#else
#define TRMV_TRIANGLE L
#endif
#ifdef UNIT
#define TRMV_DIAGONAL U
#else
#define TRMV_DIAGONAL N
#endif
#define TRMV_CALLED(op, triangle, diagonal) TRMV_OF(op, triangle, diagonal)
#define TRMV_HERE TRMV_CALLED(TRMV_OP, TRMV_TRIANGLE, TRMV_DIAGONAL)

#include "driver/level3/nonfinite.h"

/* Whether it is done, since there are such numbers. */
static int trmm_by_vectors(BLASLONG m, BLASLONG n, FLOAT *a, BLASLONG lda, FLOAT *b, BLASLONG ldb, FLOAT *buffer) {
  if (is_finite(WHOLE, m, n, b, ldb)) return 0;
#ifdef TRMM_RIGHT
  for (BLASLONG i = 0; i < m; i++) TRMV_HERE(n, a, lda, b + i * COMPSIZE, ldb, buffer);
#else
  for (BLASLONG j = 0; j < n; j++) TRMV_HERE(m, a, lda, b + j * ldb * COMPSIZE, 1, buffer);
#endif
  return 1;
}
