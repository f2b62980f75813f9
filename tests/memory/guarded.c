/* Calls functions of Fortran whose arguments may end or begin where memory does: a call that reads or writes beyond
   them returns the number of the argument's region rather than ending the process. */

#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

static sigjmp_buf before;
static void *fault;

static void leave(int signal, siginfo_t *info, void *context) {
  (void)signal, (void)context;
  fault = info->si_addr;
  siglongjmp(before, 1);
}

/* So many bytes between pages that can't be touched, or NULL. */
void *region(size_t bytes) {
  const size_t page = 4096;
  bytes = (bytes + page - 1) / page * page;
  char *all = mmap(NULL, bytes + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (all == MAP_FAILED || mprotect(all + page, bytes, PROT_READ | PROT_WRITE)) return NULL;
  return all + page;
}

typedef void function(void *, void *, void *, void *, void *, void *, void *, void *, void *, void *, void *, void *,
                      void *, void *, long, long, long, long, long, long);

/* The address that the call touched without right, or NULL. */
void *guarded_call(function *called, void **a) {
  struct sigaction action = {.sa_sigaction = leave, .sa_flags = SA_SIGINFO | SA_NODEFER}, bus, segment;
  sigaction(SIGSEGV, &action, &segment);
  sigaction(SIGBUS, &action, &bus);
  fault = NULL;
  if (!sigsetjmp(before, 1))
    called(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11], a[12], a[13], 1, 1, 1, 1, 1, 1);
  sigaction(SIGSEGV, &segment, NULL);
  sigaction(SIGBUS, &bus, NULL);
  return fault;
}
