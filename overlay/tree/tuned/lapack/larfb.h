/* A block reflector, H = I - V T V^H, or H^H, times a matrix or a matrix times it: xLARFB's forward ones, which QR, LQ and
 * what multiplies with their Q consist of, in threads, each with so many columns of C, or rows.
 *
 * LAPACK calls TRMM three times and GEMM twice, whose threads begin and end each time, and passes over a transposed copy of
 * C between them in one thread. Here each thread does all of that for its part, whose copy W is not transposed, and stays
 * in a cache. docs/speed.md has the figures.
 */

#include "tuned/common/names.h"

#ifdef SMP
enum { TRANSPOSED_KIND = COMPSIZE == 1 ? 1 : 3 }; /* of OpenBLAS's tables: the conjugate transpose of complex matrices */

static int (*const gemm[])(blas_arg_t *, BLASLONG *, BLASLONG *, FLOAT *, FLOAT *, BLASLONG) = {
#ifdef COMPLEX
    GEMM_NN, NULL, NULL, GEMM_CN, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, GEMM_NC,
#define TRMM_LHUU TRMM_LCUU
#define TRMM_LHLU TRMM_LCLU
#define TRMM_LHUN TRMM_LCUN
#define TRMM_RHUU TRMM_RCUU
#define TRMM_RHLU TRMM_RCLU
#define TRMM_RHUN TRMM_RCUN
#else
    GEMM_NN, GEMM_TN, NULL, NULL, GEMM_NT,
#define TRMM_LHUU TRMM_LTUU
#define TRMM_LHLU TRMM_LTLU
#define TRMM_LHUN TRMM_LTUN
#define TRMM_RHUU TRMM_RTUU
#define TRMM_RHLU TRMM_RTLU
#define TRMM_RHUN TRMM_RTUN
#endif
};

#include "tuned/level3/gemm_threads.h"

/* By which side, whether transposed, and what triangle: T, or V's, which is lower where its columns are stored. */
enum { UPPER_UNIT, LOWER_UNIT, UPPER };
static int (*const trmm[2][2][3])(blas_arg_t *, BLASLONG *, BLASLONG *, FLOAT *, FLOAT *, BLASLONG) = {
    {{TRMM_LNUU, TRMM_LNLU, TRMM_LNUN}, {TRMM_LHUU, TRMM_LHLU, TRMM_LHUN}},
    {{TRMM_RNUU, TRMM_RNLU, TRMM_RNUN}, {TRMM_RHUU, TRMM_RHLU, TRMM_RHUN}},
};

/* Multiplications of real numbers, of C with the reflectors, for which a thread pays. */
#define FOR_A_THREAD 180000.
/* Its columns are a multiple of so many, or its rows fill lines of the cache, but for the last part. */
#define STEP(right) ((right) ? 64 / (COMPSIZE * (BLASLONG)sizeof(FLOAT)) : 4)
/* Bytes of W at a time. */
#define BYTES_OF_W (1024 * 1024)

typedef struct {
  FLOAT *v, *t, *c;
  BLASLONG m, n, k, ldv, ldt, ldc;
  int right, transposed, by_rows;
} reflector;

static const FLOAT one[COMPSIZE] = {1}, minus_one[COMPSIZE] = {-1};

/* C += alpha op(A) op(B). */
static void add_product(BLASLONG m, BLASLONG n, BLASLONG k, const FLOAT *alpha, int transposed_a, FLOAT *a, BLASLONG lda,
                        int transposed_b, FLOAT *b, BLASLONG ldb, FLOAT *c, BLASLONG ldc, FLOAT *sa, FLOAT *sb) {
  const int kind = KIND(transposed_a ? TRANSPOSED_KIND : 0, transposed_b ? TRANSPOSED_KIND : 0);
  blas_arg_t args = {.m = m, .n = n, .k = k, .a = a, .lda = lda, .b = b, .ldb = ldb, .c = c, .ldc = ldc, .ldd = kind,
                     .alpha = (void *)alpha, .beta = (void *)one, .nthreads = 1};
  gemm_part(&args, NULL, NULL, sa, sb, 0);
}

/* W := op(A) W, or W op(A). */
static void multiply_by_triangle(int right, int transposed, int triangle, BLASLONG m, BLASLONG n, FLOAT *a, BLASLONG lda,
                                 FLOAT *w, BLASLONG ldw, FLOAT *sa, FLOAT *sb) {
  blas_arg_t args = {.m = m, .n = n, .a = a, .lda = lda, .b = w, .ldb = ldw, .nthreads = 1};
  trmm[right][transposed][triangle](&args, NULL, NULL, sa, sb, 0);
}

/* m by n numbers of W, which lie side by side, := C, or C -= W. */
static void copy(FLOAT *w, BLASLONG m, BLASLONG n, const FLOAT *c, BLASLONG ldc) {
  for (BLASLONG j = 0; j < n; j++) memcpy(w + j * m * COMPSIZE, c + j * ldc * COMPSIZE, m * COMPSIZE * sizeof(FLOAT));
}

static void subtract(FLOAT *w, BLASLONG m, BLASLONG n, FLOAT *c, BLASLONG ldc) {
  for (BLASLONG j = 0; j < n; j++)
    AXPYU_K(m, 0, 0, PARTS(minus_one), w + j * m * COMPSIZE, 1, c + j * ldc * COMPSIZE, 1, NULL, 0);
}

/* m by n of C. */
static void apply(const reflector *h, BLASLONG m, BLASLONG n, FLOAT *c, FLOAT *w, FLOAT *sa, FLOAT *sb) {
  const BLASLONG k = h->k, ldc = h->ldc, below = (h->right ? n : m) - k;
  const BLASLONG rows = h->right ? m : k, columns = h->right ? k : n;
  const int triangle = h->by_rows ? UPPER_UNIT : LOWER_UNIT;
  /* Whether what is stored is to be transposed first: V^H from the left, V from the right. */
  const int first = h->right ? h->by_rows : !h->by_rows;
  FLOAT *v2 = h->v + k * (h->by_rows ? h->ldv : 1) * COMPSIZE, *c2 = c + k * (h->right ? ldc : 1) * COMPSIZE;

  copy(w, rows, columns, c, ldc);
  multiply_by_triangle(h->right, first, triangle, rows, columns, h->v, h->ldv, w, rows, sa, sb);
  if (below > 0 && h->right)
    add_product(rows, columns, below, one, 0, c2, ldc, first, v2, h->ldv, w, rows, sa, sb);
  else if (below > 0)
    add_product(rows, columns, below, one, first, v2, h->ldv, 0, c2, ldc, w, rows, sa, sb);
  multiply_by_triangle(h->right, h->transposed, UPPER, rows, columns, h->t, h->ldt, w, rows, sa, sb);
  if (below > 0 && h->right)
    add_product(m, below, k, minus_one, 0, w, rows, !first, v2, h->ldv, c2, ldc, sa, sb);
  else if (below > 0)
    add_product(below, n, k, minus_one, !first, v2, h->ldv, 0, w, rows, c2, ldc, sa, sb);
  multiply_by_triangle(h->right, !first, triangle, rows, columns, h->v, h->ldv, w, rows, sa, sb);
  subtract(w, rows, columns, c, ldc);
}

/* A thread's part, as much at a time as W has a place for. */
static int larfb_part(blas_arg_t *args, BLASLONG *range, BLASLONG *none, FLOAT *sa, FLOAT *sb, BLASLONG position) {
  const reflector *h = args->a;
  const BLASLONG step = STEP(h->right), most = MAX(step, BYTES_OF_W / (BLASLONG)(COMPSIZE * sizeof(FLOAT)) / h->k / step * step);
  FLOAT *w = blas_memory_alloc(1);
  for (BLASLONG from = range[0]; from < range[1]; from += most) {
    const BLASLONG number = MIN(most, range[1] - from);
    FLOAT *c = h->c + from * (h->right ? 1 : h->ldc) * COMPSIZE;
    apply(h, h->right ? number : h->m, h->right ? h->n : number, c, w, sa, sb);
  }
  blas_memory_free(w);
  return 0;
}

/* In so many threads. */
static void apply_in_threads(const reflector *h, BLASLONG threads) {
  const BLASLONG number = h->right ? h->m : h->n, step = STEP(h->right);
  char *buffer = blas_memory_alloc(0);
  blas_arg_t args = {.a = (void *)h, .nthreads = threads};
  BLASLONG ends[MOST_THREADS + 1] = {0};
  blas_queue_t queue[MOST_THREADS];
  int parts = 0;
  for (BLASLONG from = 0; from < number; from = ends[++parts]) {
    const BLASLONG left = threads - parts, some = ((number - from + left - 1) / left + step - 1) / step * step;
    ends[parts + 1] = MIN(number, from + some);
    queue[parts] = (blas_queue_t){.mode = PRECISION | NUMBERS, .routine = larfb_part, .args = &args, .position = parts,
                                  .range_m = &ends[parts], .next = &queue[parts + 1]};
  }
  queue[parts - 1].next = NULL;
  queue[0].sa = buffer + GEMM_OFFSET_A;
  queue[0].sb = (char *)queue[0].sa + ((GEMM_P * GEMM_Q * COMPSIZE * SIZE + GEMM_ALIGN) & ~GEMM_ALIGN) + GEMM_OFFSET_B;
  exec_blas(parts, queue);
  blas_memory_free(buffer);
}
#endif

/* Does xLARFB's work, and returns 1; or 0 if one thread had better, the reflectors go backward, C has too few columns, or rows,
   for its size, or more threads could work than those that copy by themselves. */
blasint TYPED(larfb_parts_)(const char *side, const char *trans, const char *direct, const char *storev, const blasint *m,
                            const blasint *n, const blasint *k, FLOAT *v, const blasint *ldv, FLOAT *t, const blasint *ldt,
                            FLOAT *c, const blasint *ldc) {
#ifdef SMP
  const reflector h = {.v = v, .t = t, .c = c, .m = *m, .n = *n, .k = *k, .ldv = *ldv, .ldt = *ldt, .ldc = *ldc,
                       .right = (*side | 32) == 'r', .transposed = (*trans | 32) != 'n', .by_rows = (*storev | 32) == 'r'};
  const BLASLONG number = h.right ? h.m : h.n, length = h.right ? h.n : h.m;
  const double multiplications = COMPSIZE * COMPSIZE * (double)h.m * (double)h.n * (double)h.k;
  if ((*direct | 32) == 'f' && h.k > 0 && h.k <= length && length <= 8 * number && multiplications >= 2 * FOR_A_THREAD) {
    const BLASLONG threads = num_cpu_avail(3);
    if (threads > 1 && threads <= MOST_THREADS) {
      apply_in_threads(&h, MIN(threads, (BLASLONG)(multiplications / FOR_A_THREAD)));
      return 1;
    }
  }
#endif
  return 0;
}
