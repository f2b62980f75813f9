#include "kinds.h"

#include <float.h>

bool kind_of(char letter, struct kind *kind)
{
    static const struct kind all[] = {
        {'s', false, false, sizeof(float)},
        {'d', false, true, sizeof(double)},
        {'c', true, false, sizeof(float complex)},
        {'z', true, true, sizeof(double complex)},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (all[i].letter == letter) {
            *kind = all[i];
            return true;
        }
    }
    return false;
}

struct kind real_of(struct kind kind)
{
    struct kind real;
    kind_of(kind.wide ? 'd' : 's', &real);
    return real;
}

double epsilon_of(struct kind kind)
{
    return kind.wide ? DBL_EPSILON : FLT_EPSILON;
}

double complex get(struct kind kind, const void *array, size_t index)
{
    switch (kind.letter) {
    case 's':
        return ((const float *)array)[index];
    case 'd':
        return ((const double *)array)[index];
    case 'c':
        return ((const float complex *)array)[index];
    default:
        return ((const double complex *)array)[index];
    }
}

void put(struct kind kind, void *array, size_t index, double complex value)
{
    switch (kind.letter) {
    case 's':
        ((float *)array)[index] = (float)creal(value);
        break;
    case 'd':
        ((double *)array)[index] = creal(value);
        break;
    case 'c':
        ((float complex *)array)[index] = (float complex)value;
        break;
    default:
        ((double complex *)array)[index] = value;
    }
}

double uniform(uint64_t *state)
{
    /* Marsaglia's xorshift64, with the multiplier of xorshift64*. */
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return (double)((*state * 0x2545F4914F6CDD1DULL) >> 11) / 9007199254740992.0 - 0.5;
}
