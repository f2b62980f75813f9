/* The function of syrk_choice.h. */

#include "tuned/common/chooser.h"
#include "tuned/level3/syrk_choice.h"

typedef syrk_kernel *kernel_address;
CHOOSER(kernel_address, syrk_kernel)

int SYRK_BY_TILES(int lower, int transposed, int hermitian, const blas_arg_t *args, BLASLONG from, BLASLONG to,
                  FLOAT *buffer) {
  const kernel_address *kernel = chosen_syrk_kernel();
  const BLASLONG next = COMPSIZE, column = args->lda * COMPSIZE;
  const factor a = {args->a, transposed ? column : next, transposed ? next : column};
  const FLOAT *given_alpha = args->alpha, *given_beta = args->beta;
  /* HERK's are real, and OpenBLAS's drivers have none for one. */
  FLOAT alpha[] = {0, 0}, beta[] = {1, 0};

  if (!kernel || !*kernel || from >= to || args->k == 0 || !given_alpha) return 0;
  for (int part = 0; part < (hermitian ? 1 : COMPSIZE); part++) {
    alpha[part] = given_alpha[part];
    if (given_beta) beta[part] = given_beta[part];
  }
  if (alpha[0] == 0 && alpha[1] == 0) return 0;
  return (*kernel)(lower, !hermitian ? SYMMETRIC : transposed ? CONJUGATED_FIRST : CONJUGATED_SECOND, args->n, args->k, from, to,
            alpha, &a, beta, args->c, args->ldc, buffer);
}
