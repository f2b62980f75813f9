/* Inverse of a triangular matrix by halves, in one thread, where the CPU has a solver for triangular systems; in copies of
 * OpenBLAS's. TRTRI_UPPER says of which triangle. docs/speed.md has the figures.
 */

/* Columns that are inverted one by one. */
#define FEW_COLUMNS 16

#include "tuned/factorizations/halves.h"

#if TRTRI_UPPER
#define TRTRI_KIND (TRSM_UPPER | IF_UNIT)
#else
#define TRTRI_KIND IF_UNIT
#endif
#if TRTRI_UPPER && defined(UNIT)
#define FEW_INVERTED TRTI2_UU
#elif TRTRI_UPPER
#define FEW_INVERTED TRTI2_UN
#elif defined(UNIT)
#define FEW_INVERTED TRTI2_LU
#else
#define FEW_INVERTED TRTI2_LN
#endif

static void invert(BLASLONG n, FLOAT *a, BLASLONG lda, FLOAT *sa, FLOAT *sb) {
  if (n <= FEW_COLUMNS) {
    blas_arg_t args = {.n = n, .a = a, .lda = lda};
    FEW_INVERTED(&args, NULL, NULL, sa, sb, 0);
    return;
  }
  const BLASLONG half = FIRST_HALF(n), other = n - half;
  FLOAT *rest = a + half * (lda + 1) * COMPSIZE, *beside = a + half * (TRTRI_UPPER ? lda : 1) * COMPSIZE;
  /* Minus the inverses of both triangles on the diagonal, with what is beside them between. */
  const BLASLONG rows = TRTRI_UPPER ? half : other, columns = n - rows;
  TRSM_BY_HALVES(TRTRI_KIND, rows, columns, TRTRI_UPPER ? a : rest, lda, beside, lda, sa, sb);
  TRSM_BY_HALVES(TRSM_RIGHT | TRTRI_KIND, columns, rows, TRTRI_UPPER ? rest : a, lda, beside, lda, sa, sb);
  for (BLASLONG j = 0; j < columns; j++)
    for (BLASLONG i = 0; i < rows * COMPSIZE; i++) beside[j * lda * COMPSIZE + i] *= -1;
  invert(half, a, lda, sa, sb);
  invert(other, rest, lda, sa, sb);
}
