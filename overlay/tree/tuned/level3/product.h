/* C -= op(A) op(B) within drivers, by the kernels for small matrices where the product is one for them: product_driver.h. */

#include "tuned/common/names.h"

/* How A or B is taken: transposed, conjugated, or both. */
enum { TRANSPOSED_OP = 1, CONJUGATED_OP = 2 };

#define SUBTRACT_PRODUCT TYPED(subtract_product)

void SUBTRACT_PRODUCT(int op_a, int op_b, BLASLONG m, BLASLONG n, BLASLONG k, FLOAT *a, BLASLONG lda, FLOAT *b, BLASLONG ldb,
                      FLOAT *c, BLASLONG ldc, FLOAT *sa, FLOAT *sb);
