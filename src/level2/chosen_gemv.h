/* The function of gemv_choice.h. */

#include <limits.h>

#include "tuned/common/chooser.h"
#include "tuned/level2/gemv_choice.h"

CHOOSER(gemv_limits, gemv_limits)

gemv_limits CHOSEN_GEMV_LIMITS(void) {
  const gemv_limits *limits = chosen_gemv_limits();
  return limits ? *limits : (gemv_limits){{LONG_MAX, LONG_MAX}};
}
