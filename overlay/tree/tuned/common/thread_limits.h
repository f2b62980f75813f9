/* From which size on more than one thread pays, for the CPU that OpenBLAS chose: cpu_thread_limits.h has the values. */

#include "tuned/common/names.h"

#define CPU_THREAD_LIMITS(cpu) FOR_CPU(TYPED(thread_limits), cpu)
#define CHOSEN_THREAD_LIMITS TYPED(chosen_limits_of_threads)

/* No CPU's limits are lower: what is below needs no look at them. */
#define LOWEST_GEMV_LIMIT 9500
#define LOWEST_GEMM_LIMIT (63 * 63 * 63)

typedef struct {
  BLASLONG gemv[2]; /* numbers of A, though x comes from one thread and y goes back to it; those of A transposed come second */
  BLASLONG gemm;    /* multiplications of real numbers, of which complex ones take four */
} thread_limits;

/* None if OpenBLAS chose kernels that are not this library's. */
thread_limits CHOSEN_THREAD_LIMITS(void);
