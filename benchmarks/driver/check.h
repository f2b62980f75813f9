/* Whether a result is right, by random vectors (Freivalds): two ways of calculating one vector, both O(n^2). */
#ifndef CHECK_H
#define CHECK_H

#include "kinds.h"

enum part { FULL, LOWER, UNIT_LOWER, UPPER, HERMITIAN_LOWER };

/* A matrix to be read, column by column, `ld` numbers from one column to the next. */
struct view {
    struct kind kind;
    const void *data;
    integer rows, cols, ld;
    enum part part;
};

struct view view(struct kind kind, const void *data, integer rows, integer cols, enum part part);

/* op(A) x as a new array; op is N, T or C. */
double complex *times(struct view a, char op, const double complex *x);
double complex *random_vector(integer n);
double complex *column(struct kind kind, const void *data, integer n);
double norm(const double complex *x, integer n);
double frobenius(struct view a);

/* |x - y| / (epsilon * scale), infinite if it is not a number. */
double difference(struct kind kind, const double complex *x, const double complex *y, integer n, double scale);

#endif
