/* Calls routines of the library that use threads, in one of several ways, and checks each result against the first one.
 *
 *   calls LIBRARY callback|callers N|forks|often N|stack BYTES|plain|region   routines of a fixed size
 *
 * Exit status 1: a result is wrong, 2: the library lacks something. Whoever starts it sets the time limit. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* With LP64 defined the library is scipy_openblas32. */
#ifdef LP64
typedef int integer;
#define SUFFIX ""
#else
typedef long long integer;
#define SUFFIX "64_"
#endif
/* trsv and getrs take threads from 700 on; routines of level 3 and of LAPACK do long before, and an emulator has less of them. */
#ifndef ORDER_OF_LEVEL_3
#define ORDER_OF_LEVEL_3 1500
#endif
enum { N = 1500, N3 = ORDER_OF_LEVEL_3 };

typedef struct {
  double *a, *b, *c, *x, *work;
  integer *pivots;
} numbers;

static void *library;

static void *function(const char *name) {
  char symbol[100];
  snprintf(symbol, sizeof symbol, "scipy_%s_" SUFFIX, name);
  void *address = dlsym(library, symbol);
  if (!address) {
    fprintf(stderr, "no %s\n", symbol);
    exit(2);
  }
  return address;
}

static void fill(numbers *all, integer n) {
  const integer size = n * n;
  for (integer i = 0; i < size; i++) {
    all->a[i] = ((i * 7919) % 1009) / 1009.0 - 0.5 + (i % (n + 1) == 0 ? n : 0);
    all->b[i] = ((i * 104729) % 997) / 997.0 - 0.5;
    all->c[i] = all->b[i];
  }
  for (integer i = 0; i < 2 * n; i++) all->x[i] = 1 + i % 7;
  for (integer i = 0; i < n; i++) all->pivots[i] = i + 1;
}

/* A complex matrix of order n whose diagonal alone is large, and real; or that with its rows in reverse, so that LU exchanges
 * them. Without it the matrix would be close to a singular one, and rounding decide about the result. */
static void make_dominant(double *a, integer n, int reverse) {
  for (integer i = 0; i < 2 * n * n; i++) a[i] = fabs(a[i]) > 1 ? 0 : a[i];
  for (integer i = 0; i < n; i++) {
    double *number = a + 2 * (i * n + (reverse ? n - 1 - i : i));
    number[0] = 2 * n, number[1] = 0;
  }
}

static numbers allocate(void) {
  const size_t size = (size_t)N * N * sizeof(double);
  return (numbers){malloc(size), malloc(size), malloc(size), malloc(2 * N * sizeof(double)), malloc(64 * N * sizeof(double)),
                   malloc(N * sizeof(integer))};
}

static void release(numbers *all) {
  free(all->a), free(all->b), free(all->c), free(all->x), free(all->work), free(all->pivots);
}

enum { FIRST_OF_LEVEL_2 = 14 };

/* A routine by number: what it changes is added up. No more routines: NaN. */
static double result(int routine, numbers *all) {
  const integer n = routine < FIRST_OF_LEVEL_2 ? N3 : N, half = n / 2, one = 1, lwork = 64 * N;
  const double factor = 1, zero = 0, z[2] = {1, 0};
  integer info = 0;
  void (*f)();
  fill(all, n);
  double *out = all->c;
  integer size = n * n;
#define CALL(name, ...) (f = function(name), f(__VA_ARGS__))
  switch (routine) {
    case 0: CALL("dgemm", "N", "T", &n, &n, &n, &factor, all->a, &n, all->b, &n, &zero, all->c, &n); break;
    case 1: CALL(dlsym(library, "scipy_zgemm3m_" SUFFIX) ? "zgemm3m" : "zgemm" /* x86 alone has the first */, "N", "N", &half, &half, &half, z, all->a, &half, all->b, &half, z, all->c, &half); break;
    case 2: CALL("dsymm", "L", "U", &n, &n, &factor, all->a, &n, all->b, &n, &zero, all->c, &n); break;
    case 3: CALL("dsyrk", "U", "N", &n, &n, &factor, all->a, &n, &zero, all->c, &n); break;
    case 4: CALL("zherk", "L", "C", &half, &half, &factor, all->a, &half, &zero, all->c, &half); break;
    case 5: CALL("dtrsm", "L", "L", "N", "N", &n, &n, &factor, all->a, &n, all->c, &n); break;
    case 6: CALL("dtrmm", "R", "U", "T", "N", &n, &n, &factor, all->a, &n, all->c, &n); break;
    case 7: CALL("dgetrf", &n, &n, all->a, &n, all->pivots, &info), out = all->a; break;
    case 8: make_dominant(all->a, half, 1), CALL("zgetrf", &half, &half, all->a, &half, all->pivots, &info), out = all->a; break;
    case 9: CALL("dpotrf", "L", &n, all->a, &n, &info), out = all->a; break;
    case 10: make_dominant(all->a, half, 0), CALL("zpotrf", "U", &half, all->a, &half, &info), out = all->a; break;
    case 11: CALL("dtrtri", "U", "N", &n, all->a, &n, &info), out = all->a; break;
    case 12: CALL("dlauum", "L", &n, all->a, &n, &info), out = all->a; break;
    case 13: CALL("dgeqrf", &n, &half, all->a, &n, all->x, all->work, &lwork, &info), out = all->a; break;
    case 14: CALL("dtrsv", "L", "N", "N", &n, all->a, &n, all->x, &one), out = all->x, size = n; break;
    case 15: CALL("dtrsv", "U", "T", "N", &n, all->a, &n, all->x, &one), out = all->x, size = n; break;
    case 16: CALL("ztrsv", "L", "N", "N", &half, all->a, &half, all->x, &one), out = all->x, size = n; break;
    case 17: CALL("dgemv", "T", &n, &n, &factor, all->a, &n, all->b, &one, &zero, all->x, &one), out = all->x, size = n; break;
    case 18: CALL("dsymv", "U", &n, &factor, all->a, &n, all->b, &one, &zero, all->x, &one), out = all->x, size = n; break;
    case 19: CALL("dger", &n, &n, &factor, all->b, &one, all->x, &one, all->a, &n), out = all->a; break;
    case 20: CALL("dtrmv", "U", "N", "N", &n, all->a, &n, all->x, &one), out = all->x, size = n; break;
    case 21: CALL("dgetrs", "N", &n, &one, all->a, &n, all->pivots, all->x, &n, &info), out = all->x, size = n; break;
    default: return NAN;
  }
  if (info) printf("routine %d: info %lld\n", routine, (long long)info);
  double sum = 0;
  for (integer i = 0; i < size; i++) sum += fabs(out[i]);
  return sum;
}

enum { MOST = 32 };
static double expected[MOST];
static int routines;

/* Calls all routines, or from `first` on every `step`-th; returns how many results are wrong. */
static int check(const char *way, int first, int step) {
  numbers all = allocate();
  int wrong = 0;
  for (int i = first; i < routines; i += step) {
    const double now = result(i, &all);
    if (!(fabs(now - expected[i]) <= 1e-9 * fabs(expected[i]))) wrong += printf("%s: routine %d: %.17g, not %.17g\n", way, i, now, expected[i]) > 0;
  }
  release(&all);
  return wrong;
}

/* The threads of somebody who has only one: tasks one after another. */
static void one_after_another(int sync, void (*task)(int, void *, int), int number, size_t size, void *tasks, int buffer) {
  for (int i = 0; i < number; i++) task(0, (char *)tasks + i * size, buffer);
}

static int step_of_callers;
static void *caller(void *first) { return (void *)(long)check("callers", (int)(long)first % 3, step_of_callers); }
static void *whole(void *way) { return (void *)(long)check(way, 0, 1); }

static int join_all(pthread_t *threads, int number) {
  int wrong = 0;
  for (int i = 0; i < number; i++) {
    void *returned = NULL;
    pthread_join(threads[i], &returned);
    wrong += (long)returned != 0;
  }
  return wrong;
}

static int with_callers(int number) {
  pthread_t threads[64];
  step_of_callers = 1;
  for (long i = 0; i < number; i++) pthread_create(&threads[i], NULL, caller, (void *)i);
  return join_all(threads, number);
}

static int with_forks(void) {
  pthread_t other;
  int wrong = 0;
  step_of_callers = 1;
  pthread_create(&other, NULL, caller, NULL);
  for (int i = 0; i < 4; i++) {
    usleep(200000);
    const pid_t child = fork();
    if (child == 0) _exit(check("child", i, 6) != 0);
    int status = 1;
    waitpid(child, &status, 0);
    if (status) wrong += printf("child %d: status %x\n", i, status) > 0;
  }
  return wrong + join_all(&other, 1);
}

/* Products of small matrices, with threads, until somebody says that it is enough. */
static volatile int enough;
static void product(integer order, double *a) {
  const double factor = 1, zero = 0;
  ((void (*)())function("dgemm"))("N", "N", &order, &order, &order, &factor, a, &order, a, &order, &zero, a + order * order, &order);
}
static void *products(void *order) {
  const integer n = (long)order;
  double *a = calloc(2 * n * n, sizeof(double));
  while (!enough) product(n, a);
  free(a);
  return NULL;
}

/* Many children of a process whose other threads go in and out of the library: none may find a lock that nobody opens. */
static int with_many_forks(int number) {
  enum { ORDER_IN_CHILD = 150 };
  pthread_t others[2];
  int wrong = 0;
  double *a = calloc(2 * ORDER_IN_CHILD * ORDER_IN_CHILD, sizeof(double));
  for (int i = 0; i < 2; i++) pthread_create(&others[i], NULL, products, (void *)(i ? 60L : 150L));
  for (int i = 0; i < number && !wrong; i++) {
    const pid_t child = fork();
    if (child == 0) {
      alarm(60);
      for (int turn = 0; turn < 3; turn++) product(ORDER_IN_CHILD, a);
      _exit(0);
    }
    int status = 1;
    waitpid(child, &status, 0);
    if (status) wrong += printf("child %d: status %x\n", i, status) > 0;
  }
  enough = 1;
  for (int i = 0; i < 2; i++) pthread_join(others[i], NULL);
  free(a);
  return wrong;
}

static int with_stack(size_t bytes) {
  pthread_t thread;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  if (pthread_attr_setstacksize(&attributes, bytes)) return printf("no stack of %zu bytes\n", bytes) > 0;
  pthread_create(&thread, &attributes, whole, "small stack");
  return join_all(&thread, 1);
}

int main(int count, char **arguments) {
  const char *way = arguments[2];
  library = dlopen(arguments[1], RTLD_NOW);
  if (!library) return fprintf(stderr, "%s\n", dlerror()), 2;
  void (*set_threads)(int) = dlsym(library, "scipy_openblas_set_num_threads" SUFFIX);
  int (*get_threads)(void) = dlsym(library, "scipy_openblas_get_num_threads" SUFFIX);
  const int threads = get_threads();
  numbers all = allocate();
  set_threads(1);
  for (double value; routines < MOST && !isnan(value = result(routines, &all)); routines++) expected[routines] = value;
  set_threads(threads);
  release(&all);
  if (!strcmp(way, "callback")) {
    void (*set_callback)(void *) = dlsym(library, "scipy_openblas_set_threads_callback_function" SUFFIX);
    set_callback(one_after_another);
    return check(way, 0, 1) != 0;
  }
  if (!strcmp(way, "callers")) return with_callers(atoi(arguments[3])) != 0;
  if (!strcmp(way, "forks")) return with_forks() != 0;
  if (!strcmp(way, "often")) return with_many_forks(atoi(arguments[3])) != 0;
  if (!strcmp(way, "stack")) return with_stack(strtoull(arguments[3], NULL, 10)) != 0;
  if (!strcmp(way, "plain")) return check(way, 0, 1) != 0;
#ifdef _OPENMP
  if (!strcmp(way, "region")) {
    int wrong = 0;
#pragma omp parallel num_threads(2) reduction(+ : wrong)
    wrong += check(way, 0, 1);
    return wrong != 0;
  }
#endif
  return fprintf(stderr, "no way is called %s\n", way), 2;
}
