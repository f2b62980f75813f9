#include "row.h"

#include "routines.h"

#include <stdio.h>
#include <stdlib.h>

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

const char *make_problem(struct problem *p, const struct row *row, const struct library *library)
{
    *p = (struct problem){
        .m = (integer)row->m, .n = (integer)row->n, .k = (integer)row->k, .count = (size_t)row->count};
    p->routine = routine_named(row->routine);
    if (p->routine == NULL || !kind_of(row->letter, &p->kind) ||
        (p->kind.is_complex && p->routine->with_complex[0] == NULL)) {
        fprintf(stderr, "unknown routine %c%s\n", row->letter, row->routine);
        exit(2);
    }
    const char *missing = resolve(p, library, row->letter);
    if (missing != NULL)
        return missing;
    put(p->kind, p->one, 0, 1);
    p->routine->prepare(p);
    return NULL;
}
