/* One row of the benchmark: inputs, workspace, and the routine that works on them. */
#ifndef PROBLEM_H
#define PROBLEM_H

#include "kinds.h"
#include "library.h"

enum fill { ZERO, RANDOM, HERMITIAN, DEFINITE, TRIANGULAR };
enum fate { KEPT, DESTROYED };
enum { SLOTS = 6 };

/* `count` arrays of rows x cols, one behind the other; `saved` holds what the call destroys. */
struct matrix {
    integer rows, cols;
    size_t bytes; /* of one of them */
    char *data, *saved;
};

struct routine;

struct problem {
    const struct routine *routine;
    struct kind kind;
    integer m, n, k;
    size_t count;
    struct matrix slots[SLOTS];
    function call[2];
    double one[2], zero[2]; /* scalars of any kind: the bytes are put in as the kind wants them */
    void *work, *rwork;
    integer *iwork, *pivots;
    integer lwork, lrwork, liwork;
    integer wanted; /* the largest answer to a workspace query so far */
    double result; /* of functions that return a number */
    integer info;  /* the first that was not 0 */
};

struct routine {
    const char *name;       /* as the rows have it */
    const char *with_real[2];    /* routines without the letter, the second may be NULL */
    const char *with_complex[2]; /* NULL where a complex one is not measured */
    const char *options;    /* what tells apart rows of one routine, such as N and T */
    void (*prepare)(struct problem *);
    void (*call)(struct problem *, size_t instance);
    double (*residual)(struct problem *, size_t instance);
};

/* Looks a routine up; NULL if there is none of that name. */
const struct routine *routine_named(const char *name);

/* Makes the arrays of a slot. The numbers depend on slot, kind and size alone. */
void fill_slot(struct problem *p, int slot, integer rows, integer cols, enum fill fill, enum fate fate);
void keep_as_input(struct problem *p, int slot);
void restore(struct problem *p);
bool destroys(const struct problem *p);
void *part(const struct problem *p, int slot, size_t instance);
const void *input(const struct problem *p, int slot, size_t instance);

/* Asks the routine how much workspace it wants, by calling it with lwork = -1, and gives it that,
 * but no less than the numbers given. */
void workspace(struct problem *p, integer least_real, integer least_integer);
void note_workspace(struct problem *p);
bool asking(const struct problem *p);

void note_info(struct problem *p, integer info);
void *allocate(size_t bytes);
void release(struct problem *p);

#endif
