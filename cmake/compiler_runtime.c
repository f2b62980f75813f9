/* What Clang takes from its own run-time library where the library is linked without that.
 *
 * __builtin_cpu_supports() looks into a table of the CPU's features. Of them all "avx2" is what is asked for here: the
 * others are not filled in.
 */

#if defined(__x86_64__)
#include <cpuid.h>

enum { AVX2 = 10 };

struct {
    unsigned vendor, type, subtype, features[1];
} __cpu_model;

/* Whether the system keeps the longer registers of each thread. */
static int keeps_registers(void)
{
    unsigned low, high;

    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (low & 6) == 6;
}

__attribute__((constructor)) static void look_at_cpu(void)
{
    unsigned a, b, c, d;

    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_OSXSAVE) || !(c & bit_AVX) || !keeps_registers())
        return;
    if (__get_cpuid_count(7, 0, &a, &b, &c, &d) && b & bit_AVX2)
        __cpu_model.features[0] |= 1U << AVX2;
}
#else
typedef int nothing_is_needed;
#endif
