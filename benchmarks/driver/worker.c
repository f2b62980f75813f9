/* The measuring process: one library, the rows of standard input, one line of answer for each.
 *
 * worker LIBRARY PREFIX SUFFIX
 *
 * A row:     INDEX ROUTINE LETTER M N K COUNT BUDGET CHECK
 *            the same row again, by its index, takes more samples of the same arrays
 * An answer: INDEX time SECONDS SAMPLES RESIDUAL    the shortest sample so far, per call; RESIDUAL in units of rounding
 *            INDEX absent SYMBOL                    the library has no such routine
 * Before the answers come lines of what the library says of itself (see describe), and "ready".
 */

#include "row.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* A sample is at least this long, where repeating is possible: a hundred times what reading the clock costs. */
static const double LEAST_SAMPLE = 10e-6;
/* A first call that is shorter may be the time in which code came into memory: it says nothing of the next. */
static const double COLD = 1e-3;

struct request {
    long index;
    struct row row;
    double budget; /* seconds */
    int check;
};

/* What is known of a row so far. */
struct measured {
    struct problem problem;
    size_t repeats; /* of the call in a sample; 0 before the first */
    double best;    /* seconds of a sample's call */
    long samples;
    double residual;
};

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static double sample(struct problem *p, size_t repeats)
{
    restore(p);
    double start = now();
    for (size_t r = 0; r < repeats; r++)
        for (size_t i = 0; i < p->count; i++)
            p->routine->call(p, i);
    return (now() - start) / (double)repeats;
}

/* How often to repeat a call within a sample; once if it is long enough, or destroys its inputs. */
static size_t repeats_for(struct problem *p, double once)
{
    size_t repeats = 1;
    while (!destroys(p) && once * (double)repeats < LEAST_SAMPLE) {
        repeats *= 2;
        once = sample(p, repeats);
    }
    return repeats;
}

/* The first sample: the second one, if the first call was a cold one. */
static void begin(struct measured *m)
{
    m->best = sample(&m->problem, 1);
    if (m->best < COLD)
        m->best = sample(&m->problem, 1);
    m->repeats = repeats_for(&m->problem, m->best);
    m->samples = 1;
}

/* Samples for so many seconds: one at least. */
static void measure(struct measured *m, const struct request *request)
{
    struct problem *p = &m->problem;
    double start = now();
    if (m->repeats == 0)
        begin(m);
    else if (m->best < request->budget)
        sample(p, 1); /* the caches hold what others measured meanwhile */
    do {
        double seconds = sample(p, m->repeats);
        m->best = seconds < m->best ? seconds : m->best;
        m->samples++;
    } while (now() - start < request->budget);
    if (request->check)
        m->residual = p->routine->residual(p, p->count - 1);
    printf("%ld time %.9e %ld %.3e\n", request->index, m->best / (double)p->count, m->samples,
           p->info == 0 ? m->residual : INFINITY);
}

/* Makes a row's arrays; false if the library lacks its routine. */
static bool prepare(struct measured *m, const struct request *request, const struct library *library)
{
    *m = (struct measured){0};
    const char *missing = make_problem(&m->problem, &request->row, library);
    if (missing != NULL)
        printf("%ld absent %s\n", request->index, missing);
    return missing == NULL;
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: worker LIBRARY PREFIX SUFFIX < rows\n");
        return 2;
    }
    struct library library = open_library(argv[1], argv[2], argv[3]);
    describe(&library);
    printf("ready\t\n");
    fflush(stdout);
    struct request request;
    struct row *row = &request.row;
    struct measured measured = {0};
    long open = -1; /* the row that `measured` is of */
    while (scanf("%ld %31s %c %ld %ld %ld %ld %lf %d", &request.index, row->routine, &row->letter, &row->m, &row->n,
                 &row->k, &row->count, &request.budget, &request.check) == 9) {
        if (request.index != open) {
            release(&measured.problem);
            open = prepare(&measured, &request, &library) ? request.index : -1;
        }
        if (open >= 0)
            measure(&measured, &request);
        fflush(stdout);
    }
    return 0;
}
