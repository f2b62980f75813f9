/* Complex functions of the universal C run-time, which wine 8 names but has not, for NumPy on wine.
 *
 * Each x_NAME has NAME's meaning and calling convention: a number of two doubles goes by its address, one of two floats in
 * a register, as Microsoft's compilers pass structures. MinGW's library calculates. wine_python.py puts them in place.
 */

#include <complex.h>

typedef struct {
    double part[2];
} number;
typedef struct {
    float part[2];
} single;

#define EXPORT __declspec(dllexport)
#define DOUBLE(z) (*(double _Complex *)&(z))
#define FLOAT(z) (*(float _Complex *)&(z))

#define FUNCTION(name)                                                                           \
    EXPORT number x_##name(number z)                                                             \
    {                                                                                            \
        double _Complex result = name(DOUBLE(z));                                                \
        return *(number *)&result;                                                               \
    }                                                                                            \
    EXPORT single x_##name##f(single z)                                                          \
    {                                                                                            \
        float _Complex result = name##f(FLOAT(z));                                               \
        return *(single *)&result;                                                               \
    }
#define REAL_FUNCTION(name)                                                                      \
    EXPORT double x_##name(number z) { return name(DOUBLE(z)); }                                 \
    EXPORT float x_##name##f(single z) { return name##f(FLOAT(z)); }

FUNCTION(ccos)
FUNCTION(ccosh)
FUNCTION(cexp)
FUNCTION(csin)
FUNCTION(csinh)
FUNCTION(ctan)
FUNCTION(ctanh)
REAL_FUNCTION(cabs)
REAL_FUNCTION(carg)
REAL_FUNCTION(creal)
REAL_FUNCTION(cimag)

EXPORT number x_cpow(number base, number exponent)
{
    double _Complex result = cpow(DOUBLE(base), DOUBLE(exponent));
    return *(number *)&result;
}

EXPORT single x_cpowf(single base, single exponent)
{
    float _Complex result = cpowf(FLOAT(base), FLOAT(exponent));
    return *(single *)&result;
}
