/* The limits of thread_limits.h for a CPU, CPU_THREAD_LIMITS(TS): more than where two threads were as fast as one in a loop of
 * one routine, since threads that are asleep take longer to begin, and where LAPACK's functions lose nothing: what comes before
 * and after a product has its numbers in one core's cache. Measured on Intel's server processors, whose cores are far from each
 * other, and with AVX2 on Zen 3, where a thread hears from another in a third of the time.
 */

#include "tuned/common/thread_limits.h"

#if defined(__AVX512F__) && defined(COMPLEX)
#define FOR_GEMV (SIZE == 4 ? 64000 : 24000), (SIZE == 4 ? 64000 : 24000)
#elif defined(__AVX512F__)
#define FOR_GEMV (SIZE == 4 ? 200000 : 170000), (SIZE == 4 ? 140000 : 90000)
#elif defined(COMPLEX)
#define FOR_GEMV (SIZE == 4 ? 30000 : 12500), (SIZE == 4 ? 15000 : LOWEST_GEMV_LIMIT)
#else
#define FOR_GEMV (SIZE == 4 ? 36000 : 30000), (SIZE == 4 ? 36000 : 22500)
#endif

#ifdef __AVX512F__
#define FOR_GEMM (80 * 80 * 80)
#else
#define FOR_GEMM LOWEST_GEMM_LIMIT
#endif

const thread_limits CPU_THREAD_LIMITS(TS) = {{FOR_GEMV}, FOR_GEMM};
