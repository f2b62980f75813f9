/* Products and linear systems from several threads at once, with the headers of the wheel; prints what is wrong.
 *
 * The argument is the size of the library's integers in bytes. Texts are whole: wine's printf for ARM takes arguments
 * otherwise than Windows', and ends the program.
 */

#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <openblas_plain_names.h>
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

#define ORDER 150 /* enough for several of the library's threads */
#define ROUNDS 20
#define CALLERS 4

static double next(unsigned long long *state)
{
    *state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (double)(*state >> 11) / 9007199254740992.0 - 0.5;
}

static double *matrix(unsigned long long *state)
{
    double *a = malloc(sizeof(double) * ORDER * ORDER);
    for (int i = 0; i < ORDER * ORDER; i++)
        a[i] = next(state);
    return a;
}

/* Returns the largest error of a product, and of a system solved. */
static double product(unsigned long long *state)
{
    double *a = matrix(state), *b = matrix(state), *c = matrix(state), worst = 0;

    cblas_dgemm(CblasColMajor, CblasNoTrans, CblasTrans, ORDER, ORDER, ORDER, 1, a, ORDER, b, ORDER, 0, c, ORDER);
    for (int i = 0; i < ORDER; i++)
        for (int j = 0; j < ORDER; j++) {
            double sum = 0;
            for (int k = 0; k < ORDER; k++)
                sum += a[i + k * ORDER] * b[j + k * ORDER];
            worst = fmax(worst, fabs(sum - c[i + j * ORDER]));
        }
    free(a), free(b), free(c);
    return worst;
}

static double solution(unsigned long long *state)
{
    double *a = matrix(state), right[ORDER] = {0}, x[ORDER], worst = 0;
    blasint n = ORDER, one = 1, pivots[ORDER], info = 1;

    for (int i = 0; i < ORDER; i++) {
        a[i + i * ORDER] += ORDER; /* well conditioned */
        x[i] = next(state);
    }
    for (int j = 0; j < ORDER; j++)
        for (int i = 0; i < ORDER; i++)
            right[i] += a[i + j * ORDER] * x[j];
    dgesv_(&n, &one, a, &n, pivots, right, &n, &info);
    for (int i = 0; i < ORDER; i++)
        worst = fmax(worst, fabs(right[i] - x[i]));
    free(a);
    return info == 0 ? worst : INFINITY;
}

static DWORD WINAPI calls(void *seed)
{
    unsigned long long state = (unsigned long long)(size_t)seed;

    for (int i = 0; i < ROUNDS; i++)
        if (!(product(&state) < 1e-11) || !(solution(&state) < 1e-11))
            return 1;
    return 0;
}

int main(int count, char **arguments)
{
    HANDLE callers[CALLERS];
    int wrong = 0;

    if (count != 2 || sizeof(blasint) != (size_t)atoi(arguments[1]) || sizeof(blasint) != sizeof(lapack_int)) {
        puts("the headers' integers are of another size");
        return 1;
    }
    if (sizeof(blasint) == 8) {
        /* A leading dimension that 32 bits do not hold, of a matrix of one column. */
        double a = 3, b = 5, c = 0;
        blasint many = (blasint)(1LL << 33);
        cblas_dgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, 1, 1, 1, 1, &a, many, &b, many, 0, &c, many);
        if (c != 15) {
            puts("integers above 32 bits are cut off");
            return 1;
        }
    }
    for (int i = 0; i < CALLERS; i++)
        callers[i] = CreateThread(NULL, 0, calls, (void *)(size_t)(i + 1), 0, NULL);
    for (int i = 0; i < CALLERS; i++) {
        DWORD failed = 1;
        WaitForSingleObject(callers[i], INFINITE);
        GetExitCodeThread(callers[i], &failed);
        wrong += failed != 0;
    }
    puts(wrong ? "callers got wrong results" : "all callers got right results");
    return wrong != 0;
}
