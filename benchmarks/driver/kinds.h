/* The four kinds of numbers of BLAS, and arithmetic with any of them at the price of a branch: for inputs and checks. */
#ifndef KINDS_H
#define KINDS_H

#include <complex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The library's integer: int32_t (LP64) or int64_t (ILP64), given by the compiler's command line. */
#ifndef INTEGER
#error "give -DINTEGER=int32_t or -DINTEGER=int64_t"
#endif
typedef INTEGER integer;

struct kind {
    char letter; /* s, d, c or z */
    bool is_complex;
    bool wide; /* double precision */
    size_t bytes;
};

/* Returns false if the letter is none of s, d, c, z. */
bool kind_of(char letter, struct kind *kind);
struct kind real_of(struct kind kind);
double epsilon_of(struct kind kind);

double complex get(struct kind kind, const void *array, size_t index);
void put(struct kind kind, void *array, size_t index, double complex value);

/* Numbers in [-0.5, 0.5), the same ones for a given state on every machine. */
double uniform(uint64_t *state);

#endif
