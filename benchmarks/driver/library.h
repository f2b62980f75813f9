/* The BLAS under test: opened by path, its names made from prefix and suffix. */
#ifndef LIBRARY_H
#define LIBRARY_H

/* Without parameters: one type for all routines of Fortran. */
typedef void (*function)();

struct library {
    void *handle;
    const char *prefix;
    const char *suffix;
};

/* Opens the library or ends the program with a message. */
struct library open_library(const char *path, const char *prefix, const char *suffix);

/* The function of a Fortran routine such as "dgemm", or NULL if the library does not have it. */
function fortran(const struct library *library, const char *routine);

/* Prints what the library says of itself: lines of a key, a tab and a text. */
void describe(const struct library *library);

#endif
