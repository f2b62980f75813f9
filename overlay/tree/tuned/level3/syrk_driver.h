/* What OpenBLAS's drivers of SYRK and HERK, copies of syrk_k.c and zherk_k.c, call before they begin: syrk_choice.h. */

#include "tuned/level3/syrk_choice.h"

#ifdef LOWER
#define IS_LOWER 1
#else
#define IS_LOWER 0
#endif
#ifdef TRANS
#define IS_TRANSPOSED 1
#else
#define IS_TRANSPOSED 0
#endif
#ifdef HERK
#define IS_HERMITIAN 1
#else
#define IS_HERMITIAN 0
#endif

/* These columns, by way of sb, which is for as many numbers as this asks for. */
static int syrk_by_tiles(const blas_arg_t *args, BLASLONG from, BLASLONG to, FLOAT *sb) {
  if (SYRK_BUFFER(args->n, args->k) > GEMM_Q * GEMM_R * COMPSIZE) return 0;
  return SYRK_BY_TILES(IS_LOWER, IS_TRANSPOSED, IS_HERMITIAN, args, from, to, sb);
}
