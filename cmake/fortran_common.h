/* What fortran_runtime.c and flang_runtime.c, the run-time libraries of two compilers, have in common.
 *
 *   int cpu_time(float *user, float *system)   seconds in the process's own code and in the system's; 0 if nobody knows,
 *                                              and then nothing is written
 *   POWER(name, real, integer)                 defines a function that takes a real number to an integer power
 */

#include <stdint.h>
#ifdef _WIN32
#include <windows.h>
#else
#include <sys/resource.h>
#endif

#ifdef _WIN32
static float seconds(FILETIME time)
{
    /* It counts tenths of microseconds. */
    return (float)((double)(((uint64_t)time.dwHighDateTime << 32) | time.dwLowDateTime) * 1e-7);
}

static int cpu_time(float *user, float *system)
{
    FILETIME begun, ended, in_kernel, in_user;

    if (!GetProcessTimes(GetCurrentProcess(), &begun, &ended, &in_kernel, &in_user))
        return 0;
    *user = seconds(in_user);
    *system = seconds(in_kernel);
    return 1;
}
#else
static float seconds(struct timeval time)
{
    return (float)time.tv_sec + (float)time.tv_usec * 1e-6f;
}

static int cpu_time(float *user, float *system)
{
    struct rusage usage;

    if (getrusage(RUSAGE_SELF, &usage) != 0)
        return 0;
    *user = seconds(usage.ru_utime);
    *system = seconds(usage.ru_stime);
    return 1;
}
#endif

/* base ** exponent by squaring. The magnitude is unsigned: -INT64_MIN does not fit into int64_t. */
#define POWER(name, real, integer)                                               \
    real name(real base, integer exponent)                                       \
    {                                                                            \
        uint64_t left = exponent < 0 ? -(uint64_t)exponent : (uint64_t)exponent; \
        real result = 1;                                                         \
        if (exponent < 0)                                                        \
            base = 1 / base;                                                     \
        for (; left != 0; left >>= 1, base *= base)                              \
            if (left & 1)                                                        \
                result *= base;                                                  \
        return result;                                                           \
    }
