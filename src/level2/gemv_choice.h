/* From which size on GEMV takes more than one thread, for the CPU that OpenBLAS chose: gemv_limits.h. */

#include "tuned/common/names.h"

#define GEMV_LIMITS(cpu) FOR_CPU(TYPED(gemv_limits), cpu)
#define CHOSEN_GEMV_LIMITS TYPED(gemv_limits_of_cpu)

/* Numbers of A for which two threads pay, though x comes from one and y goes back to it; those of A transposed come second. */
typedef struct {
  BLASLONG numbers[2];
} gemv_limits;

gemv_limits CHOSEN_GEMV_LIMITS(void);
