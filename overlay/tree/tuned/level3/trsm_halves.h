/* TRSM by the solver of the CPU that OpenBLAS chose, where it has one: triangular systems of more unknowns than that is for by
 * halves, with a product between them. One function for all of OpenBLAS's drivers of a type, which trsm_driver.h calls.
 */

#include "tuned/common/chooser.h"
#include "tuned/level3/product.h"
#include "tuned/level3/trsm_driver.h"
#include "tuned/level3/trsm_solver.h"

CHOOSER(trsm_solver, trsm_solver)

/* A triangular matrix A, the right sides B, and who solves. */
typedef struct {
  const trsm_solver *solver;
  int kind, backward;
  BLASLONG systems, lda, ldb;
  FLOAT *a, *b, *sa, *sb;
} trsm;

static FLOAT *part_of_a(const trsm *t, BLASLONG row, BLASLONG column) { return t->a + (row + column * t->lda) * COMPSIZE; }

/* The unknowns from this one on. */
static FLOAT *part_of_b(const trsm *t, BLASLONG unknown) {
  return t->b + unknown * (t->kind & TRSM_RIGHT ? t->ldb : 1) * COMPSIZE;
}

/* Whether the numbers of A that an unknown is multiplied by in others' equations are next to each other in memory. */
static int is_by_columns(const trsm *t) { return ((t->kind & TRSM_TRANSPOSED) != 0) == ((t->kind & TRSM_RIGHT) != 0); }

/* Solves the systems of so many unknowns by themselves, or multiplies. */
static void with_part(__typeof__(((trsm_solver *)0)->solve) solve, const trsm *t, BLASLONG first, BLASLONG number) {
  const BLASLONG next = COMPSIZE, column = t->lda * COMPSIZE, far_in_b = t->ldb * COMPSIZE;
  const int right = (t->kind & TRSM_RIGHT) != 0, by_columns = is_by_columns(t);
  const factor a = {part_of_a(t, first, first), by_columns ? next : column, by_columns ? column : next};
  solve(number, t->systems, &a, (t->kind & TRSM_CONJUGATED) != 0, (t->kind & TRSM_UNIT) != 0, t->backward, part_of_b(t, first),
        right ? far_in_b : next, right ? next : far_in_b, t->sb);
}

/* Subtracts the product of A with so many unknowns, which are solved, from the others' right sides. */
static void subtract_solved(const trsm *t, BLASLONG solved, BLASLONG number_solved, BLASLONG left, BLASLONG number_left) {
  const int right = (t->kind & TRSM_RIGHT) != 0, transposed = (t->kind & TRSM_TRANSPOSED) != 0;
  const int op = (transposed ? TRANSPOSED_OP : 0) | (t->kind & TRSM_CONJUGATED ? CONJUGATED_OP : 0);
  FLOAT *beside = transposed == right ? part_of_a(t, left, solved) : part_of_a(t, solved, left);
  FLOAT *unknowns = part_of_b(t, solved), *others = part_of_b(t, left);
  if (right)
    SUBTRACT_PRODUCT(0, op, t->systems, number_left, number_solved, unknowns, t->ldb, beside, t->lda, others, t->ldb, t->sa, t->sb);
  else
    SUBTRACT_PRODUCT(op, 0, number_left, t->systems, number_solved, beside, t->lda, unknowns, t->ldb, others, t->ldb, t->sa, t->sb);
}

/* For a few systems the solver reads A where it is, a few numbers of each column at a time, or copies it: then products do more
   of the work. */
#define FEW_SYSTEMS 160
#define MOST_FOR_FEW 128

static void solve_by_halves(const trsm *t, BLASLONG first, BLASLONG number) {
  const int few = t->systems <= FEW_SYSTEMS && is_by_columns(t);
  if (number <= (few ? MIN(MOST_FOR_FEW, t->solver->most) : t->solver->most)) {
    with_part(t->solver->solve, t, first, number);
    return;
  }
  const BLASLONG half = (number / 2 + 31) / 32 * 32;
  const BLASLONG size = t->backward ? number - half : half, other = number - size;
  const BLASLONG earlier = t->backward ? first + half : first, later = t->backward ? first : first + half;
  solve_by_halves(t, earlier, size);
  subtract_solved(t, earlier, size, later, other);
  solve_by_halves(t, later, other);
}

int IS_FOR_TRSM_BY_HALVES(BLASLONG unknowns) {
  const trsm_solver *solver = chosen_trsm_solver();
  return solver && solver->most && unknowns >= solver->least && (unknowns <= solver->most || solver->is_for_more);
}

/* A's upper triangle, transposed or for systems that are rows, but not both, is solved from the first unknown on. */
static int is_backward(int kind) {
  return ((kind & TRSM_UPPER) != 0) == (((kind & TRSM_TRANSPOSED) != 0) == ((kind & TRSM_RIGHT) != 0));
}

void TRSM_BY_HALVES(int kind, BLASLONG unknowns, BLASLONG systems, FLOAT *a, BLASLONG lda, FLOAT *b, BLASLONG ldb, FLOAT *sa,
                    FLOAT *sb) {
  const trsm t = {chosen_trsm_solver(), kind, is_backward(kind), systems, lda, ldb, a, b, sa, sb};
  solve_by_halves(&t, 0, unknowns);
}

int IS_FOR_TRMM_BY_TILES(int kind, BLASLONG unknowns) {
  const trsm_solver *solver = chosen_trsm_solver();
  return solver && unknowns <= solver->most_to_multiply && unknowns >= solver->least_to_multiply[(kind & TRSM_RIGHT) != 0];
}

void TRMM_BY_TILES(int kind, BLASLONG unknowns, BLASLONG systems, FLOAT *a, BLASLONG lda, FLOAT *b, BLASLONG ldb, FLOAT *sb) {
  const trsm t = {chosen_trsm_solver(), kind, is_backward(kind), systems, lda, ldb, a, b, NULL, sb};
  with_part(t.solver->multiply, &t, 0, unknowns);
}
