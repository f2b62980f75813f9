/* Solves and multiplies with every kind of triangle, in blocks deeper than any kernel's.
 *
 * Linked with OpenBLAS's archive, and with its tables of block sizes (setparam) compiled so that every CPU looks like
 * the one that the test wants. Exit status 1: X of A X = B, multiplied by A, is not B again. */
#include <math.h>
#include <stdio.h>

/* Integers have 64 bits. */
typedef void triangular(const char *, const char *, const char *, const char *, const long long *, const long long *,
                        const void *, const void *, const long long *, void *, const long long *);
extern triangular strsm_, dtrsm_, ctrsm_, ztrsm_, strmm_, dtrmm_, ctrmm_, ztrmm_;
static triangular *const solve[] = {strsm_, dtrsm_, ctrsm_, ztrsm_}, *const multiply[] = {strmm_, dtrmm_, ctrmm_, ztrmm_};

enum { ROWS = 1100, COLUMNS = 48, BIG = ROWS * ROWS * 2 };
static union { float s[BIG]; double d[BIG]; } a, b;

static double number(unsigned i) { return ((i * 2654435761u >> 8) % 1000) / 1000.0 - 0.5; }

static int differs(int type, const char *side, const char *uplo, const char *trans) {
  const int single = type % 2 == 0, parts = type < 2 ? 1 : 2, left = *side == 'L';
  const long long m = left ? ROWS : COLUMNS, n = left ? COLUMNS : ROWS, order = ROWS;
  const double ones[2] = {1, 0};
  const float singles[2] = {1, 0};
  const void *alpha = single ? (const void *)singles : (const void *)ones;
  for (long long i = 0; i < order * order * parts; i++) {
    const double value = i % ((order + 1) * parts) == 0 ? 2 : number(i) / order;
    if (single) a.s[i] = value; else a.d[i] = value;
  }
  for (long long i = 0; i < m * n * parts; i++)
    if (single) b.s[i] = number(i + 7); else b.d[i] = number(i + 7);
  solve[type](side, uplo, trans, "N", &m, &n, alpha, &a, &order, &b, &m);
  multiply[type](side, uplo, trans, "N", &m, &n, alpha, &a, &order, &b, &m);
  double worst = 0;
  for (long long i = 0; i < m * n * parts; i++) {
    const double difference = fabs((single ? b.s[i] : b.d[i]) - number(i + 7));
    if (!(difference <= worst)) worst = difference; /* NaN too */
  }
  return !(worst < (single ? 1e-4 : 1e-12));
}

int main(void) {
  int wrong = 0;
  for (int type = 0; type < 4; type++)
    for (int kind = 0; kind < 16; kind++) {
      const char side[] = {"LR"[kind & 1], 0}, uplo[] = {"UL"[kind >> 1 & 1], 0}, trans[] = {"NTCN"[kind >> 2], 0};
      if (differs(type, side, uplo, trans)) wrong = printf("wrong: %ctrsm %s %s %s\n", "sdcz"[type], side, uplo, trans);
    }
  return wrong != 0;
}
