/* The function of thread_limits.h. */

#include "tuned/common/chooser.h"
#include "tuned/common/thread_limits.h"

CHOOSER(thread_limits, thread_limits)

thread_limits CHOSEN_THREAD_LIMITS(void) {
  const thread_limits *limits = chosen_thread_limits();
  return limits ? *limits : (thread_limits){.gemm = 0};
}
