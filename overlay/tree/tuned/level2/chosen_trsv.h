/* The function of trsv_choice.h. */

#include "tuned/common/chooser.h"
#include "tuned/level2/trsv_choice.h"

CHOOSER(trsv_kernel, trsv_kernel)

trsv_kernel CHOSEN_TRSV_KERNEL(void) {
  const trsv_kernel *kernel = chosen_trsv_kernel();
  return kernel ? *kernel : NULL;
}
