#include "routines.h"

#include "check.h"

#include <stdlib.h>
#include <string.h>

enum { A, B, C };
static const size_t L = 1; /* Fortran's hidden length of a character */

static struct view slot(const struct problem *p, int which, size_t instance, enum part part)
{
    return view(p->kind, input(p, which, instance), p->slots[which].rows, p->slots[which].cols, part);
}

static struct view output(const struct problem *p, int which, size_t instance, enum part what)
{
    return view(p->kind, part(p, which, instance), p->slots[which].rows, p->slots[which].cols, what);
}

/* C v against op(A) (op(B) v). */
static double product_residual(struct view c, struct view a, char opa, struct view b, char opb)
{
    double complex *v = random_vector(c.cols);
    double complex *left = times(c, 'N', v);
    double complex *half = times(b, opb, v);
    double complex *right = times(a, opa, half);
    double scale = frobenius(a) * frobenius(b) * norm(v, c.cols);
    double residual = difference(c.kind, left, right, c.rows, scale);
    free(v);
    free(left);
    free(half);
    free(right);
    return residual;
}

void prepare_gemm(struct problem *p)
{
    bool ta = p->routine->options[0] == 'T', tb = p->routine->options[1] == 'T';
    fill_slot(p, A, ta ? p->k : p->m, ta ? p->m : p->k, RANDOM, KEPT);
    fill_slot(p, B, tb ? p->n : p->k, tb ? p->k : p->n, RANDOM, KEPT);
    fill_slot(p, C, p->m, p->n, ZERO, KEPT);
}

static bool adds_to_c(const struct problem *p) { return p->routine->options[2] == '+'; }

void call_gemm(struct problem *p, size_t i)
{
    const char *options = p->routine->options;
    const double *beta = adds_to_c(p) ? p->one : p->zero;
    p->call[0](options, options + 1, &p->m, &p->n, &p->k, p->one, part(p, A, i), &p->slots[A].rows, part(p, B, i),
               &p->slots[B].rows, beta, part(p, C, i), &p->m, L, L);
}

double residual_gemm(struct problem *p, size_t i)
{
    const char *options = p->routine->options;
    if (adds_to_c(p)) { /* the sum of all calls is what one adds to zero */
        memset(part(p, C, i), 0, p->slots[C].bytes);
        call_gemm(p, i);
    }
    return product_residual(output(p, C, i, FULL), slot(p, A, i, FULL), options[0], slot(p, B, i, FULL), options[1]);
}

void prepare_gemv(struct problem *p)
{
    bool transposed = p->routine->options[0] == 'T';
    fill_slot(p, A, p->m, p->n, RANDOM, KEPT);
    fill_slot(p, B, transposed ? p->m : p->n, 1, RANDOM, KEPT);
    fill_slot(p, C, transposed ? p->n : p->m, 1, ZERO, KEPT);
}

void call_gemv(struct problem *p, size_t i)
{
    integer stride = 1;
    p->call[0](p->routine->options, &p->m, &p->n, p->one, part(p, A, i), &p->m, part(p, B, i), &stride, p->zero,
               part(p, C, i), &stride, L);
}

double residual_gemv(struct problem *p, size_t i)
{
    return product_residual(output(p, C, i, FULL), slot(p, A, i, FULL), p->routine->options[0], slot(p, B, i, FULL),
                            'N');
}

void prepare_dot(struct problem *p)
{
    fill_slot(p, A, p->n, 1, RANDOM, KEPT);
    fill_slot(p, B, p->n, 1, RANDOM, KEPT);
}

void call_dot(struct problem *p, size_t i)
{
    integer stride = 1;
    if (p->kind.wide)
        p->result = ((double (*)())p->call[0])(&p->n, part(p, A, i), &stride, part(p, B, i), &stride);
    else
        p->result = ((float (*)())p->call[0])(&p->n, part(p, A, i), &stride, part(p, B, i), &stride);
}

double residual_dot(struct problem *p, size_t i)
{
    double complex *x = column(p->kind, part(p, A, i), p->n);
    double complex *y = times(slot(p, B, i, FULL), 'T', x);
    double complex result = p->result;
    double scale = norm(x, p->n) * frobenius(slot(p, B, i, FULL));
    double residual = difference(p->kind, &result, y, 1, scale);
    free(x);
    free(y);
    return residual;
}

void prepare_syrk(struct problem *p)
{
    fill_slot(p, A, p->n, p->k, RANDOM, KEPT);
    fill_slot(p, C, p->n, p->n, ZERO, KEPT);
}

void call_syrk(struct problem *p, size_t i)
{
    p->call[0]("L", "N", &p->n, &p->k, p->one, part(p, A, i), &p->n, p->zero, part(p, C, i), &p->n, L, L);
}

double residual_syrk(struct problem *p, size_t i)
{
    return product_residual(output(p, C, i, HERMITIAN_LOWER), slot(p, A, i, FULL), 'N', slot(p, A, i, FULL), 'C');
}

void prepare_trsm(struct problem *p)
{
    fill_slot(p, A, p->m, p->m, TRIANGULAR, KEPT);
    fill_slot(p, B, p->m, p->n, RANDOM, DESTROYED);
}

void call_trsm(struct problem *p, size_t i)
{
    p->call[0]("L", "L", "N", "N", &p->m, &p->n, p->one, part(p, A, i), &p->m, part(p, B, i), &p->m, L, L, L, L);
}

double residual_trsm(struct problem *p, size_t i)
{
    return product_residual(slot(p, B, i, FULL), slot(p, A, i, LOWER), 'N', output(p, B, i, FULL), 'N');
}

void prepare_trsv(struct problem *p)
{
    fill_slot(p, A, p->n, p->n, TRIANGULAR, KEPT);
    fill_slot(p, B, p->n, 1, RANDOM, DESTROYED);
}

void call_trsv(struct problem *p, size_t i)
{
    integer stride = 1;
    p->call[0]("L", "N", "N", &p->n, part(p, A, i), &p->n, part(p, B, i), &stride, L, L, L);
}

double residual_trsv(struct problem *p, size_t i)
{
    return product_residual(slot(p, B, i, FULL), slot(p, A, i, LOWER), 'N', output(p, B, i, FULL), 'N');
}
