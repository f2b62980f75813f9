/* Which threads callers.h counts: those in a call, and those that asked a moment ago. Ends with the number of the wrong step. */
#include "callers.h"

#include <pthread.h>
#include <unistd.h>

static pthread_barrier_t step;

static void *other(void *nothing)
{
    (void)nothing;
    openblas_call_begins();
    pthread_barrier_wait(&step); /* 1: in a call */
    pthread_barrier_wait(&step);
    openblas_call_ends();
    pthread_barrier_wait(&step); /* 2: never asked */
    pthread_barrier_wait(&step);
    openblas_callers(1, 1);
    pthread_barrier_wait(&step); /* 3: asked */
    pthread_barrier_wait(&step);
    openblas_call_begins();
    pthread_barrier_wait(&step); /* 4: in a call when the process forks */
    pthread_barrier_wait(&step);
    return NULL;
}

static int wrong(int number, int expected, int found)
{
    return expected == found ? 0 : number;
}

int main(void)
{
    pthread_t thread;
    int bad = 0;
    pthread_barrier_init(&step, NULL, 2);
    openblas_call_begins(); /* oneself is nobody else */
    bad = wrong(10, 0, openblas_callers(2, 1));
    pthread_create(&thread, NULL, other, NULL);
    pthread_barrier_wait(&step);
    bad = bad ? bad : wrong(1, 1, openblas_callers(2, 0));
    pthread_barrier_wait(&step);
    pthread_barrier_wait(&step);
    bad = bad ? bad : wrong(2, 0, openblas_callers(2, 0));
    pthread_barrier_wait(&step);
    pthread_barrier_wait(&step);
    bad = bad ? bad : wrong(3, 1, openblas_callers(2, 0));
    usleep(2000);
    bad = bad ? bad : wrong(5, 0, openblas_callers(2, 0));
    pthread_barrier_wait(&step);
    pthread_barrier_wait(&step);
    bad = bad ? bad : wrong(4, 1, openblas_callers(2, 0));
    openblas_callers_forget();
    bad = bad ? bad : wrong(6, 0, openblas_callers(2, 0));
    pthread_barrier_wait(&step);
    pthread_join(thread, NULL);
    return bad;
}
