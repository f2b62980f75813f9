/* Who may use the library's threads: one caller at a time, and the others calculate by themselves.
 *
 * What:    openblas_pool_enter() says whether this caller has the threads now, openblas_pool_leave() gives them back. It
 *          never waits. openblas_pool_threads() says how many threads a call that begins should reckon with.
 * For:     all CPUs and systems. Included once, by the server of threads (blas_server.c, blas_server_omp.c or
 *          blas_server_win32.c), which has both.
 * Callers: exec_blas(), for tasks that may run one after another; and functions whose tasks wait for each other, which
 *          must not begin unless all of them run at the same time (level3_thread.c and its like, getrf_parallel.c).
 * Threads: a caller that has them may enter again, and leaves as often. No stack and no memory to speak of.
 */

#ifndef USE_OPENMP
/* callers.h */
int openblas_callers(int enough, int asks);
void openblas_callers_forget(void);
#endif

/* Read and written by __atomic functions only, which Clang has for plain integers and not for _Atomic ones. */
static int pool_taken;
static __thread int pool_depth;

/* Whether a function of the program's runs the tasks. Windows' server of threads never calls one. */
static int runs_elsewhere(void) {
#ifdef OS_WINDOWS
  return 0;
#else
  return openblas_threads_callback_ != NULL;
#endif
}

int openblas_pool_enter(BLASLONG threads) {
  int nobody = 0;
  if (pool_depth) {
    pool_depth++;
    return 1;
  }
  /* Somebody else's function runs the tasks, and may run them one after another. */
  if (runs_elsewhere()) return 0;
#ifdef USE_OPENMP
  /* OpenMP gives as many threads as asked for if nothing of this says otherwise. */
  if (omp_in_parallel() || omp_get_dynamic() || omp_get_thread_limit() < threads || omp_get_max_threads() < threads)
    return 0;
#else
  (void)threads;
#endif
  if (!__atomic_compare_exchange_n(&pool_taken, &nobody, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) return 0;
  pool_depth = 1;
  return 1;
}

void openblas_pool_leave(void) {
  if (--pool_depth == 0) __atomic_store_n(&pool_taken, 0, __ATOMIC_RELEASE);
}

#ifndef OS_WINDOWS /* which has no forks */
/* memory.c: its lock, and the server's. */
void openblas_memory_hold(void);
void openblas_memory_release(void);
#ifdef USE_OPENMP
static void hold_server(void) { BLASFUNC(blas_thread_shutdown)(); }
static void release_server(void) {}
#else
static void hold_server(void) {
  for (;;) {
    BLASFUNC(blas_thread_shutdown)();
    LOCK_COMMAND(&server_lock);
    if (!blas_server_avail) return;
    /* Another caller has started it anew. */
    UNLOCK_COMMAND(&server_lock);
  }
}
static void release_server(void) { UNLOCK_COMMAND(&server_lock); }
#endif

/* A fork ends the server's threads, which must not be in the middle of a task: waits for the call that has them. From then on
 * nobody may hold a lock or start the threads: in the child they would stay locked, and the threads not be there. */
void openblas_pool_before_fork(void) {
  while (!openblas_pool_enter(1) && !openblas_threads_callback_) YIELDING;
  hold_server();
  openblas_memory_hold();
}

static void release_locks(void) {
  openblas_memory_release();
  release_server();
}

/* In the parent and in the child, which has one thread and is not in the middle of a call. */
void openblas_pool_in_parent(void) {
  release_locks();
  if (pool_depth) openblas_pool_leave();
}

void openblas_pool_in_child(void) {
  release_locks();
  pool_depth = 0;
#ifndef USE_OPENMP
  openblas_callers_forget();
#endif
  __atomic_store_n(&pool_taken, 0, __ATOMIC_RELEASE);
}
#endif

#ifndef USE_OPENMP
/* As many callers as threads are best off alone: each has a CPU then, and nobody waits. */
int openblas_pool_threads(int all) {
  if (pool_depth || runs_elsewhere()) return all;
  const int crowded = openblas_callers(all - 1, 1) >= all - 1;
  return crowded || __atomic_load_n(&pool_taken, __ATOMIC_RELAXED) ? 1 : all;
}

/* Whether a thread of the server that waits for work had better sleep. It looks now and then: the callers write where it reads. */
static int takes_a_callers_cpu(void) {
  static __thread unsigned turns;
  return turns++ % 64 == 0 && openblas_callers(blas_cpu_number, 0) >= blas_cpu_number;
}

/* Runs a task in the caller's thread. What has no memory of its own takes the first task's. */
static void exec_in_caller(const blas_queue_t *task, const blas_queue_t *first, BLASLONG position) {
  int (*routine)(blas_arg_t *, void *, void *, void *, void *, BLASLONG) = task->routine;
  void *const sa = task->sa ? task->sa : first->sa, *const sb = task->sb ? task->sb : first->sb;
  if (task->mode & BLAS_LEGACY)
    legacy_exec(task->routine, task->mode, task->args, sb);
  else if (task->mode & BLAS_PTHREAD)
    ((void (*)(void *))task->routine)(task->args);
  else
    routine(task->args, task->range_m, task->range_n, sa, sb, position);
}

/* Runs all tasks, one after another. */
static void exec_alone(BLASLONG num, const blas_queue_t *queue) {
  const blas_queue_t *const first = queue;
  for (BLASLONG i = 0; i < num && queue; i++, queue = queue->next) exec_in_caller(queue, first, i);
}

/* Whether a task that was given to a thread has not been begun, and will not be by that one: each takes it from its place. */
static int is_taken(blas_queue_t *volatile *place, blas_queue_t *task, blas_queue_t *instead) {
  return __atomic_compare_exchange_n(place, &task, instead, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}
#endif
