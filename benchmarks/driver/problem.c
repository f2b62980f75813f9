#include "problem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for the answers to a workspace query. */
enum { QUERY_BYTES = 1024 };

void *allocate(size_t bytes)
{
    /* A page and a multiple of 64 bytes: alignment must not be a candidate's luck. Behind it is memory in use, as usual:
       where a page was never written, a masked store of a vector that reaches into it takes hundreds of cycles. */
    size_t pages = (bytes + 4096) / 4096 * 4096;
    void *memory = aligned_alloc(4096, pages);
    if (memory == NULL) {
        fprintf(stderr, "out of memory: %zu bytes\n", bytes);
        exit(2);
    }
    memset(memory, 0, pages);
    return memory;
}

static double complex draw(struct kind kind, uint64_t *state)
{
    double real = uniform(state);
    return kind.is_complex ? real + I * uniform(state) : real;
}

/* Draws the lower half of A and puts its conjugate above. */
static void fill_hermitian(struct kind kind, char *data, integer n, double shift, uint64_t *state)
{
    for (integer j = 0; j < n; j++) {
        for (integer i = j; i < n; i++) {
            double complex value = draw(kind, state);
            if (i == j)
                value = shift + creal(value);
            put(kind, data, (size_t)j * n + i, value);
            put(kind, data, (size_t)i * n + j, conj(value));
        }
    }
}

static void fill_any(struct kind kind, char *data, integer rows, integer cols, bool triangular, uint64_t *state)
{
    for (integer j = 0; j < cols; j++) {
        for (integer i = 0; i < rows; i++) {
            double complex value = draw(kind, state);
            if (triangular) /* and well conditioned */
                value = i == j ? 1.5 + creal(value) : value / rows;
            put(kind, data, (size_t)j * rows + i, value);
        }
    }
}

static void fill_one(struct kind kind, char *data, integer rows, integer cols, enum fill fill, uint64_t *state)
{
    if (fill == HERMITIAN || fill == DEFINITE)
        fill_hermitian(kind, data, rows, fill == DEFINITE ? rows : 0, state);
    else
        fill_any(kind, data, rows, cols, fill == TRIANGULAR, state);
}

void fill_slot(struct problem *p, int slot, integer rows, integer cols, enum fill fill, enum fate fate)
{
    struct matrix *matrix = &p->slots[slot];
    matrix->rows = rows;
    matrix->cols = cols;
    matrix->bytes = (size_t)rows * cols * p->kind.bytes;
    matrix->data = allocate(matrix->bytes * p->count);
    uint64_t state = 88172645463325252ULL + (uint64_t)slot * 1000003 + (uint64_t)rows * 8191 + (uint64_t)cols;
    for (size_t i = 0; fill != ZERO && i < p->count; i++)
        fill_one(p->kind, part(p, slot, i), rows, cols, fill, &state);
    if (fate == DESTROYED)
        keep_as_input(p, slot);
}

void keep_as_input(struct problem *p, int slot)
{
    struct matrix *matrix = &p->slots[slot];
    if (matrix->saved == NULL)
        matrix->saved = allocate(matrix->bytes * p->count);
    memcpy(matrix->saved, matrix->data, matrix->bytes * p->count);
}

void restore(struct problem *p)
{
    for (int slot = 0; slot < SLOTS; slot++) {
        struct matrix *matrix = &p->slots[slot];
        if (matrix->saved != NULL)
            memcpy(matrix->data, matrix->saved, matrix->bytes * p->count);
    }
}

bool destroys(const struct problem *p)
{
    for (int slot = 0; slot < SLOTS; slot++)
        if (p->slots[slot].saved != NULL)
            return true;
    return false;
}

void *part(const struct problem *p, int slot, size_t instance)
{
    return p->slots[slot].data + instance * p->slots[slot].bytes;
}

const void *input(const struct problem *p, int slot, size_t instance)
{
    const struct matrix *matrix = &p->slots[slot];
    return (matrix->saved != NULL ? matrix->saved : matrix->data) + instance * matrix->bytes;
}

bool asking(const struct problem *p)
{
    return p->lwork == -1;
}

/* The number in a query's answer; a float may have been rounded down. */
static integer answer(struct kind kind, const void *work)
{
    return (integer)(creal(get(kind, work, 0)) * 1.001) + 1;
}

void note_workspace(struct problem *p)
{
    integer wanted = answer(p->kind, p->work);
    if (wanted > p->wanted)
        p->wanted = wanted;
}

void workspace(struct problem *p, integer least_real, integer least_integer)
{
    p->work = allocate(QUERY_BYTES);
    p->rwork = allocate(QUERY_BYTES);
    p->iwork = allocate(QUERY_BYTES);
    p->lwork = p->lrwork = p->liwork = -1;
    p->routine->call(p, 0);
    note_workspace(p);
    integer real = answer(real_of(p->kind), p->rwork);
    integer whole = p->iwork[0];
    free(p->work);
    free(p->rwork);
    free(p->iwork);
    p->lwork = p->wanted;
    p->lrwork = real > least_real ? real : least_real;
    p->liwork = whole > least_integer ? whole : least_integer;
    p->work = allocate((size_t)p->lwork * p->kind.bytes);
    p->rwork = allocate((size_t)p->lrwork * sizeof(double));
    p->iwork = allocate((size_t)(p->liwork + 1) * sizeof(integer));
}

void note_info(struct problem *p, integer info)
{
    if (p->info == 0)
        p->info = info;
}

void release(struct problem *p)
{
    for (int slot = 0; slot < SLOTS; slot++) {
        free(p->slots[slot].data);
        free(p->slots[slot].saved);
    }
    free(p->work);
    free(p->rwork);
    free(p->iwork);
    free(p->pivots);
}
