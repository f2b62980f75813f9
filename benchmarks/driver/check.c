#include "check.h"

#include "problem.h"

#include <math.h>

struct view view(struct kind kind, const void *data, integer rows, integer cols, enum part part)
{
    return (struct view){kind, data, rows, cols, rows, part};
}

/* The element that stands in the stored array at (i, j), as the part says; i and j are those of A itself. */
static double complex element(struct view a, integer i, integer j)
{
    if (a.part == HERMITIAN_LOWER && i < j)
        return conj(get(a.kind, a.data, (size_t)i * a.ld + j));
    if (a.part == UNIT_LOWER && i == j)
        return 1;
    if ((a.part == LOWER || a.part == UNIT_LOWER) && i < j)
        return 0;
    if (a.part == UPPER && i > j)
        return 0;
    return get(a.kind, a.data, (size_t)j * a.ld + i);
}

double complex *times(struct view a, char op, const double complex *x)
{
    double complex *y = allocate(sizeof(*y) * (size_t)(op == 'N' ? a.rows : a.cols));
    for (integer j = 0; j < a.cols; j++) {
        for (integer i = 0; i < a.rows; i++) {
            double complex value = element(a, i, j);
            if (op == 'N')
                y[i] += value * x[j];
            else
                y[j] += (op == 'C' ? conj(value) : value) * x[i];
        }
    }
    return y;
}

double complex *random_vector(integer n)
{
    double complex *x = allocate(sizeof(*x) * (size_t)n);
    uint64_t state = 1234567;
    for (integer i = 0; i < n; i++)
        x[i] = uniform(&state);
    return x;
}

double complex *column(struct kind kind, const void *data, integer n)
{
    double complex *x = allocate(sizeof(*x) * (size_t)n);
    for (integer i = 0; i < n; i++)
        x[i] = get(kind, data, (size_t)i);
    return x;
}

double norm(const double complex *x, integer n)
{
    double sum = 0;
    for (integer i = 0; i < n; i++)
        sum += creal(x[i] * conj(x[i]));
    return sqrt(sum);
}

double frobenius(struct view a)
{
    double sum = 0;
    for (integer j = 0; j < a.cols; j++) {
        for (integer i = 0; i < a.rows; i++) {
            double complex value = element(a, i, j);
            sum += creal(value * conj(value));
        }
    }
    return sqrt(sum);
}

double difference(struct kind kind, const double complex *x, const double complex *y, integer n, double scale)
{
    double sum = 0;
    for (integer i = 0; i < n; i++)
        sum += creal((x[i] - y[i]) * conj(x[i] - y[i]));
    double residual = sqrt(sum) / (epsilon_of(kind) * scale);
    return isfinite(residual) ? residual : INFINITY;
}
