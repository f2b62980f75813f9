/* A number as parameter, as argument, and as argument from where it is in memory; and what it is there. */
#ifdef COMPLEX
#define SCALAR(name) FLOAT name##_r, FLOAT name##_i
#define PASS(name) name##_r, name##_i
#define PARTS(number) ((const FLOAT *)(number))[0], ((const FLOAT *)(number))[1]
#define IS_REAL(number, value) (((const FLOAT *)(number))[0] == (value) && ((const FLOAT *)(number))[1] == 0)
#else
#define SCALAR(name) FLOAT name
#define PASS(name) name
#define PARTS(number) (*(const FLOAT *)(number))
#define IS_REAL(number, value) (*(const FLOAT *)(number) == (value))
#endif
#define IS_ZERO(number) IS_REAL(number, 0)
#define IS_ONE(number) IS_REAL(number, 1)
