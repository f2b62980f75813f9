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

#include "problem.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* A sample is at least this long, where repeating is possible: a hundred times what reading the clock costs. */
static const double LEAST_SAMPLE = 10e-6;
/* A first call that is shorter may be the time in which code came into memory: it says nothing of the next. */
static const double COLD = 1e-3;

struct row {
    long index;
    char routine[32], letter;
    long m, n, k, count;
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
static void measure(struct measured *m, const struct row *row)
{
    struct problem *p = &m->problem;
    double start = now();
    if (m->repeats == 0)
        begin(m);
    else if (m->best < row->budget)
        sample(p, 1); /* the caches hold what others measured meanwhile */
    do {
        double seconds = sample(p, m->repeats);
        m->best = seconds < m->best ? seconds : m->best;
        m->samples++;
    } while (now() - start < row->budget);
    if (row->check)
        m->residual = p->routine->residual(p, p->count - 1);
    printf("%ld time %.9e %ld %.3e\n", row->index, m->best / (double)p->count, m->samples,
           p->info == 0 ? m->residual : INFINITY);
}

/* Finds the row's functions; returns the name of the one that is missing, else NULL. */
static const char *resolve(struct problem *p, const struct library *library, char letter)
{
    static char name[64];
    const char *const *names = p->kind.is_complex ? p->routine->with_complex : p->routine->with_real;
    for (int i = 0; i < 2 && names[i] != NULL; i++) {
        snprintf(name, sizeof name, "%c%s", letter, names[i]);
        p->call[i] = fortran(library, name);
        if (p->call[i] == NULL)
            return name;
    }
    return NULL;
}

/* Makes a row's arrays; false if the library lacks its routine. */
static bool prepare(struct measured *m, const struct row *row, const struct library *library)
{
    *m = (struct measured){
        .problem = {.m = (integer)row->m, .n = (integer)row->n, .k = (integer)row->k, .count = (size_t)row->count}};
    struct problem *p = &m->problem;
    p->routine = routine_named(row->routine);
    if (p->routine == NULL || !kind_of(row->letter, &p->kind) || (p->kind.is_complex && p->routine->with_complex[0] == NULL)) {
        fprintf(stderr, "unknown routine %c%s\n", row->letter, row->routine);
        exit(2);
    }
    const char *missing = resolve(p, library, row->letter);
    if (missing != NULL) {
        printf("%ld absent %s\n", row->index, missing);
        return false;
    }
    put(p->kind, p->one, 0, 1);
    p->routine->prepare(p);
    return true;
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
    struct row row;
    struct measured measured = {0};
    long open = -1; /* the row that `measured` is of */
    while (scanf("%ld %31s %c %ld %ld %ld %ld %lf %d", &row.index, row.routine, &row.letter, &row.m, &row.n, &row.k,
                 &row.count, &row.budget, &row.check) == 9) {
        if (row.index != open) {
            release(&measured.problem);
            open = prepare(&measured, &row, &library) ? row.index : -1;
        }
        if (open >= 0)
            measure(&measured, &row);
        fflush(stdout);
    }
    return 0;
}
