#include "routines.h"

#include "check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const size_t L = 1; /* Fortran's hidden length of a character */

static struct view given(const struct problem *p, int slot, size_t i, enum part what)
{
    return view(p->kind, input(p, slot, i), p->slots[slot].rows, p->slots[slot].cols, what);
}

static struct view made(const struct problem *p, int slot, size_t i, enum part what)
{
    return view(p->kind, part(p, slot, i), p->slots[slot].rows, p->slots[slot].cols, what);
}

static integer smaller(integer a, integer b)
{
    return a < b ? a : b;
}

static integer larger(integer a, integer b)
{
    return a > b ? a : b;
}

/* |A (X v) - B w| for v and w = v, or w = something of v: all residuals here are of this form. */
static double residual_of(struct view a, double complex *inner, double complex *right, double scale)
{
    double complex *left = times(a, 'N', inner);
    double residual = difference(a.kind, left, right, a.rows, scale);
    free(left);
    free(inner);
    free(right);
    return residual;
}

static void prepare_solve(struct problem *p, enum fill fill, enum fate fate)
{
    fill_slot(p, 0, p->n, p->n, fill, fate);
    fill_slot(p, 1, p->n, p->k, RANDOM, DESTROYED);
    p->pivots = allocate(sizeof(integer) * (size_t)p->n);
}

static double solve_residual(struct problem *p, size_t i, enum part what)
{
    struct view a = given(p, 0, i, what), x = made(p, 1, i, FULL);
    double complex *v = random_vector(p->k);
    double complex *xv = times(x, 'N', v);
    double scale = frobenius(a) * norm(xv, p->n);
    double residual = residual_of(a, xv, times(given(p, 1, i, FULL), 'N', v), scale);
    free(v);
    return residual;
}

void prepare_gesv(struct problem *p)
{
    prepare_solve(p, RANDOM, DESTROYED);
}

void call_gesv(struct problem *p, size_t i)
{
    integer info = 0;
    p->call[0](&p->n, &p->k, part(p, 0, i), &p->n, p->pivots, part(p, 1, i), &p->n, &info);
    note_info(p, info);
}

double residual_gesv(struct problem *p, size_t i)
{
    return solve_residual(p, i, FULL);
}

void prepare_trtrs(struct problem *p)
{
    prepare_solve(p, TRIANGULAR, KEPT);
}

void call_trtrs(struct problem *p, size_t i)
{
    integer info = 0;
    p->call[0]("L", "N", "N", &p->n, &p->k, part(p, 0, i), &p->n, part(p, 1, i), &p->n, &info, L, L, L);
    note_info(p, info);
}

double residual_trtrs(struct problem *p, size_t i)
{
    return solve_residual(p, i, LOWER);
}

void prepare_getrf(struct problem *p)
{
    fill_slot(p, 0, p->m, p->n, RANDOM, DESTROYED);
    p->pivots = allocate(sizeof(integer) * (size_t)smaller(p->m, p->n));
}

void call_getrf(struct problem *p, size_t i)
{
    integer info = 0;
    p->call[0](&p->m, &p->n, part(p, 0, i), &p->m, p->pivots, &info);
    note_info(p, info);
}

/* L (U v) against the rows of A v, interchanged; square matrices. */
double residual_getrf(struct problem *p, size_t i)
{
    struct view a = given(p, 0, i, FULL);
    double complex *v = random_vector(p->n);
    double complex *right = times(a, 'N', v);
    for (integer row = 0; row < p->n; row++) {
        integer other = p->pivots[row] - 1;
        double complex swapped = right[row];
        right[row] = right[other];
        right[other] = swapped;
    }
    double complex *uv = times(made(p, 0, i, UPPER), 'N', v);
    double scale = frobenius(a) * norm(v, p->n);
    free(v);
    return residual_of(made(p, 0, i, UNIT_LOWER), uv, right, scale);
}

/* The factors of getrf are the input of getri; slot 1 keeps the matrix itself for the check. */
void prepare_getri(struct problem *p)
{
    integer info = 0;
    fill_slot(p, 0, p->n, p->n, RANDOM, KEPT);
    fill_slot(p, 1, p->n, p->n, ZERO, KEPT);
    memcpy(p->slots[1].data, p->slots[0].data, p->slots[0].bytes);
    p->pivots = allocate(sizeof(integer) * (size_t)p->n);
    p->call[1](&p->n, &p->n, part(p, 0, 0), &p->n, p->pivots, &info);
    note_info(p, info);
    keep_as_input(p, 0);
    workspace(p, 0, 0);
}

void call_getri(struct problem *p, size_t i)
{
    integer info = 0;
    p->call[0](&p->n, part(p, 0, i), &p->n, p->pivots, p->work, &p->lwork, &info);
    note_info(p, info);
}

double residual_getri(struct problem *p, size_t i)
{
    struct view a = given(p, 1, i, FULL), inverse = made(p, 0, i, FULL);
    double complex *v = random_vector(p->n);
    double scale = frobenius(a) * frobenius(inverse) * norm(v, p->n);
    return residual_of(inverse, times(a, 'N', v), v, scale);
}

void prepare_potrf(struct problem *p)
{
    fill_slot(p, 0, p->n, p->n, DEFINITE, DESTROYED);
}

void call_potrf(struct problem *p, size_t i)
{
    integer info = 0;
    p->call[0]("L", &p->n, part(p, 0, i), &p->n, &info, L);
    note_info(p, info);
}

double residual_potrf(struct problem *p, size_t i)
{
    struct view a = given(p, 0, i, FULL), factor = made(p, 0, i, LOWER);
    double complex *v = random_vector(p->n);
    double scale = frobenius(a) * norm(v, p->n);
    double residual = residual_of(factor, times(factor, 'C', v), times(a, 'N', v), scale);
    free(v);
    return residual;
}

/* geqrf and then orgqr (ungqr), which puts Q in the place of the factors; slot 1 is tau. */
void prepare_qr(struct problem *p)
{
    fill_slot(p, 0, p->m, p->n, RANDOM, DESTROYED);
    fill_slot(p, 1, p->n, 1, ZERO, KEPT);
    workspace(p, 0, 0);
}

void call_qr(struct problem *p, size_t i)
{
    integer info = 0;
    p->call[0](&p->m, &p->n, part(p, 0, i), &p->m, part(p, 1, i), p->work, &p->lwork, &info);
    note_info(p, info);
    if (asking(p))
        note_workspace(p);
    p->call[1](&p->m, &p->n, &p->n, part(p, 0, i), &p->m, part(p, 1, i), p->work, &p->lwork, &info);
    note_info(p, info);
}

/* Q (R v) against A v. R went when Q was made, so it is made again, after Q was put aside. */
double residual_qr(struct problem *p, size_t i)
{
    integer info = 0;
    struct view q = made(p, 0, i, FULL), a = given(p, 0, i, FULL);
    void *kept = allocate(p->slots[0].bytes);
    memcpy(kept, q.data, p->slots[0].bytes);
    memcpy(part(p, 0, i), a.data, p->slots[0].bytes);
    p->call[0](&p->m, &p->n, part(p, 0, i), &p->m, part(p, 1, i), p->work, &p->lwork, &info);
    note_info(p, info);
    struct view r = view(p->kind, part(p, 0, i), p->n, p->n, UPPER);
    r.ld = p->m;
    q.data = kept;
    double complex *v = random_vector(p->n);
    double scale = frobenius(a) * norm(v, p->n);
    double residual = residual_of(q, times(r, 'N', v), times(a, 'N', v), scale);
    free(v);
    free(kept);
    return residual;
}

/* Slot 1: eigenvalues, real; slot 2: the eigenvectors where they have a place of their own. */
static void prepare_symmetric(struct problem *p)
{
    fill_slot(p, 0, p->n, p->n, HERMITIAN, DESTROYED);
    fill_slot(p, 1, p->n, 1, ZERO, KEPT);
    fill_slot(p, 2, p->n, p->n, ZERO, KEPT);
    p->pivots = allocate(sizeof(integer) * 2 * (size_t)p->n);
    workspace(p, 1, 1);
}

void prepare_syevd(struct problem *p)
{
    prepare_symmetric(p);
}

void call_syevd(struct problem *p, size_t i)
{
    integer info = 0;
    if (p->kind.is_complex)
        p->call[0]("V", "L", &p->n, part(p, 0, i), &p->n, part(p, 1, i), p->work, &p->lwork, p->rwork, &p->lrwork,
                   p->iwork, &p->liwork, &info, L, L);
    else
        p->call[0]("V", "L", &p->n, part(p, 0, i), &p->n, part(p, 1, i), p->work, &p->lwork, p->iwork, &p->liwork,
                   &info, L, L);
    note_info(p, info);
}

/* A (Z v) against Z (w v). */
static double symmetric_residual(struct problem *p, size_t i, int vectors)
{
    struct view a = given(p, 0, i, FULL), z = made(p, vectors, i, FULL);
    double complex *v = random_vector(p->n);
    double complex *zv = times(z, 'N', v);
    double scale = frobenius(a) * norm(v, p->n);
    for (integer j = 0; j < p->n; j++)
        v[j] *= get(real_of(p->kind), part(p, 1, i), (size_t)j);
    double residual = residual_of(a, zv, times(z, 'N', v), scale);
    free(v);
    return residual;
}

double residual_syevd(struct problem *p, size_t i)
{
    return symmetric_residual(p, i, 0);
}

void prepare_syevr(struct problem *p)
{
    prepare_symmetric(p);
}

void call_syevr(struct problem *p, size_t i)
{
    integer info = 0, found = 0, first = 1;
    double unused[2] = {0, 0};
    p->call[0]("V", "A", "L", &p->n, part(p, 0, i), &p->n, unused, unused, &first, &p->n, unused, &found,
               part(p, 1, i), part(p, 2, i), &p->n, p->pivots, p->work, &p->lwork, p->iwork, &p->liwork, &info, L, L,
               L);
    note_info(p, info);
}

double residual_syevr(struct problem *p, size_t i)
{
    return symmetric_residual(p, i, 2);
}

/* Slots 1 and 2: the eigenvalues, real and imaginary parts, or complex in slot 1; slot 3: right eigenvectors. */
void prepare_geev(struct problem *p)
{
    fill_slot(p, 0, p->n, p->n, RANDOM, DESTROYED);
    fill_slot(p, 1, p->n, 1, ZERO, KEPT);
    fill_slot(p, 2, p->n, 1, ZERO, KEPT);
    fill_slot(p, 3, p->n, p->n, ZERO, KEPT);
    workspace(p, 2 * p->n, 1);
}

void call_geev(struct problem *p, size_t i)
{
    integer info = 0, one = 1;
    double unused[2] = {0, 0};
    if (p->kind.is_complex)
        p->call[0]("N", "V", &p->n, part(p, 0, i), &p->n, part(p, 1, i), unused, &one, part(p, 3, i), &p->n, p->work,
                   &p->lwork, p->rwork, &info, L, L);
    else
        p->call[0]("N", "V", &p->n, part(p, 0, i), &p->n, part(p, 1, i), part(p, 2, i), unused, &one, part(p, 3, i),
                   &p->n, p->work, &p->lwork, &info, L, L);
    note_info(p, info);
}

/* Multiplies v by the eigenvalues; a pair of conjugates stands in two columns of real numbers. */
static void times_eigenvalues(const struct problem *p, size_t i, double complex *v)
{
    const void *w = part(p, 1, i), *wi = part(p, 2, i);
    for (integer j = 0; j < p->n; j++) {
        double complex value = get(p->kind, w, (size_t)j);
        double imaginary = p->kind.is_complex ? 0 : creal(get(p->kind, wi, (size_t)j));
        if (imaginary == 0) {
            v[j] *= value;
            continue;
        }
        double complex first = value * v[j] + imaginary * v[j + 1];
        v[j + 1] = value * v[j + 1] - imaginary * v[j];
        v[j] = first;
        j++;
    }
}

double residual_geev(struct problem *p, size_t i)
{
    struct view a = given(p, 0, i, FULL), vectors = made(p, 3, i, FULL);
    double complex *v = random_vector(p->n);
    double complex *inner = times(vectors, 'N', v);
    double scale = frobenius(a) * norm(v, p->n);
    times_eigenvalues(p, i, v);
    double residual = residual_of(a, inner, times(vectors, 'N', v), scale);
    free(v);
    return residual;
}

/* Thin: slot 1 the singular values, real; slot 2 U, slot 3 V transposed. */
void prepare_gesdd(struct problem *p)
{
    integer few = smaller(p->m, p->n), many = larger(p->m, p->n);
    fill_slot(p, 0, p->m, p->n, RANDOM, DESTROYED);
    fill_slot(p, 1, few, 1, ZERO, KEPT);
    fill_slot(p, 2, p->m, few, ZERO, KEPT);
    fill_slot(p, 3, few, p->n, ZERO, KEPT);
    /* zgesdd's documented bounds. */
    workspace(p, few * larger(5 * few + 7, 2 * many + 2 * few + 1), 8 * few);
}

void call_gesdd(struct problem *p, size_t i)
{
    integer info = 0, few = smaller(p->m, p->n);
    if (p->kind.is_complex)
        p->call[0]("S", &p->m, &p->n, part(p, 0, i), &p->m, part(p, 1, i), part(p, 2, i), &p->m, part(p, 3, i), &few,
                   p->work, &p->lwork, p->rwork, p->iwork, &info, L);
    else
        p->call[0]("S", &p->m, &p->n, part(p, 0, i), &p->m, part(p, 1, i), part(p, 2, i), &p->m, part(p, 3, i), &few,
                   p->work, &p->lwork, p->iwork, &info, L);
    note_info(p, info);
}

double residual_gesdd(struct problem *p, size_t i)
{
    struct view a = given(p, 0, i, FULL);
    double complex *v = random_vector(p->n);
    double complex *inner = times(made(p, 3, i, FULL), 'N', v);
    for (integer j = 0; j < smaller(p->m, p->n); j++)
        inner[j] *= get(real_of(p->kind), part(p, 1, i), (size_t)j);
    double scale = frobenius(a) * norm(v, p->n);
    double residual = residual_of(made(p, 2, i, FULL), inner, times(a, 'N', v), scale);
    free(v);
    return residual;
}

/* m >= n, k right sides; slot 1 the right sides, then the solution, slot 2 the singular values. */
void prepare_gelsd(struct problem *p)
{
    fill_slot(p, 0, p->m, p->n, RANDOM, DESTROYED);
    fill_slot(p, 1, p->m, p->k, RANDOM, DESTROYED);
    fill_slot(p, 2, p->n, 1, ZERO, KEPT);
    workspace(p, 1, 1);
}

void call_gelsd(struct problem *p, size_t i)
{
    integer info = 0, rank = 0;
    double precision[2];
    put(p->kind, precision, 0, -1); /* the machine's own */
    p->call[0](&p->m, &p->n, &p->k, part(p, 0, i), &p->m, part(p, 1, i), &p->m, part(p, 2, i), precision, &rank,
               p->work, &p->lwork, p->iwork, &info);
    note_info(p, info);
}

/* The normal equations: A^T (A x - b) is nothing. */
double residual_gelsd(struct problem *p, size_t i)
{
    struct view a = given(p, 0, i, FULL), x = made(p, 1, i, FULL), b = given(p, 1, i, FULL);
    double complex *v = random_vector(p->k);
    x.rows = p->n; /* of the m rows in memory */
    double complex *xv = times(x, 'N', v), *bv = times(b, 'N', v);
    double complex *axv = times(a, 'N', xv);
    double complex *left = times(a, 'C', axv), *right = times(a, 'C', bv);
    double size = frobenius(a);
    double residual = difference(p->kind, left, right, p->n, size * (size * norm(xv, p->n) + norm(bv, p->m)));
    free(v);
    free(xv);
    free(bv);
    free(axv);
    free(left);
    free(right);
    return residual;
}
