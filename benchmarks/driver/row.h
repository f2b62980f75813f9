/* From a row of the table to a problem with a library's routine. */
#ifndef ROW_H
#define ROW_H

#include "problem.h"

/* A routine of the table with a letter for the kind of numbers, and sizes as the routine takes them. */
struct row {
    char routine[32], letter;
    long m, n, k, count;
};

/* Makes the arrays. Returns NULL, or the name of the function that the library lacks, and then there are none.
 * Ends the program if the table has no such routine. */
const char *make_problem(struct problem *p, const struct row *row, const struct library *library);

#endif
