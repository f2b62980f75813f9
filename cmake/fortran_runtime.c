/* The functions of GNU Fortran's run-time library that LAPACK calls, and nothing else of it.
 *
 * With these the library needs neither libgfortran nor libquadmath. Names and signatures are
 * part of gfortran's ABI, unchanged since GCC 8 made lengths of strings size_t.
 */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "fortran_common.h"

/* dest = a // b: cut or padded with blanks to the length of dest. */
void _gfortran_concat_string(size_t dest_length, char *dest, size_t a_length, const char *a,
                             size_t b_length, const char *b)
{
    size_t a_part = a_length < dest_length ? a_length : dest_length;
    size_t room = dest_length - a_part;
    size_t b_part = b_length < room ? b_length : room;

    memcpy(dest, a, a_part);
    memcpy(dest + a_part, b, b_part);
    memset(dest + a_part + b_part, ' ', room - b_part);
}

/* An array of rank 1 as GNU Fortran passes it since GCC 9. */
struct array {
    float *base;
    size_t offset;
    struct {
        size_t element_length;
        int version;
        signed char rank, type;
        short attribute;
    } dtype;
    ptrdiff_t span;
    struct {
        ptrdiff_t stride, lower, upper;
    } dimension[1];
};

/* The process's CPU time: its parts in the array, their sum as the result. */
float _gfortran_etime(struct array *parts)
{
    float user, system;

    if (!cpu_time(&user, &system))
        return -1;
    parts->base[0] = user;
    parts->base[parts->dimension[0].stride] = system;
    return user + system;
}

POWER(_gfortran_pow_r4_i8, float, int64_t)
POWER(_gfortran_pow_r8_i8, double, int64_t)
