/* What solves triangular systems with a CPU's own instructions, op(A) X = B, and multiplies, X = op(A) B: X in B's place. */

#include "tuned/common/factor.h"
#include "tuned/common/names.h"

/* The least and the most unknowns with which it is faster than OpenBLAS's kernels, 0 if there is none, and whether it is by
   halves with more. `solve` takes op(A), or its transpose if the systems are B's rows; what it is: conjugated, with a
   diagonal of ones, solved from the last unknown to the first; the first unknown's right sides, with the steps to the next
   unknown and system; and a buffer of a few megabytes. `multiply` takes the same, with so many unknowns at least if the
   systems are B's columns, or its rows: an unknown is the sum of products with those before it, in the order in which they
   would be solved, and itself. */
typedef struct {
  BLASLONG least, most;
  int is_for_more;
  void (*solve)(BLASLONG number, BLASLONG systems, const factor *a, int conjugated, int unit, int backward, FLOAT *b,
                BLASLONG next_unknown, BLASLONG next_system, FLOAT *buffer);
  BLASLONG least_to_multiply[2], most_to_multiply;
  void (*multiply)(BLASLONG number, BLASLONG systems, const factor *a, int conjugated, int unit, int backward, FLOAT *b,
                   BLASLONG next_unknown, BLASLONG next_system, FLOAT *buffer);
} trsm_solver;

#define SOLVER(cpu) FOR_CPU(TYPED(trsm_solver), cpu)
