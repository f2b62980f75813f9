/* Names of what is there for each type: its letter before them. */
#if defined(COMPLEX) && defined(DOUBLE)
#define TYPED(name) z##name
#elif defined(COMPLEX)
#define TYPED(name) c##name
#elif defined(DOUBLE)
#define TYPED(name) d##name
#else
#define TYPED(name) s##name
#endif

/* And for each CPU: its name, TS in the kernels' objects, after them. */
#define PASTED(name, cpu) name##cpu
#define FOR_CPU(name, cpu) PASTED(name, cpu)
