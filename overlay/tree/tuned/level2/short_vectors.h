/* AXPY and DOT of a few numbers side by side in memory, where calling the CPU's kernel takes longer than its work: for
 * copies of drivers that leave no more than SHORT numbers to them.
 */

#define SHORT 8

static inline __attribute__((always_inline)) void short_axpy(BLASLONG n, FLOAT alpha, const FLOAT *x, FLOAT *y) {
  for (BLASLONG i = 0; i < n; i++) y[i] += alpha * x[i];
}

static inline __attribute__((always_inline)) FLOAT short_dot(BLASLONG n, const FLOAT *x, const FLOAT *y) {
  FLOAT sum = 0;
  for (BLASLONG i = 0; i < n; i++) sum += x[i] * y[i];
  return sum;
}

#undef AXPYU_K
#define AXPYU_K(n, dummy1, dummy2, alpha, x, inc_x, y, inc_y, dummy3, dummy4) short_axpy(n, alpha, x, y)
#undef DOTU_K
#define DOTU_K(n, x, inc_x, y, inc_y) short_dot(n, x, y)
