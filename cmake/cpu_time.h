/* CPU time of this process, for ETIME in the run-time libraries of Fortran: fortran_runtime.c and flang_runtime.c.
 *
 *   int cpu_time(float *user, float *system)
 *
 * Seconds in the process's own code and in the system's. Returns 0 if nobody knows, and writes nothing then.
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
