/* GEMM by its kernels for small matrices (small_gemm.h), and in several threads, each with a product of its own: so many
 * columns of C, or rows, or, where C is small, of the columns of A and rows of B; in a copy of GEMM's interface.
 *
 * OpenBLAS's threads copy B together and wait for each other several times, which takes as long as all of a small
 * product; here each copies all that it needs. A part may be one for those kernels, which OpenBLAS calls from one thread
 * alone. docs/speed.md has the figures.
 */

#include "tuned/common/few_threads.h"
#include "tuned/common/scalars.h"
#include "tuned/common/thread_limits.h"

/* How A and B are transposed, as an index of OpenBLAS's tables; a thread finds it in args->ldd. */
#define KIND(transa, transb) (((transb) << 2) | (transa))

#if !USE_SMALL_MATRIX_OPT
#define is_for_small_kernel(args, kind, m, n) 0
#define is_always_small(args) 0
#define small_product(args, kind, i, m, j, n)
#else
#ifdef COMPLEX
#define SMALL_KERNEL ZGEMM_SMALL_KERNEL
#define SMALL_KERNEL_B0 ZGEMM_SMALL_KERNEL_B0
#else
#define SMALL_KERNEL GEMM_SMALL_KERNEL
#define SMALL_KERNEL_B0 GEMM_SMALL_KERNEL_B0
#endif

/* Whether m rows and n columns of C are for the kernels for small matrices. */
static inline __attribute__((always_inline)) int is_for_small_kernel(blas_arg_t *args, BLASLONG kind, BLASLONG m, BLASLONG n) {
  return GEMM_SMALL_MATRIX_PERMIT(kind & 3, kind >> 2, m, n, args->k, PARTS(args->alpha), PARTS(args->beta));
}

/* Whether it is one for those kernels whatever the CPU, so that none need be asked: a few real numbers. With old CPUs'
   kernels, which have none of vectors, 4 by 4 by 4 takes two thirds of the time so, 6 by 6 by 6 more than all of it. */
static inline int is_always_small(const blas_arg_t *args) {
  const BLASULONG before_last = (BLASULONG)(args->m * args->n * args->k - 1);
  return COMPSIZE == 1 && (args->m | args->n | args->k) < 128 && before_last < 100 && !IS_ZERO(args->alpha);
}

/* These rows and columns of C by them. */
static inline __attribute__((always_inline)) void small_product(blas_arg_t *args, BLASLONG kind, BLASLONG i, BLASLONG m,
                                                                BLASLONG j, BLASLONG n) {
  const BLASLONG lda = args->lda, ldb = args->ldb, ldc = args->ldc;
  FLOAT *a = (FLOAT *)args->a + i * (kind & 1 ? lda : 1) * COMPSIZE, *b = (FLOAT *)args->b + j * (kind & 4 ? 1 : ldb) * COMPSIZE;
  FLOAT *c = (FLOAT *)args->c + (i + j * ldc) * COMPSIZE;
  if (IS_ZERO(args->beta)) (SMALL_KERNEL_B0(kind))(m, n, args->k, a, lda, PARTS(args->alpha), b, ldb, c, ldc);
  else (SMALL_KERNEL(kind))(m, n, args->k, a, lda, PARTS(args->alpha), b, ldb, PARTS(args->beta), c, ldc);
}
#endif

#ifdef SMP

/* Multiplications, of whatever numbers, up to which a few threads had better copy by themselves. */
#define MOST_FOR_PARTS (560. * 560 * 560)
/* Of n or k, up to which threads read A and C once, so that any number of them had better work by themselves. */
#define THIN 64

/* Numbers of all Cs that threads but the first may have of their own; how many times deeper than high and wide the product then
   is, and what of the depth is worth a thread. */
#define MOST_OF_CS (512 * 1024 / (BLASLONG)(COMPSIZE * SIZE))
#define DEEP 8
#define LEAST_DEPTH 512

/* How many threads are to do so many multiplications: two, or more where OpenBLAS takes more. */
static int gemm_threads(double of_real_numbers) {
  if (of_real_numbers <= LOWEST_GEMM_LIMIT || of_real_numbers <= CHOSEN_THREAD_LIMITS().gemm) return 1;
  const int available = num_cpu_avail(3), theirs = get_gemm_optimal_nthreads(of_real_numbers);
  return MAX(MIN(2, available), theirs);
}

/* A thread's part. */
static int gemm_part(blas_arg_t *args, BLASLONG *range_m, BLASLONG *range_n, FLOAT *sa, FLOAT *sb, BLASLONG position) {
  const BLASLONG i = range_m ? range_m[0] : 0, m = range_m ? range_m[1] - i : args->m;
  const BLASLONG j = range_n ? range_n[0] : 0, n = range_n ? range_n[1] - j : args->n;
  /* A part of what is for those kernels is for them too, however small. */
  if (is_for_small_kernel(args, args->ldd, args->m, args->n) || is_for_small_kernel(args, args->ldd, m, n)) {
    small_product(args, args->ldd, i, m, j, n);
    return 0;
  }
  return gemm[args->ldd](args, range_m, range_n, sa, sb, position);
}

/* How many threads are to share the depth, so that none reads what another reads too. */
static int threads_of_depth(const blas_arg_t *args) {
  if (args->m * args->n * (args->nthreads - 1) > MOST_OF_CS || args->k < DEEP * MAX(args->m, args->n)) return 1;
  return MIN(args->nthreads, args->k / LEAST_DEPTH);
}

/* Whether so many threads are to work by themselves. */
static int are_for_parts(blas_arg_t *args, BLASLONG kind, double multiplications) {
  if (threads_of_depth(args) > 1) return 1;
  if (args->nthreads > MOST_THREADS && args->n > THIN && args->k > THIN) return 0;
  if (args->nthreads <= MOST_THREADS && multiplications <= MOST_FOR_PARTS) return 1;
  return is_for_small_kernel(args, kind, args->m, args->n);
}

/* Each the product of a part of the depth: the first in C, the others in matrices that are added to it then. */
static void in_parts_of_depth(blas_arg_t *args, int threads, FLOAT *sa, FLOAT *sb) {
  FLOAT *sums = blas_memory_alloc(0), *c = args->c, zero[] = {0, 0};
  const BLASLONG m = args->m * COMPSIZE, ldc = args->ldc * COMPSIZE, kind = args->ldd;
  const BLASLONG step_of_a = (kind & 1 ? 1 : args->lda) * COMPSIZE, step_of_b = (kind & 4 ? args->ldb : 1) * COMPSIZE;
  blas_arg_t parts[MAX_CPU_NUMBER];
  blas_queue_t queue[MAX_CPU_NUMBER];

  BLASLONG from = 0;
  for (BLASLONG part = 0; part < threads; part++) {
    const BLASLONG end = args->k * (part + 1) / threads;
    parts[part] = *args;
    parts[part].k = end - from;
    parts[part].a = (FLOAT *)args->a + from * step_of_a;
    parts[part].b = (FLOAT *)args->b + from * step_of_b;
    if (part) {
      parts[part].beta = zero;
      parts[part].c = sums + (part - 1) * m * args->n;
      parts[part].ldc = args->m;
    }
    queue[part] = (blas_queue_t){.mode = PRECISION | NUMBERS, .routine = gemm_part, .args = &parts[part], .position = part,
                                 .next = &queue[part + 1]};
    from = end;
  }
  queue[threads - 1].next = NULL;
  queue[0].sa = sa, queue[0].sb = sb;
  exec_blas(threads, queue);
  for (FLOAT *sum = sums; sum < sums + (threads - 1) * m * args->n; sum += m * args->n)
    for (BLASLONG j = 0; j < args->n; j++)
      for (BLASLONG i = 0; i < m; i++) c[j * ldc + i] += sum[j * m + i];
  blas_memory_free(sums);
}

static __attribute__((noinline)) void in_parts(blas_arg_t *args, BLASLONG kind) {
  char *buffer = blas_memory_alloc(0), *of_a = buffer + GEMM_OFFSET_A;
  char *of_b = of_a + ((GEMM_P * GEMM_Q * COMPSIZE * SIZE + GEMM_ALIGN) & ~GEMM_ALIGN) + GEMM_OFFSET_B;
  FLOAT *sa = (FLOAT *)of_a, *sb = (FLOAT *)of_b;
  const int of_depth = threads_of_depth(args);
  args->common = NULL;
  args->ldd = kind;
  if (of_depth > 1) in_parts_of_depth(args, of_depth, sa, sb);
  else if (args->m > 2 * args->n) gemm_thread_m(PRECISION | NUMBERS, args, NULL, NULL, gemm_part, sa, sb, args->nthreads);
  else gemm_thread_n(PRECISION | NUMBERS, args, NULL, NULL, gemm_part, sa, sb, args->nthreads);
  blas_memory_free(buffer);
}
#endif

/* Multiplies, if these kernels had better, or each thread a part; else returns 0. */
static int small_gemm(blas_arg_t *args, int transa, int transb) {
  const BLASLONG kind = KIND(transa, transb);
  if (is_always_small(args)) {
    small_product(args, kind, 0, args->m, 0, args->n);
    return 1;
  }
#ifdef SMP
  const double multiplications = (double)args->m * (double)args->n * (double)args->k;
  args->nthreads = gemm_threads(COMPSIZE * COMPSIZE * multiplications);
  if (args->nthreads > 1) {
    if (!are_for_parts(args, kind, multiplications)) return 0;
    in_parts(args, kind);
    return 1;
  }
#endif
  if (!is_for_small_kernel(args, kind, args->m, args->n)) return 0;
  small_product(args, kind, 0, args->m, 0, args->n);
  return 1;
}
