/* A number as parameter and as argument. */
#ifdef COMPLEX
#define SCALAR(name) FLOAT name##_r, FLOAT name##_i
#define PASS(name) name##_r, name##_i
#else
#define SCALAR(name) FLOAT name
#define PASS(name) name
#endif
