/* What is the same wherever a few threads each copy by themselves what they multiply, and wait for nobody. */

/* With more, OpenBLAS's way: its threads copy together. Measured with two. */
#define MOST_THREADS 4

/* The numbers' type, as OpenBLAS tells it to its threads. */
#ifdef DOUBLE
#define PRECISION BLAS_DOUBLE
#else
#define PRECISION BLAS_SINGLE
#endif
#ifdef COMPLEX
#define NUMBERS BLAS_COMPLEX
#else
#define NUMBERS BLAS_REAL
#endif
