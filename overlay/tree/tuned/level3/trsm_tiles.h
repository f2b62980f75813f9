/* TRSM of up to a few hundred unknowns, without GEMM's copies: the solver of a CPU, SOLVER(TS) of trsm_solver.h. And TRMM,
 * which is the same with products in place of solutions.
 *
 * The systems lie side by side in the lanes of vectors, so that a solved unknown is subtracted from all of them by the same
 * instructions as in a product, and the triangle on the diagonal leaves no lane without work. If the systems are B's columns
 * they are transposed for that, a panel at a time, or by each tile in its registers; A is copied only where reading it in
 * place is slower. The solution begins with the first unknown; where the last one is first, all steps are negative.
 * docs/speed.md has the figures.
 */

#include "tuned/level3/trsm_solver.h"

#if defined(__AVX512F__) || defined(__AVX2__)

#include "tuned/common/inverse.h"
#include "tuned/common/vectors.h"

/* Unknowns and systems of a tile: 24 or 12 vectors. Complex numbers take two sums each. */
#define UNKNOWNS ((WIDEST == 64 ? 8 : 4) / COMPSIZE)
#define WIDTH (LANES / COMPSIZE)
#define VECTORS 3
/* Unknowns and panels up to which A is read where it is even if a tile's numbers are a column's. */
#define FEW_UNKNOWNS 256
#define FEW_PANELS (COMPSIZE == 1 ? 4 : 2)
/* From how many unknowns to how many this is faster than OpenBLAS's kernels, and whether by halves with more; the same for
   products. */
#if WIDEST == 64
#define FOR_UNKNOWNS 1, 512, 1
#define TO_MULTIPLY {16 / COMPSIZE, 16 / COMPSIZE}, (COMPSIZE == 1 ? 320 : 512)
#else
#define FOR_UNKNOWNS (COMPSIZE * SIZE == 4 ? 160 : 24), (COMPSIZE == 1 && SIZE == 8 ? 256 : 192), COMPSIZE == 1 && SIZE == 8
#define TO_MULTIPLY {COMPSIZE == 2 ? 32 : SIZE == 8 ? 128 : 193, 32}, 192
#endif

/* The sums of products of a vector of unknowns with the parts of A's numbers. */
typedef struct {
  vector with[COMPSIZE];
} sums;

INLINE vector total(sums s) {
#ifdef COMPLEX
  return s.with[0] + turned(s.with[1]);
#else
  return s.with[0];
#endif
}

INLINE void subtract_product(sums *s, vector x, const FLOAT *number) {
  UNROLL for (int part = 0; part < COMPSIZE; part++) s->with[part] -= x * number[part];
}

/* A triangular matrix: its numbers, and the triangles on its diagonal by columns, with the inverse of minus the diagonal if
   it is not for multiplying. */
typedef struct {
  BLASLONG unknowns;
  factor a;
  int multiplying, conjugated, unit, copied;
  FLOAT *triangles, *strips;
} triangular;

/* Right sides or unknowns: the first system's first, and the step to the next unknown. */
typedef struct {
  FLOAT *numbers;
  BLASLONG next;
} unknowns;

/* How right sides lie: the systems side by side, or in columns of their own, where the unknowns follow one another as they are
   solved, or the other way. */
typedef enum { SIDE_BY_SIDE, IN_COLUMNS, IN_COLUMNS_BACKWARD } layout;

/* Whether tiles transpose what lies in columns: where they have as many unknowns as a vector has systems. With AVX-512 panels
   are transposed as a whole. */
enum { TURNS_TILES = WIDEST == 32 && SIZE == 8 };

/* Solves for a tile of so many vectors of systems, after k unknowns that are `solved`, with these numbers of A. What is
   solved goes to `own` and to `to`, where the right sides are. If it is multiplying, it takes the product of A with the
   unknowns before and with its `own`, and so many of its rows go to `to`. */
INLINE void tile(const int multiplying, const layout how, const int vectors, mask some, BLASLONG k, unknowns solved, factor a,
                 const FLOAT *triangle, unknowns own, unknowns to, BLASLONG number) {
  sums x[VECTORS][UNKNOWNS];
#define OF_COLUMNS(i) (how == IN_COLUMNS_BACKWARD ? UNKNOWNS - 1 - (i) : (i))
#define COLUMN(v, s) VECTOR(to.numbers + ((v) * WIDTH + (s)) * to.next)

  UNROLL for (int v = 0; v < vectors; v++) {
    vector columns[UNKNOWNS];
    if (how != SIDE_BY_SIDE) {
      UNROLL for (int s = 0; s < UNKNOWNS; s++) columns[s] = COLUMN(v, s);
      interleave_all(columns, UNKNOWNS);
    }
    UNROLL for (int i = 0; i < UNKNOWNS; i++) {
      const FLOAT *from = to.numbers + i * to.next + v * LANES;
      if (multiplying) x[v][i] = (sums){{{0}}};
      else if (how != SIDE_BY_SIDE) x[v][i] = (sums){{columns[OF_COLUMNS(i)]}};
      else x[v][i] = (sums){{v < vectors - 1 ? VECTOR(from) : load_some(from, some)}};
    }
  }
#pragma GCC unroll 1
  for (BLASLONG l = 0; l < k; l++) {
    vector rows[VECTORS];
    UNROLL for (int v = 0; v < vectors; v++) rows[v] = VECTOR(solved.numbers + v * LANES);
    UNROLL for (int i = 0; i < UNKNOWNS; i++)
      UNROLL for (int part = 0; part < COMPSIZE; part++) {
        const vector factor = in_all_lanes(a.numbers[i * a.row + part]);
        UNROLL for (int v = 0; v < vectors; v++) {
          /* Complex ones are slower so: up to a third. */
          if (COMPSIZE == 1) take_product(&x[v][i].with[part], rows[v], factor);
          else x[v][i].with[part] -= rows[v] * factor;
        }
      }
    solved.numbers += solved.next;
    a.numbers += a.column;
  }
  if (multiplying) {
    UNROLL for (int v = 0; v < vectors; v++)
      UNROLL for (int l = 0; l < UNKNOWNS; l++) {
        const vector value = VECTOR(own.numbers + l * own.next + v * LANES);
        UNROLL for (int i = 0; i < UNKNOWNS; i++)
          if (i >= l) subtract_product(&x[v][i], value, triangle + (l * UNKNOWNS + i) * COMPSIZE);
      }
    UNROLL for (int i = 0; i < UNKNOWNS; i++)
      if (i < number)
        UNROLL for (int v = 0; v < vectors; v++) {
          FLOAT *address = to.numbers + i * to.next + v * LANES;
          if (v < vectors - 1) VECTOR(address) = -total(x[v][i]);
          else store_some(address, some, -total(x[v][i]));
        }
    return;
  }
  UNROLL for (int i = 0; i < UNKNOWNS; i++)
    UNROLL for (int v = 0; v < vectors; v++) {
      sums solution = {{{0}}};
      subtract_product(&solution, total(x[v][i]), triangle + (i * UNKNOWNS + i) * COMPSIZE);
      const vector value = total(solution);
      VECTOR(own.numbers + i * own.next + v * LANES) = value;
      FLOAT *address = to.numbers + i * to.next + v * LANES;
      if (how != SIDE_BY_SIDE) x[v][i].with[0] = value;
      else if (v < vectors - 1) VECTOR(address) = value;
      else store_some(address, some, value);
      UNROLL for (int j = 0; j < UNKNOWNS; j++)
        if (j > i) subtract_product(&x[v][j], value, triangle + (i * UNKNOWNS + j) * COMPSIZE);
    }
  if (how != SIDE_BY_SIDE)
    UNROLL for (int v = 0; v < vectors; v++) {
      vector columns[UNKNOWNS];
      UNROLL for (int i = 0; i < UNKNOWNS; i++) columns[OF_COLUMNS(i)] = x[v][i].with[0];
      interleave_all(columns, UNKNOWNS);
      UNROLL for (int s = 0; s < UNKNOWNS; s++) COLUMN(v, s) = columns[s];
    }
#undef COLUMN
#undef OF_COLUMNS
}

/* Copies so many rows, with all lanes of a panel's. */
INLINE void copy_rows(BLASLONG vectors, BLASLONG number, mask some, unknowns from, unknowns to) {
  for (BLASLONG i = 0; i < number; i++)
    for (BLASLONG v = 0; v < vectors; v++)
      VECTOR(to.numbers + i * to.next + v * LANES) =
        load_some(from.numbers + i * from.next + v * LANES, v < vectors - 1 ? first_lanes(LANES) : some);
}

INLINE void copy_rows_back(BLASLONG vectors, BLASLONG number, mask some, unknowns from, unknowns to) {
  for (BLASLONG i = 0; i < number; i++)
    for (BLASLONG v = 0; v < vectors; v++)
      store_some(to.numbers + i * to.next + v * LANES, v < vectors - 1 ? first_lanes(LANES) : some,
                 VECTOR(from.numbers + i * from.next + v * LANES));
}

INLINE void zero_rows(BLASLONG vectors, BLASLONG number, unknowns to) {
  for (BLASLONG i = 0; i < number; i++)
    for (BLASLONG v = 0; v < vectors; v++) VECTOR(to.numbers + i * to.next + v * LANES) = (vector){0};
}

/* A panel of so many vectors of systems, whose right sides are `outside`, or in `x` too if they were copied there: in columns
   those of the last tile, if it isn't whole. */
INLINE void solve_panel(const layout how, const int vectors, const triangular *t, mask some, unknowns x, unknowns outside) {
  const FLOAT *strip = t->strips;
  for (BLASLONG i = 0; i < t->unknowns; i += UNKNOWNS) {
    const BLASLONG number = MIN(UNKNOWNS, t->unknowns - i);
    const int whole = number == UNKNOWNS;
    const unknowns own = {x.numbers + i * x.next, x.next};
    unknowns there = outside;
    if (how == SIDE_BY_SIDE) there.numbers += i * outside.next;
    else if (!whole) there = own;
    else there.numbers += (how == IN_COLUMNS ? i : t->unknowns - i - UNKNOWNS) * COMPSIZE;
    factor a = {t->a.numbers + i * t->a.row, t->a.row, t->a.column};
    if (t->copied || !whole) {
      a = (factor){strip, COMPSIZE, UNKNOWNS * COMPSIZE};
      strip += i * UNKNOWNS * COMPSIZE;
    }
    const FLOAT *triangle = t->triangles + i * UNKNOWNS * COMPSIZE;
    if (whole) {
      tile(0, how, vectors, some, i, x, a, triangle, own, there, UNKNOWNS);
    } else {
      copy_rows(vectors, number, some, there, own);
      zero_rows(vectors, UNKNOWNS - number, (unknowns){own.numbers + number * own.next, own.next});
      tile(0, SIDE_BY_SIDE, vectors, first_lanes(LANES), i, x, a, triangle, own, own, UNKNOWNS);
      copy_rows_back(vectors, number, some, own, there);
    }
  }
}

#define PANEL_OF(name, how, vectors)                                                                              \
  static __attribute__((noinline)) void name(const triangular *t, mask some, unknowns x, unknowns outside) {     \
    solve_panel(how, vectors, t, some, x, outside);                                                               \
  }

PANEL_OF(panel_of_1, SIDE_BY_SIDE, 1)
PANEL_OF(panel_of_2, SIDE_BY_SIDE, 2)
PANEL_OF(panel_of_3, SIDE_BY_SIDE, 3)
PANEL_OF(panel_in_columns, IN_COLUMNS, VECTORS)
PANEL_OF(panel_in_columns_backward, IN_COLUMNS_BACKWARD, VECTORS)

/* The product with a panel `x`, whose last tile is full up with zeros: from the last unknowns to the first, since it may come
   in its place. */
#define PRODUCT_OF(vectors)                                                                                               \
  static __attribute__((noinline)) void product_of_##vectors(const triangular *t, mask some, unknowns x, unknowns outside) { \
    for (BLASLONG i = (t->unknowns - 1) / UNKNOWNS * UNKNOWNS; i >= 0; i -= UNKNOWNS) {                                   \
      const BLASLONG number = MIN(UNKNOWNS, t->unknowns - i);                                                             \
      const unknowns own = {x.numbers + i * x.next, x.next};                                                              \
      const unknowns there = {outside.numbers + i * outside.next, outside.next};                                          \
      factor a = {t->a.numbers + i * t->a.row, t->a.row, t->a.column};                                                    \
      if (t->copied || number < UNKNOWNS)                                                                                 \
        a = (factor){t->strips + (t->copied ? i * (i - UNKNOWNS) / 2 : 0) * COMPSIZE, COMPSIZE, UNKNOWNS * COMPSIZE};     \
      tile(1, SIDE_BY_SIDE, vectors, some, i, x, a, t->triangles + i * UNKNOWNS * COMPSIZE, own, there, number);    \
    }                                                                                                                     \
  }

PRODUCT_OF(1)
PRODUCT_OF(2)
PRODUCT_OF(3)

/* Copies a number of A, or its conjugate. */
INLINE void set_number(const triangular *t, FLOAT *to, const FLOAT *from) {
  to[0] = from[0];
#ifdef COMPLEX
  to[1] = t->conjugated ? -from[1] : from[1];
#endif
}

/* Minus the inverse of a number, in its place. */
INLINE void invert(FLOAT *number) {
  set_inverse(number, number);
  for (int part = 0; part < COMPSIZE; part++) number[part] = -number[part];
}

static void copy_triangle(const triangular *t, BLASLONG number, const FLOAT *from, FLOAT *to) {
  for (int i = 0; i < UNKNOWNS * UNKNOWNS * COMPSIZE; i++) to[i] = 0;
  for (BLASLONG l = 0; l < number; l++) {
    FLOAT *diagonal = to + (l * UNKNOWNS + l) * COMPSIZE;
    for (BLASLONG i = t->unit ? l + 1 : l; i < number; i++)
      set_number(t, to + (l * UNKNOWNS + i) * COMPSIZE, from + i * t->a.row + l * t->a.column);
    if (t->unit) diagonal[0] = t->multiplying ? 1 : -1;
    else if (!t->multiplying) invert(diagonal);
  }
}

/* Copies the rows of a tile's unknowns, as many columns as unknowns are before. */
static void copy_strip(const triangular *t, BLASLONG number, BLASLONG before, const FLOAT *from, FLOAT *to) {
  for (BLASLONG l = 0; l < before; l++, from += t->a.column, to += UNKNOWNS * COMPSIZE) {
    if (number == UNKNOWNS) {
      UNROLL for (int i = 0; i < UNKNOWNS; i++) set_number(t, to + i * COMPSIZE, from + i * t->a.row);
    } else {
      for (BLASLONG i = 0; i < UNKNOWNS * COMPSIZE; i++) to[i] = 0;
      for (BLASLONG i = 0; i < number; i++) set_number(t, to + i * COMPSIZE, from + i * t->a.row);
    }
  }
}

static void copy_a(triangular *t) {
  FLOAT *strip = t->strips;
  for (BLASLONG i = 0; i < t->unknowns; i += UNKNOWNS) {
    const BLASLONG number = MIN(UNKNOWNS, t->unknowns - i);
    const FLOAT *from = t->a.numbers + i * t->a.row;
    copy_triangle(t, number, from + i * t->a.column, t->triangles + i * UNKNOWNS * COMPSIZE);
    if (t->copied || number < UNKNOWNS) {
      copy_strip(t, number, i, from, strip);
      strip += i * UNKNOWNS * COMPSIZE;
    }
  }
}

/* Copies numbers of up to WIDTH systems that are columns of B to a vector of a panel's each, or back. */
INLINE void copy_block(const int back, const int whole, BLASLONG number, BLASLONG systems, FLOAT *columns, BLASLONG ld,
                       FLOAT *rows, BLASLONG next) {
  const mask some = first_lanes(number * COMPSIZE);
  vector x[WIDTH];
  UNROLL for (int s = 0; s < WIDTH; s++) {
    if (back) x[s] = VECTOR(rows + s * next);
    else if (whole) x[s] = VECTOR(columns + s * ld);
    else x[s] = s < systems ? load_some(columns + s * ld, some) : (vector){0};
  }
  interleave_all(x, WIDTH);
  UNROLL for (int s = 0; s < WIDTH; s++) {
    if (!back) VECTOR(rows + s * next) = x[s];
    else if (whole) VECTOR(columns + s * ld) = x[s];
    else if (s < systems) store_some(columns + s * ld, some, x[s]);
  }
}

INLINE void copy_blocks(const int back, BLASLONG number, BLASLONG systems, FLOAT *columns, BLASLONG ld, FLOAT *rows,
                        BLASLONG next) {
  for (; systems > 0; systems -= WIDTH, columns += WIDTH * ld, rows += LANES)
    for (BLASLONG i = 0; i < number; i += WIDTH) {
      const BLASLONG left = MIN(WIDTH, number - i);
      if (left == WIDTH && systems >= WIDTH) copy_block(back, 1, left, WIDTH, columns + i * COMPSIZE, ld, rows + i * next, next);
      else copy_block(back, 0, left, systems, columns + i * COMPSIZE, ld, rows + i * next, next);
    }
}

static void copy_transposed(BLASLONG number, BLASLONG systems, FLOAT *from, BLASLONG ld, FLOAT *to, BLASLONG next) {
  copy_blocks(0, number, systems, from, ld, to, next);
}

static void copy_transposed_back(BLASLONG number, BLASLONG systems, FLOAT *from, BLASLONG next, FLOAT *to, BLASLONG ld) {
  copy_blocks(1, number, systems, to, ld, from, next);
}

/* Solves, or multiplies. */
INLINE void with_triangle(const int multiplying, BLASLONG number, BLASLONG systems, const factor *a, int conjugated, int unit,
                          int backward, FLOAT *b, BLASLONG next_unknown, BLASLONG next_system, FLOAT *buffer) {
  const BLASLONG room = (number + 2 * WIDTH + UNKNOWNS) * VECTORS * LANES, last = number - 1;
  FLOAT *panel = buffer + UNKNOWNS * VECTORS * LANES, *triangles = buffer + room;
  triangular t = {number, {a->numbers, a->row, a->column}, multiplying, conjugated, unit, 0, triangles,
                  triangles + (number + UNKNOWNS) * UNKNOWNS * COMPSIZE};

  t.copied = conjugated || (a->row == COMPSIZE && systems > FEW_PANELS * VECTORS * WIDTH &&
                            (number > FEW_UNKNOWNS || a->column * sizeof(FLOAT) % 2048 == 0));
  if (backward) t.a = (factor){a->numbers + last * (a->row + a->column), -a->row, -a->column};
  copy_a(&t);

  for (BLASLONG s = 0; s < systems; s += VECTORS * WIDTH) {
    const BLASLONG width = MIN(VECTORS * WIDTH, systems - s), vectors = (width + WIDTH - 1) / WIDTH;
    const BLASLONG step = vectors * LANES;
    const int copied = next_system != COMPSIZE;
    const mask some = first_lanes(copied ? LANES : (width - (vectors - 1) * WIDTH) * COMPSIZE);
    FLOAT *own = b + s * next_system;
    unknowns x = {panel, step}, outside = {own, next_unknown};
    if (backward) {
      x = (unknowns){panel + last * step, -step};
      outside = (unknowns){own + last * next_unknown, -next_unknown};
    }
    /* Not if the columns' numbers are in the same few lines of the cache. */
    const int turning = TURNS_TILES && copied && !multiplying && width == VECTORS * WIDTH &&
                        next_system * sizeof(FLOAT) % 2048 != 0;
    const BLASLONG to_copy = turning ? number % UNKNOWNS : number, at = backward ? 0 : number - to_copy;
    FLOAT *columns = own + at * COMPSIZE, *rows = panel + at * step;
    if (copied) {
      copy_transposed(to_copy, width, columns, next_system, rows, step);
      outside = turning ? (unknowns){own, next_system} : x;
    } else if (multiplying) {
      copy_rows(vectors, number, some, outside, x);
    }
    if (multiplying) zero_rows(vectors, -number & (UNKNOWNS - 1), (unknowns){x.numbers + number * x.next, x.next});
    if (turning) (backward ? panel_in_columns_backward : panel_in_columns)(&t, some, x, outside);
    else if (vectors == 1) (multiplying ? product_of_1 : panel_of_1)(&t, some, x, outside);
    else if (vectors == 2) (multiplying ? product_of_2 : panel_of_2)(&t, some, x, outside);
    else (multiplying ? product_of_3 : panel_of_3)(&t, some, x, outside);
    if (copied) copy_transposed_back(to_copy, width, rows, step, columns, next_system);
  }
}

static void solve(BLASLONG number, BLASLONG systems, const factor *a, int conjugated, int unit, int backward, FLOAT *b,
                  BLASLONG next_unknown, BLASLONG next_system, FLOAT *buffer) {
  with_triangle(0, number, systems, a, conjugated, unit, backward, b, next_unknown, next_system, buffer);
}

static void multiply(BLASLONG number, BLASLONG systems, const factor *a, int conjugated, int unit, int backward, FLOAT *b,
                     BLASLONG next_unknown, BLASLONG next_system, FLOAT *buffer) {
  with_triangle(1, number, systems, a, conjugated, unit, backward, b, next_unknown, next_system, buffer);
}

const trsm_solver SOLVER(TS) = {FOR_UNKNOWNS, solve, TO_MULTIPLY, multiply};

#else
const trsm_solver SOLVER(TS) = {0};
#endif
