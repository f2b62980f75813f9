/* The functions of flang's run-time library that LAPACK calls, and nothing else of it.
 *
 * With these the library needs no library of Fortran's. Names and signatures are those that flang 19 makes calls of;
 * the descriptor of an array is that of the standard's ISO_Fortran_binding.h.
 */

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fortran_common.h"

/* Compares strings, the shorter one as if it went on with blanks: -1, 0 or 1. */
int _FortranACharacterCompareScalar1(const char *a, const char *b, size_t a_length, size_t b_length)
{
    size_t length = a_length > b_length ? a_length : b_length;
    size_t i;

    for (i = 0; i < length; i++) {
        unsigned char left = (unsigned char)(i < a_length ? a[i] : ' ');
        unsigned char right = (unsigned char)(i < b_length ? b[i] : ' ');

        if (left != right)
            return left < right ? -1 : 1;
    }
    return 0;
}

/* The next number, upwards or downwards. */
float _FortranANearest4(float number, _Bool upwards)
{
    return nextafterf(number, upwards ? INFINITY : -INFINITY);
}

/* The exponents of numbers whose fractions are at least a half, by kinds of result and number; that of 0 is 0, and of
 * what has none the largest integer. */
#define EXPONENT(name, integer, largest, real)                          \
    integer name(real number)                                           \
    {                                                                   \
        int exponent = 0;                                               \
        if (!isfinite(number))                                          \
            return largest;                                             \
        (void)frexp(number, &exponent);                                 \
        return exponent;                                                \
    }
EXPONENT(_FortranAExponent4_4, int32_t, INT32_MAX, float)
EXPONENT(_FortranAExponent4_8, int64_t, INT64_MAX, float)
EXPONENT(_FortranAExponent8_4, int32_t, INT32_MAX, double)
EXPONENT(_FortranAExponent8_8, int64_t, INT64_MAX, double)

/* Clang's own library has these, for exponents of 32 bits. */
POWER(__powisf2, float, int32_t)
POWER(__powidf2, double, int32_t)

/* A complex number of its parts: multiplied with I, an infinite one would make the other part NaN. */
static double _Complex complex_of(double real, double imaginary)
{
    union {
        double parts[2];
        double _Complex number;
    } made = {{real, imaginary}};

    return made.number;
}

/* Makes the larger part of a finite number one between a half and one; returns the power of two that it lost. */
static int scaled(double *real, double *imaginary)
{
    double size = fmax(fabs(*real), fabs(*imaginary));
    int exponent = 0;

    if (size > 0 && isfinite(size)) {
        (void)frexp(size, &exponent);
        *real = ldexp(*real, -exponent);
        *imaginary = ldexp(*imaginary, -exponent);
    }
    return exponent;
}

/* What counts of a number where another one is infinite: 1 of an infinite part, 0 of a finite one, with its sign. */
static double direction(double part)
{
    return copysign(isinf(part) ? 1 : 0, part);
}

/* a / b. Both are scaled, so that no product of their parts overflows or vanishes; what is infinite or zero makes an
 * infinite or vanishing quotient, where the formula has only NaN (ISO C, annex G).
 */
double _Complex __divdc3(double a_real, double a_imaginary, double b_real, double b_imaginary)
{
    int exponent = scaled(&a_real, &a_imaginary) - scaled(&b_real, &b_imaginary);
    double square = b_real * b_real + b_imaginary * b_imaginary;
    double real = ldexp((a_real * b_real + a_imaginary * b_imaginary) / square, exponent);
    double imaginary = ldexp((a_imaginary * b_real - a_real * b_imaginary) / square, exponent);
    int a_infinite = isinf(a_real) || isinf(a_imaginary), b_infinite = isinf(b_real) || isinf(b_imaginary);

    if (isnan(real) && isnan(imaginary)) {
        if (square == 0 && (!isnan(a_real) || !isnan(a_imaginary))) {
            real = copysign(INFINITY, b_real) * a_real;
            imaginary = copysign(INFINITY, b_real) * a_imaginary;
        } else if (a_infinite && isfinite(b_real) && isfinite(b_imaginary)) {
            a_real = direction(a_real);
            a_imaginary = direction(a_imaginary);
            real = INFINITY * (a_real * b_real + a_imaginary * b_imaginary);
            imaginary = INFINITY * (a_imaginary * b_real - a_real * b_imaginary);
        } else if (b_infinite && isfinite(a_real) && isfinite(a_imaginary)) {
            b_real = direction(b_real);
            b_imaginary = direction(b_imaginary);
            real = 0 * (a_real * b_real + a_imaginary * b_imaginary);
            imaginary = 0 * (a_imaginary * b_real - a_real * b_imaginary);
        }
    }
    return complex_of(real, imaginary);
}

/* base ** exponent by squaring. The magnitude is unsigned: -INT64_MIN does not fit into int64_t. */
double _Complex _FortranAzpowk(double _Complex base, int64_t exponent)
{
    uint64_t left = exponent < 0 ? -(uint64_t)exponent : (uint64_t)exponent;
    double real = __real__ base, imaginary = __imag__ base, result_real = 1, result_imaginary = 0, kept;

    for (; left != 0; left >>= 1) {
        if (left & 1) {
            kept = result_real;
            result_real = kept * real - result_imaginary * imaginary;
            result_imaginary = kept * imaginary + result_imaginary * real;
        }
        kept = real;
        real = kept * kept - imaginary * imaginary;
        imaginary = 2 * kept * imaginary;
    }
    if (exponent < 0)
        return __divdc3(1, 0, result_real, result_imaginary);
    return complex_of(result_real, result_imaginary);
}

double _Complex _FortranAzpowi(double _Complex base, int32_t exponent)
{
    return _FortranAzpowk(base, exponent);
}

/* The same of shorter numbers, which neither overflow nor vanish as longer ones on the way. */
static float _Complex shortened(double _Complex number)
{
    union {
        float parts[2];
        float _Complex number;
    } made = {{(float)__real__ number, (float)__imag__ number}};

    return made.number;
}

float _Complex __divsc3(float a_real, float a_imaginary, float b_real, float b_imaginary)
{
    return shortened(__divdc3(a_real, a_imaginary, b_real, b_imaginary));
}

float _Complex _FortranAcpowk(float _Complex base, int64_t exponent)
{
    return shortened(_FortranAzpowk(complex_of(__real__ base, __imag__ base), exponent));
}

float _Complex _FortranAcpowi(float _Complex base, int32_t exponent)
{
    return _FortranAcpowk(base, exponent);
}

/* An array of rank 1, or a scalar, of which nothing but the address is there to be read. */
struct descriptor {
    void *base;
    size_t element_length;
    int version;
    signed char rank, type, attribute, extra;
    struct {
        ptrdiff_t lower, extent, stride;
    } dimension[1];
};

/* Copies an array to another of as many elements; both may be parts of one. LAPACK has those of rank 1 only. */
void _FortranAAssign(struct descriptor *to, const struct descriptor *from, const char *file, int line)
{
    ptrdiff_t count = to->dimension[0].extent, to_step = to->dimension[0].stride, from_step = from->dimension[0].stride;
    char *there = to->base;
    const char *here = from->base;
    ptrdiff_t i;

    (void)file;
    (void)line;
    if (to->rank != 1 || from->rank != 1 || to->element_length != from->element_length)
        abort();
    /* From the end that no element is overwritten at before it was read. */
    if ((uintptr_t)there > (uintptr_t)here) {
        there += (count - 1) * to_step;
        here += (count - 1) * from_step;
        to_step = -to_step;
        from_step = -from_step;
    }
    for (i = 0; i < count; i++, there += to_step, here += from_step)
        memmove(there, here, to->element_length);
}

/* The process's CPU time: its parts in the array, their sum in `sum`; -1 if nobody knows. */
void _FortranAEtime(const struct descriptor *parts, const struct descriptor *sum, const char *file, int line)
{
    char *there = parts->base;
    float user = -1, system = -1, both = -1;

    (void)file;
    (void)line;
    if (cpu_time(&user, &system))
        both = user + system;
    memcpy(there, &user, sizeof user);
    memcpy(there + parts->dimension[0].stride, &system, sizeof system);
    memcpy(sum->base, &both, sizeof both);
}
