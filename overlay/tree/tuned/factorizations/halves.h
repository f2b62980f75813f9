/* What is the same for all that goes by halves: from how many columns on, more than FEW_COLUMNS, and where it parts. */

#include "tuned/level3/trsm_driver.h"

#define FIRST_HALF(number) (((number) / 2 + 7) / 8 * 8)

static int is_for_halves(BLASLONG n) { return n > FEW_COLUMNS && IS_FOR_TRSM_BY_HALVES(n); }
