/* Several callers at once: each a thread with arrays of its own, which calls the same routine again and again.
 *
 * callers LIBRARY PREFIX SUFFIX
 *
 * A row:     ROUTINE LETTER M N K COUNT CALLERS SECONDS, at least so many
 * An answer: rate CALLS_PER_SECOND RESIDUAL    of all callers together; the worst caller's RESIDUAL in units of rounding
 *            absent SYMBOL                     the library has no such routine
 * A call that is under way when the time is over counts for the part of it that lay in time. Where callers wait for each
 * other that is too much: so the time is longer than asked for if it would not suffice for two calls of each.
 */

#include "row.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

struct caller {
    pthread_t thread;
    struct problem problem;
    double calls;
};

/* When the time begins, once all callers stand ready, and when it ends. */
static pthread_barrier_t ready;
static double began, ends;

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void call_all(struct problem *p)
{
    restore(p);
    for (size_t i = 0; i < p->count; i++)
        p->routine->call(p, i);
}

/* Seconds of a call by one caller alone; not of the first, which costs more. */
static double alone(struct problem *p)
{
    call_all(p);
    double start = now();
    call_all(p);
    return now() - start;
}

static void *calling(void *argument)
{
    struct caller *caller = argument;
    call_all(&caller->problem); /* what a first call costs is not asked for */
    pthread_barrier_wait(&ready);
    pthread_barrier_wait(&ready);
    double before = began, after = before;
    for (; after < ends; before = after) {
        call_all(&caller->problem);
        after = now();
        caller->calls += after < ends ? 1 : (ends - before) / (after - before);
    }
    return NULL;
}

/* Runs the callers for so long at least; returns the calls per second of all. */
static double rate(struct caller *callers, int number, double seconds, size_t count)
{
    double two_each = 2 * number * alone(&callers[0].problem);
    seconds = seconds > two_each ? seconds : two_each;
    pthread_barrier_init(&ready, NULL, (unsigned)number + 1);
    for (int i = 0; i < number; i++)
        if (pthread_create(&callers[i].thread, NULL, calling, &callers[i]) != 0) {
            fprintf(stderr, "no thread for caller %d of %d\n", i + 1, number);
            exit(2);
        }
    pthread_barrier_wait(&ready);
    began = now();
    ends = began + seconds;
    pthread_barrier_wait(&ready);
    double calls = 0;
    for (int i = 0; i < number; i++) {
        pthread_join(callers[i].thread, NULL);
        calls += callers[i].calls;
    }
    pthread_barrier_destroy(&ready);
    return calls * (double)count / seconds;
}

static double worst(struct caller *callers, int number)
{
    double found = 0;
    for (int i = 0; i < number; i++) {
        struct problem *p = &callers[i].problem;
        double residual = p->info == 0 ? p->routine->residual(p, p->count - 1) : INFINITY;
        found = residual <= found ? found : residual; /* NaN is worse */
    }
    return found;
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: callers LIBRARY PREFIX SUFFIX < rows\n");
        return 2;
    }
    struct library library = open_library(argv[1], argv[2], argv[3]);
    struct row row;
    int number;
    double seconds;
    while (scanf("%31s %c %ld %ld %ld %ld %d %lf", row.routine, &row.letter, &row.m, &row.n, &row.k, &row.count, &number,
                 &seconds) == 8) {
        struct caller *callers = calloc((size_t)number, sizeof *callers);
        const char *missing = NULL;
        for (int i = 0; callers != NULL && i < number && missing == NULL; i++)
            missing = make_problem(&callers[i].problem, &row, &library);
        if (callers == NULL || missing != NULL) {
            printf("absent %s\n", missing ? missing : "memory");
        } else {
            double found = rate(callers, number, seconds, (size_t)row.count);
            printf("rate %.6e %.3e\n", found, worst(callers, number));
        }
        fflush(stdout);
        for (int i = 0; callers != NULL && i < number; i++)
            release(&callers[i].problem);
        free(callers);
    }
    return 0;
}
