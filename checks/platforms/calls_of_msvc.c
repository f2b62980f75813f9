/* A product and a dot product, from a program with the ABI of Microsoft's compilers: exit status 0 if both are right.
 *
 * There is no C library of Microsoft's on other systems, so it has none: its start is its own, and it declares what it
 * calls. INTEGER is the type of the library's integers.
 */

#include <openblas_plain_names.h>

void cblas_dgemm(int, int, int, INTEGER, INTEGER, INTEGER, double, const double *, INTEGER, const double *, INTEGER,
                 double, double *, INTEGER);
double cblas_ddot(INTEGER, const double *, INTEGER, const double *, INTEGER);
__declspec(dllimport) void ExitProcess(unsigned int status);

enum { COLUMN_MAJOR = 102, AS_IT_IS = 111 };

int _fltused; /* such compilers ask for it where there are floating-point numbers */

void start(void)
{
    const double a[4] = {1, 2, 3, 4}, b[4] = {5, 6, 7, 8}, right[4] = {23, 34, 31, 46};
    double c[4];
    int wrong = 0;

    cblas_dgemm(COLUMN_MAJOR, AS_IT_IS, AS_IT_IS, 2, 2, 2, 1, a, 2, b, 2, 0, c, 2);
    for (int i = 0; i < 4; i++)
        wrong |= c[i] != right[i];
    ExitProcess(wrong || cblas_ddot(4, a, 1, b, 1) != 70);
}
