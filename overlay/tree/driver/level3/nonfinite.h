/* Whether a matrix, or a triangle of it, has NaN or Inf in it, in the time that it takes to read it.
 *
 * For any CPU; on x86-64, AVX2 is used where there is. A few vectors on the stack, no buffer, no threads.
 */

#define WHOLE 0
#define UPPER_TRIANGLE 1
#define LOWER_TRIANGLE 2

/* Where column j of a matrix or triangle begins, and how many numbers it has, real and imaginary parts. */
#define FIRST_OF_COLUMN(j) (shape == LOWER_TRIANGLE ? (j) * COMPSIZE : 0)
#define NUMBERS_OF_COLUMN(j) ((shape == UPPER_TRIANGLE ? (j) + 1 : shape == LOWER_TRIANGLE ? m - (j) : m) * COMPSIZE)

#if defined(__GNUC__)
typedef FLOAT some_numbers __attribute__((vector_size(32), aligned(sizeof(FLOAT)), may_alias));
#define IN_SOME ((BLASLONG)(32 / sizeof(FLOAT)))
#define SUMS 8

/* Whether the sum of all numbers is finite: else one of them is not, or they are very large. Some are added twice. */
static inline __attribute__((always_inline)) int sum_is_finite(const int shape, BLASLONG m, BLASLONG n, const FLOAT *b,
                                                               BLASLONG ldb) {
  some_numbers sum[SUMS] = {0};
  FLOAT rest = 0;
  for (BLASLONG j = 0; j < n; j++) {
    const FLOAT *x = b + j * ldb * COMPSIZE + FIRST_OF_COLUMN(j);
    const BLASLONG number = NUMBERS_OF_COLUMN(j);
    BLASLONG i = 0;
    for (; i + SUMS * IN_SOME <= number; i += SUMS * IN_SOME)
      for (int s = 0; s < SUMS; s++) sum[s] += *(const some_numbers *)(x + i + s * IN_SOME);
    if (number >= IN_SOME) {
      for (int s = 0; s < SUMS; s++)
        if (i + s * IN_SOME < number) {
          const BLASLONG at = i + s * IN_SOME, last = number - IN_SOME;
          sum[s] += *(const some_numbers *)(x + (at < last ? at : last));
        }
    } else {
      for (; i < number; i++) rest += x[i];
    }
  }
  for (int apart = SUMS / 2; apart; apart /= 2)
    for (int s = 0; s < apart; s++) sum[s] += sum[s + apart];
  for (int i = 0; i < IN_SOME; i++) rest += sum[0][i];
  return rest - rest == 0;
}

#if defined(__x86_64__)
static __attribute__((target("avx2"))) int sum_is_finite_avx2(const int shape, BLASLONG m, BLASLONG n, const FLOAT *b,
                                                              BLASLONG ldb) {
  return sum_is_finite(shape, m, n, b, ldb);
}
#endif
#endif

static int is_finite(const int shape, BLASLONG m, BLASLONG n, const FLOAT *b, BLASLONG ldb) {
  if (shape == WHOLE && m == ldb) {
    m *= n;
    n = 1;
  }
#if defined(__GNUC__) && defined(__x86_64__)
  const int has_avx2 = __builtin_cpu_supports("avx2");
  if (has_avx2 ? sum_is_finite_avx2(shape, m, n, b, ldb) : sum_is_finite(shape, m, n, b, ldb)) return 1;
#elif defined(__GNUC__)
  if (sum_is_finite(shape, m, n, b, ldb)) return 1;
#endif
  for (BLASLONG j = 0; j < n; j++) {
    const FLOAT *x = b + j * ldb * COMPSIZE + FIRST_OF_COLUMN(j);
    for (BLASLONG i = 0; i < NUMBERS_OF_COLUMN(j); i++)
      if (x[i] - x[i] != 0) return 0;
  }
  return 1;
}
