/* How many threads of the program are in the library now, each of which wants a CPU.
 *
 * What:    openblas_call_begins() and openblas_call_ends() mark a call that has a buffer; openblas_callers() counts other
 *          threads that are in one, or asked for threads a moment ago: short calls have no buffer.
 * For:     all CPUs and systems. Included once, by memory.c.
 * Callers: memory.c marks; pool.h asks whether threads of the library would only take CPUs from other callers.
 * Threads: each has a line of the cache for itself, and reads the others' only when it asks. From the 129th thread on two
 *          may share one, and then count as one. No stack and no buffers.
 */

#include <string.h>
#ifndef OS_WINDOWS
#include <time.h>
#endif

#define MOST_CALLERS 128
/* Nanoseconds. Between two calls a caller is outside for less; whoever takes over from another one comes later. */
#define A_MOMENT 200000

static struct caller {
  int calls;         /* that it is in now */
  long long asked; /* for threads, in nanoseconds */
} __attribute__((aligned(64))) callers[MOST_CALLERS];
static int last_caller;
static __thread struct caller *this_caller;

static struct caller *caller_of_this_thread(void) {
  if (!this_caller) this_caller = &callers[(unsigned)__atomic_fetch_add(&last_caller, 1, __ATOMIC_RELAXED) % MOST_CALLERS];
  return this_caller;
}

void openblas_call_begins(void) { __atomic_fetch_add(&caller_of_this_thread()->calls, 1, __ATOMIC_RELAXED); }
void openblas_call_ends(void) { __atomic_fetch_sub(&caller_of_this_thread()->calls, 1, __ATOMIC_RELAXED); }

static long long nanoseconds(void) {
#ifdef OS_WINDOWS
  LARGE_INTEGER ticks, a_second;
  QueryPerformanceFrequency(&a_second);
  QueryPerformanceCounter(&ticks);
  return (long long)((double)ticks.QuadPart * 1e9 / (double)a_second.QuadPart);
#else
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
#endif
}

/* Counts other threads, up to as many as are enough to know; `asks` if the caller is about to use threads itself. */
int openblas_callers(int enough, int asks) {
  const long long now = nanoseconds();
  const unsigned all = (unsigned)__atomic_load_n(&last_caller, __ATOMIC_RELAXED);
  int found = 0;
  for (struct caller *other = callers; other < callers + (all < MOST_CALLERS ? all : MOST_CALLERS) && found < enough; other++)
    if (other != this_caller && (__atomic_load_n(&other->calls, __ATOMIC_RELAXED) > 0 ||
                                 now - __atomic_load_n(&other->asked, __ATOMIC_RELAXED) < A_MOMENT))
      found++;
  if (asks) __atomic_store_n(&caller_of_this_thread()->asked, now, __ATOMIC_RELAXED);
  return found;
}

/* After a fork the child has one thread, which is not in a call. */
void openblas_callers_forget(void) { memset(callers, 0, sizeof callers); }
