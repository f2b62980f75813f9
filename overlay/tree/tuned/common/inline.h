/* Functions that are to be part of the loops that call them, and loops of a known number of steps without any. */
#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 16")
