/* GESV of a few unknowns, which needs no buffer: in a copy of OpenBLAS's interface, that has one allocated, and solves for the
 * unknowns by functions for many. docs/speed.md has the figures.
 */

#include "tuned/common/inverse.h"
#include "tuned/common/numbers.h"
#include "tuned/common/smallest.h"

/* Unknowns up to which the factorization takes no recursion, and the numbers that GEMV and TRSV may want of a buffer. */
#define FEW_UNKNOWNS (COMPSIZE == 1 ? 7 : 12)
#define FOR_KERNELS 512
/* Numbers of right sides up to which loops are faster than those functions. */
#define FEW_NUMBERS (COMPSIZE == 1 ? 25 : 12)

/* The number of A in this row and column. */
#define AT(row, column) (a + ((row) + (column) * lda) * COMPSIZE)

/* The inverses of the diagonal, or of multiples; returns those of which it is: a bit for each. */
static unsigned invert_diagonal(BLASLONG n, const FLOAT *a, BLASLONG lda, FLOAT *inverse) {
  unsigned of_multiples = 0;
  for (BLASLONG i = 0; i < n; i++)
    of_multiples |= (unsigned)set_finite_inverse(inverse + i * COMPSIZE, AT(i, i), magnitude(AT(i, i))) << i;
  return of_multiples;
}

/* Solves L U x = P b, in b's place, with the inverses of U's diagonal. */
static void solve_few(BLASLONG n, const FLOAT *a, BLASLONG lda, const blasint *pivots, const FLOAT *inverse,
                      unsigned of_multiples, FLOAT *b) {
  for (BLASLONG i = 0; i < n; i++) exchange(b + i * COMPSIZE, b + (pivots[i] - 1) * COMPSIZE);
  for (BLASLONG j = 0; j < n; j++)
    for (BLASLONG i = j + 1; i < n; i++) subtract(b + i * COMPSIZE, AT(i, j), b + j * COMPSIZE);
  for (BLASLONG j = n - 1; j >= 0; j--) {
    FLOAT *x = b + j * COMPSIZE;
    set_product(x, inverse + j * COMPSIZE, x);
    if (of_multiples >> j & 1)
      for (int part = 0; part < COMPSIZE; part++) x[part] /= SMALLEST;
    for (BLASLONG i = 0; i < j; i++) subtract(b + i * COMPSIZE, AT(i, j), x);
  }
}

/* Solves, if it is for so few; else returns 0. `info` as GESV has it. */
static int small_gesv(blas_arg_t *args, BLASLONG right_sides, blasint *info) {
  if (args->m > FEW_UNKNOWNS || args->m * right_sides > FEW_NUMBERS) return 0;
  FLOAT buffer[FOR_KERNELS] __attribute__((aligned(64))), inverse[FEW_UNKNOWNS * COMPSIZE];
  args->n = args->m;
  *info = GETF2(args, NULL, NULL, NULL, buffer, 0);
  args->n = right_sides;
  if (*info) return 1;
  const unsigned of_multiples = invert_diagonal(args->m, args->a, args->lda, inverse);
  for (BLASLONG j = 0; j < right_sides; j++)
    solve_few(args->m, args->a, args->lda, args->c, inverse, of_multiples,
              (FLOAT *)args->b + j * args->ldb * COMPSIZE);
  return 1;
}
