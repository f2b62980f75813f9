/* What libSystem has and this system has not, or otherwise: numbers of options, sizes of structures, and on ARM where
 * functions with any number of arguments find them.
 */

#define _GNU_SOURCE
#include "darwin.h"
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static FILE *error_stream, *output_stream;
static uintptr_t guard = (uintptr_t)0x5ca1ab1e00c0ffee;

void darwin_prepare(void)
{
    error_stream = stderr;
    output_stream = stdout;
}

static void assertion(const char *function, const char *file, int line, const char *text)
{
    fprintf(stderr, "%s:%d: %s: %s\n", file, line, function, text);
    abort();
}

static void zero(void *place, size_t size)
{
    memset(place, 0, size);
}

static void nothing(void)
{
}

/* What Apple's and LLVM's compilers make of loops that write the same number, and of sine and cosine of one. */
static void fill(char *place, const char *pattern, size_t size)
{
    size_t i;

    for (i = 0; i < size; i++)
        place[i] = pattern[i % 16];
}

struct two_doubles {
    double sine, cosine;
};

struct two_floats {
    float sine, cosine;
};

static struct two_doubles both(double x)
{
    struct two_doubles result = {sin(x), cos(x)};

    return result;
}

static struct two_floats both_float(float x)
{
    struct two_floats result = {sinf(x), cosf(x)};

    return result;
}

/* --- Memory and processors ------------------------------------------------------------------------------------- */

enum { PLACED = 0x13, ANONYMOUS = 0x1000 };

static void *map(void *place, size_t size, int protection, int flags, int file, off_t offset)
{
    return mmap(place, size, protection, (flags & PLACED) | (flags & ANONYMOUS ? MAP_ANONYMOUS : 0), file, offset);
}

static int limit(int resource, struct rlimit *limits)
{
    (void)resource;
    limits->rlim_cur = limits->rlim_max = RLIM_INFINITY;
    return 0;
}

static long configuration(int name)
{
    enum { PAGE_SIZE = 29, PROCESSORS = 57, PROCESSORS_ONLINE = 58 };

    switch (name) {
    case PAGE_SIZE: return sysconf(_SC_PAGESIZE);
    case PROCESSORS:
    case PROCESSORS_ONLINE: return sysconf(_SC_NPROCESSORS_ONLN);
    default: errno = EINVAL; return -1;
    }
}

static int tell_time(int clock, struct timespec *time)
{
    enum { MONOTONIC_RAW = 4, MONOTONIC = 6, PROCESS = 12, THREAD = 16 };

    switch (clock) {
    case 0: return clock_gettime(CLOCK_REALTIME, time);
    case MONOTONIC_RAW: return clock_gettime(CLOCK_MONOTONIC_RAW, time);
    case MONOTONIC: return clock_gettime(CLOCK_MONOTONIC, time);
    case PROCESS: return clock_gettime(CLOCK_PROCESS_CPUTIME_ID, time);
    case THREAD: return clock_gettime(CLOCK_THREAD_CPUTIME_ID, time);
    default: errno = EINVAL; return -1;
    }
}

/* Numbers of processors; all else is not there, as on a system that does not know the name. */
static int give_processors(void *value, size_t *size)
{
    int processors = (int)sysconf(_SC_NPROCESSORS_ONLN);

    if (value == NULL || *size < sizeof processors)
        return -1;
    memset(value, 0, *size);
    memcpy(value, &processors, sizeof processors);
    return 0;
}

static int control_by_name(const char *name, void *value, size_t *size, void *given, size_t given_size)
{
    static const char *const known[] = {"hw.ncpu", "hw.activecpu", "hw.logicalcpu", "hw.physicalcpu", "hw.availcpu"};
    size_t i;

    (void)given;
    (void)given_size;
    for (i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(name, known[i]) == 0)
            return give_processors(value, size);
    errno = ENOENT;
    return -1;
}

static int control(const int *name, unsigned length, void *value, size_t *size, void *given, size_t given_size)
{
    enum { HARDWARE = 6, PROCESSORS = 3, AVAILABLE = 25 };

    (void)given;
    (void)given_size;
    if (length == 2 && name[0] == HARDWARE && (name[1] == PROCESSORS || name[1] == AVAILABLE))
        return give_processors(value, size);
    errno = ENOENT;
    return -1;
}

/* --- Threads: structures are as large there as here, or larger; static ones begin with a signature ---------------- */

enum { MUTEX_SIGNATURE = 0x32AAABA7, CONDITION_SIGNATURE = 0x3CB0B1BB, ONCE_SIGNATURE = 0x30B1BCBA };

_Static_assert(sizeof(pthread_mutex_t) <= 64, "a mutex has 64 bytes there");
_Static_assert(sizeof(pthread_cond_t) <= 48, "a condition has 48 bytes there");
_Static_assert(sizeof(pthread_attr_t) <= 64, "attributes have 64 bytes there");

static pthread_mutex_t first_use = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

static void *used(void *structure, long signature, size_t size)
{
    if (__atomic_load_n((long *)structure, __ATOMIC_ACQUIRE) == signature) {
        pthread_mutex_lock(&first_use);
        if (*(long *)structure == signature)
            memset(structure, 0, size); /* as this system's initializers */
        pthread_mutex_unlock(&first_use);
    }
    return structure;
}

#define MUTEX(mutex) used(mutex, MUTEX_SIGNATURE, sizeof(pthread_mutex_t))
#define CONDITION(condition) used(condition, CONDITION_SIGNATURE, sizeof(pthread_cond_t))

static int mutex_init(void *mutex, const void *attributes)
{
    (void)attributes;
    return pthread_mutex_init(mutex, NULL);
}

static int mutex_lock(void *mutex)
{
    return pthread_mutex_lock(MUTEX(mutex));
}

static int mutex_trylock(void *mutex)
{
    return pthread_mutex_trylock(MUTEX(mutex));
}

static int mutex_unlock(void *mutex)
{
    return pthread_mutex_unlock(MUTEX(mutex));
}

static int mutex_destroy(void *mutex)
{
    return pthread_mutex_destroy(MUTEX(mutex));
}

static int condition_init(void *condition, const void *attributes)
{
    (void)attributes;
    return pthread_cond_init(condition, NULL);
}

static int condition_wait(void *condition, void *mutex)
{
    return pthread_cond_wait(CONDITION(condition), MUTEX(mutex));
}

static int condition_signal(void *condition)
{
    return pthread_cond_signal(CONDITION(condition));
}

static int condition_broadcast(void *condition)
{
    return pthread_cond_broadcast(CONDITION(condition));
}

static int condition_destroy(void *condition)
{
    return pthread_cond_destroy(CONDITION(condition));
}

static int once(long *control, void (*function)(void))
{
    pthread_mutex_lock(&first_use);
    if (*control == ONCE_SIGNATURE) {
        *control = 0;
        function();
    }
    pthread_mutex_unlock(&first_use);
    return 0;
}

static int key_create(unsigned long *key, void (*destructor)(void *))
{
    pthread_key_t made;
    int failed = pthread_key_create(&made, destructor);

    *key = made;
    return failed;
}

static int at_fork(void (*before)(void), void (*parent)(void), void (*child)(void))
{
    return pthread_atfork(before, parent, child);
}

/* Variables of threads: where the one is that a descriptor speaks of. No register but the result's may change. */
__thread char thread_variables[THREAD_ROOM] __attribute__((tls_model("initial-exec"), visibility("hidden"), aligned(16)));
void thread_variable(void) __attribute__((visibility("hidden")));

#if defined(__x86_64__)
__asm__(".text\n"
        ".globl thread_variable\n"
        "thread_variable:\n"
        "    movq thread_variables@gottpoff(%rip), %rax\n"
        "    addq %fs:0, %rax\n"
        "    addq 16(%rdi), %rax\n"
        "    ret\n");
#elif defined(__aarch64__)
__asm__(".text\n"
        ".globl thread_variable\n"
        "thread_variable:\n"
        "    stp x16, x17, [sp, #-16]!\n"
        "    ldr x16, [x0, #16]\n"
        "    adrp x17, :gottprel:thread_variables\n"
        "    ldr x17, [x17, :gottprel_lo12:thread_variables]\n"
        "    mrs x0, tpidr_el0\n"
        "    add x0, x0, x17\n"
        "    add x0, x0, x16\n"
        "    ldp x16, x17, [sp], #16\n"
        "    ret\n");
#endif

/* --- Output: on ARM, macOS passes the arguments behind the dots on the stack, and Linux first in registers --------- */

#if defined(__aarch64__)
static va_list *arguments(va_list *list, void *stack)
{
    struct {
        void *stack, *general_end, *vector_end;
        int general_left, vector_left;
    } all_on_the_stack = {stack, NULL, NULL, 0, 0};

    _Static_assert(sizeof all_on_the_stack == sizeof *list, "the list of arguments is laid out so");
    memcpy(list, &all_on_the_stack, sizeof *list);
    return list;
}

/* A function that gives another one the stack's address as its argument with this number. */
#define WITH_STACK(name, number, body)                                                     \
    void name(void) __attribute__((visibility("hidden")));                                 \
    __asm__(".text\n.globl " #name "\n" #name ":\n    mov x" #number ", sp\n    b " #body "\n")

WITH_STACK(print_to, 2, print_to_list);
WITH_STACK(print, 1, print_list);
WITH_STACK(print_text, 2, print_text_list);
WITH_STACK(print_text_of, 3, print_text_of_list);
WITH_STACK(print_checked, 4, print_checked_list);
WITH_STACK(print_checked_of, 5, print_checked_of_list);
WITH_STACK(scan_text, 2, scan_text_list);

__attribute__((visibility("hidden"))) int print_to_list(FILE *stream, const char *format, void *stack)
{
    va_list list;

    return vfprintf(stream, format, *arguments(&list, stack));
}

__attribute__((visibility("hidden"))) int print_list(const char *format, void *stack)
{
    va_list list;

    return vprintf(format, *arguments(&list, stack));
}

__attribute__((visibility("hidden"))) int print_text_list(char *text, const char *format, void *stack)
{
    va_list list;

    return vsprintf(text, format, *arguments(&list, stack));
}

__attribute__((visibility("hidden"))) int print_text_of_list(char *text, size_t size, const char *format, void *stack)
{
    va_list list;

    return vsnprintf(text, size, format, *arguments(&list, stack));
}

__attribute__((visibility("hidden"))) int print_checked_list(char *text, int flag, size_t room, const char *format,
                                                             void *stack)
{
    va_list list;

    (void)flag;
    (void)room;
    return vsprintf(text, format, *arguments(&list, stack));
}

__attribute__((visibility("hidden"))) int print_checked_of_list(char *text, size_t size, int flag, size_t room,
                                                                const char *format, void *stack)
{
    va_list list;

    (void)flag;
    (void)room;
    return vsnprintf(text, size, format, *arguments(&list, stack));
}

__attribute__((visibility("hidden"))) int scan_text_list(const char *text, const char *format, void *stack)
{
    va_list list;

    return vsscanf(text, format, *arguments(&list, stack));
}
#endif

/* ----------------------------------------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    void *address;
} symbols[] = {
    {"__assert_rtn", (void *)assertion},
    {"__bzero", (void *)zero},
    {"bzero", (void *)zero},
    {"__error", (void *)__errno_location},
    {"__stack_chk_guard", &guard},
    {"__sincos_stret", (void *)both},
    {"__sincosf_stret", (void *)both_float},
    {"__exp10", (void *)(double (*)(double))exp10},
    {"memset_pattern16", (void *)fill},
    {"__stderrp", &error_stream},
    {"__stdoutp", &output_stream},
    {"_tlv_bootstrap", (void *)thread_variable},
    {"dyld_stub_binder", (void *)abort},
    {"mmap", (void *)map},
    {"getrlimit", (void *)limit},
    {"setrlimit", (void *)limit},
    {"clock_gettime", (void *)tell_time},
    {"sysconf", (void *)configuration},
    {"sysctl", (void *)control},
    {"sysctlbyname", (void *)control_by_name},
    {"pthread_atfork", (void *)at_fork},
    {"pthread_cond_broadcast", (void *)condition_broadcast},
    {"pthread_cond_destroy", (void *)condition_destroy},
    {"pthread_cond_init", (void *)condition_init},
    {"pthread_cond_signal", (void *)condition_signal},
    {"pthread_cond_wait", (void *)condition_wait},
    {"pthread_key_create", (void *)key_create},
    {"pthread_mutex_destroy", (void *)mutex_destroy},
    {"pthread_mutex_init", (void *)mutex_init},
    {"pthread_mutex_lock", (void *)mutex_lock},
    {"pthread_mutex_trylock", (void *)mutex_trylock},
    {"pthread_mutex_unlock", (void *)mutex_unlock},
    {"pthread_once", (void *)once},
    {"pthread_jit_write_protect_np", (void *)nothing},
    {"sys_icache_invalidate", (void *)nothing},
    {"__chkstk_darwin", (void *)nothing},
#if defined(__aarch64__)
    {"fprintf", (void *)print_to},
    {"printf", (void *)print},
    {"sprintf", (void *)print_text},
    {"snprintf", (void *)print_text_of},
    {"__sprintf_chk", (void *)print_checked},
    {"__snprintf_chk", (void *)print_checked_of},
    {"sscanf", (void *)scan_text},
#endif
};

void *darwin_symbol(const char *name)
{
    size_t i;

    for (i = 0; i < sizeof symbols / sizeof *symbols; i++)
        if (strcmp(name, symbols[i].name) == 0)
            return symbols[i].address;
    return NULL;
}
