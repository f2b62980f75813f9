/* What solves triangular systems with a CPU's own instructions: op(A) X = B, X in B's place. */

#include "tuned/factor.h"
#include "tuned/names.h"

/* The most unknowns that it is for, 0 if it is for none. `solve` takes op(A), or its transpose if the systems
   are B's rows; which parts of it: conjugated, with a diagonal of ones, solved from the last unknown to the first; the first
   unknown's right sides, with the steps to the next unknown and system; and a buffer of a megabyte or two. */
typedef struct {
  BLASLONG most;
  void (*solve)(BLASLONG number, BLASLONG systems, factor a, int conjugated, int unit, int backward, FLOAT *b,
                BLASLONG next_unknown, BLASLONG next_system, FLOAT *buffer);
} trsm_solver;

#define SOLVER(cpu) FOR_CPU(TYPED(trsm_solver), cpu)
