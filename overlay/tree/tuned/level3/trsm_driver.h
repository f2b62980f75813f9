/* What OpenBLAS's drivers of TRSM and TRMM, trsm_L.c and its like, call before they begin: trsm_halves.h. */

#include "tuned/common/names.h"

enum { TRSM_RIGHT = 1, TRSM_TRANSPOSED = 2, TRSM_CONJUGATED = 4, TRSM_UPPER = 8, TRSM_UNIT = 16 };

#define IS_FOR_TRSM_BY_HALVES TYPED(is_for_trsm_by_halves)
#define TRSM_BY_HALVES TYPED(trsm_by_halves)

/* Whether the CPU has a solver that is for so many unknowns. */
int IS_FOR_TRSM_BY_HALVES(BLASLONG unknowns);

/* Solves with it, also more or fewer unknowns. The kind is a sum of those above. */
void TRSM_BY_HALVES(int kind, BLASLONG unknowns, BLASLONG systems, FLOAT *a, BLASLONG lda, FLOAT *b, BLASLONG ldb, FLOAT *sa,
                    FLOAT *sb);

#define IS_FOR_TRMM_BY_TILES TYPED(is_for_trmm_by_tiles)
#define TRMM_BY_TILES TYPED(trmm_by_tiles)

/* The same for TRMM, X = op(A) B or B op(A). */
int IS_FOR_TRMM_BY_TILES(int kind, BLASLONG unknowns);
void TRMM_BY_TILES(int kind, BLASLONG unknowns, BLASLONG systems, FLOAT *a, BLASLONG lda, FLOAT *b, BLASLONG ldb, FLOAT *sb);

/* The kind of this driver, but for TRSM_RIGHT. */
#ifdef TRANSA
#define IF_TRANSPOSED TRSM_TRANSPOSED
#else
#define IF_TRANSPOSED 0
#endif
#ifdef CONJ
#define IF_CONJUGATED TRSM_CONJUGATED
#else
#define IF_CONJUGATED 0
#endif
#ifdef UPPER
#define IF_UPPER TRSM_UPPER
#else
#define IF_UPPER 0
#endif
#ifdef UNIT
#define IF_UNIT TRSM_UNIT
#else
#define IF_UNIT 0
#endif
#define TRSM_KIND (IF_TRANSPOSED | IF_CONJUGATED | IF_UPPER | IF_UNIT)

/* Steps along the diagonal. HASWELL's kernels for STRSM, which are its own, are as fast as its GEMM. */
#define TRSM_STEPS (SIZE == 4 && COMPSIZE == 1 ? 1 : 8)
