/* A number as parameter, as argument, and as argument from where it is in memory. */
#ifdef COMPLEX
#define SCALAR(name) FLOAT name##_r, FLOAT name##_i
#define PASS(name) name##_r, name##_i
#define PARTS(number) ((const FLOAT *)(number))[0], ((const FLOAT *)(number))[1]
#else
#define SCALAR(name) FLOAT name
#define PASS(name) name
#define PARTS(number) (*(const FLOAT *)(number))
#endif
