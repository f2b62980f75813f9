/* GEMM that reads B where it is, and A too if that is as good: C = alpha op(A) op(B) + beta C, for small_gemm.h.
 *
 * GEMM copies A and B, and passes over C for beta; with matrices of a few hundred rows that takes 10 to 25 % of the time.
 * Here a tile of C stays in registers for a whole DEPTH of k. A is copied to panels of ROWS rows, by the tiles of C's first
 * columns while they multiply if it is not too large; but not where it is small, or smaller than the second-level cache
 * and well aligned, or read a few times only. B is not copied, but for a few columns at a time if they are not contiguous.
 * Where C is narrow, A high and of a small depth, all columns of C are done before the next rows, and B is copied.
 * With AVX2, a panel of A at a time stays in the first-level cache for all columns: the second may be small, and slow.
 * docs/speed.md has the figures.
 */

/* A tile: of 24 or 12 vectors, so many of them for rows. Complex numbers take two sums each. */
#define VECTORS 3
#define ROWS (VECTORS * LANES / COMPSIZE)
#define COLUMNS ((WIDEST == 64 ? 8 : 4) / COMPSIZE)
/* Columns of a tile of one vector: as many sums as hide the latency of an addition. */
#define LOW_COLUMNS (8 / COMPSIZE)

#define DEPTH (WIDEST == 64 ? 384 : 256)
/* Numbers of A that are copied at a time: they stay in the second-level cache. For GEMM with AVX2, in the first. */
#define BLOCK (768 * 1024 / (BLASLONG)sizeof(FLOAT))
#define GEMM_BLOCK (WIDEST == 64 ? BLOCK : DEPTH * ROWS * COMPSIZE)
/* Numbers of B that are copied to the stack: columns side by side. */
#define IN_STRIPS (DEPTH * LOW_COLUMNS * COMPSIZE)
_Static_assert(WIDEST < 64 || IN_STRIPS >= FOR_PANELS, "no place for what small_gemm_ways.h sends here");
/* Numbers of A that are copied there. */
#define ON_STACK (32 * 1024 / (BLASLONG)sizeof(FLOAT))

/* Numbers of B that the second-level cache has room for. */
#define IN_CACHE (256 * 1024 / (BLASLONG)sizeof(FLOAT))

/* Numbers of C that are written several times by by_panels(). */
#define C_OF_PANELS (512 * 1024 / (BLASLONG)sizeof(FLOAT))

/* Up to so many numbers of A are copied by the first columns' tiles, of fewer columns more: reading from further away had
   better go along A's columns. */
#define MOST_AT_ONCE(n) ((n) <= 64 ? 2048 * 1024 : 256 * 1024)

/* The part of A that is copied next, if it comes from memory: its tiles fetch it, each a line of the cache of each of so many
   columns, the next every few steps of depth. */
#define LINE (64 / (BLASLONG)sizeof(FLOAT))
#define STEPS_PER_LINE 4
#define LINES ((ROWS * COMPSIZE + LINE - 1) / LINE + 1)
typedef struct {
  const FLOAT *numbers;
  BLASLONG column, lines, tiles; /* lines of a column, and how many tiles have fetched */
} next_part;

/* What is the same for all tiles of a block. */
typedef struct {
  BLASLONG k;
  const FLOAT *alpha, *beta;
#ifdef COMPLEX
  vector real, imaginary; /* signs that the sums get, by what is conjugated, times alpha if it is real */
#endif
  BLASLONG ldc;
  int from_memory; /* B, whose columns are read once */
  next_part next;
} product;

static const FLOAT one[COMPSIZE] = {1};

/* The sums of products of a vector of A's numbers with the parts of B's. */
typedef struct {
  vector with[COMPSIZE];
} sums;

#ifdef COMPLEX
/* (x + iy)(u + iv) is (xu - yv) + i(yu + xv); the sums are (xu, yu) and (xv, yv). Returns what is left of alpha to multiply
   them by. */
static const FLOAT *set_signs(product *p, int conjugated_a, int conjugated_b, const FLOAT *alpha) {
  const int folded = is_real(alpha);
  const vector plus = in_all_lanes(folded ? alpha[0] : 1);
  p->real = conjugated_a ? negated(plus, ~REAL_PARTS) : plus;
  p->imaginary = conjugated_a == conjugated_b ? negated(plus, REAL_PARTS) : plus;
  if (conjugated_b) p->imaginary = negated(p->imaginary, ~REAL_PARTS);
  return folded ? one : alpha;
}

INLINE vector total(sums s, const product *p) { return s.with[0] * p->real + swapped(s.with[1]) * p->imaginary; }
INLINE vector scaled(vector x, const FLOAT *factor) { return x * factor[0] + turned(x) * factor[1]; }
#else
#define set_signs(p, conjugated_a, conjugated_b, alpha) (alpha)
INLINE vector total(sums s, const product *p) { return s.with[0]; }
INLINE vector scaled(vector x, const FLOAT *factor) { return x * factor[0]; }
#endif

/* How tiles differ. In by_panels() a real alpha is in B already, and C is fetched beforehand only if it is read; the first tile
   of each panel fetches the rows of A below, as does, with AVX2, one that copies several panels of an A that comes from memory;
   if it is one panel, the tiles after it fetch what is copied next. Those of a B that comes from memory fetch the next four
   columns, by turns. */
enum { OF_PANEL = 1, FETCH = 2, FETCH_COLUMNS = 4, FETCH_NEXT = 8 };

/* Step l of depth of a tile: rows of A times numbers of B. A is copied to `panel` besides, if that is not NULL. */
INLINE void step(const int vectors, const int columns, const int whole, const int how, const int first, mask some, BLASLONG l,
                 const FLOAT *a, factor b, sums sum[VECTORS][LOW_COLUMNS], FLOAT *panel) {
  vector rows[VECTORS];
  UNROLL for (int v = 0; v < vectors; v++) {
    rows[v] = whole || v < vectors - 1 ? VECTOR(a + v * LANES) : load_some(a + v * LANES, some);
    if (panel) VECTOR(panel + l * ROWS * COMPSIZE + v * LANES) = rows[v];
    if (how & FETCH) __builtin_prefetch(a + ROWS * COMPSIZE + v * LANES);
  }
  UNROLL for (int j = 0; j < columns; j++)
    UNROLL for (int part = 0; part < COMPSIZE; part++) {
      const vector number = in_all_lanes(b.numbers[j * b.column + part]);
      UNROLL for (int v = 0; v < vectors; v++)
        if (first) sum[v][j].with[part] = rows[v] * number;
        else add_product(&sum[v][j].with[part], rows[v], number);
    }
  if (how & FETCH_COLUMNS) __builtin_prefetch(b.numbers + (4 + l % 4) * b.column);
}

/* Where the next tile of a part begins to fetch. */
INLINE const FLOAT *numbers_to_fetch(const product *p) {
  const next_part next = p->next;
  return next.numbers + next.tiles % next.lines * LINE + next.tiles / next.lines * (p->k / STEPS_PER_LINE) * next.column;
}

/* A tile of C: `vectors` of rows, some of the last of them, and so many columns. */
INLINE void tile(const int vectors, const int columns, const int whole, const int how, mask some, const product *p,
                 const FLOAT *a, BLASLONG lda, factor b, FLOAT *c, FLOAT *panel) {
  sums sum[VECTORS][LOW_COLUMNS];
  /* By value: stores to C might change what p points to, for all the compiler knows. */
  const BLASLONG ldc = p->ldc, next_column = p->next.column;
  const FLOAT *next = how & FETCH_NEXT ? numbers_to_fetch(p) : NULL;
  /* C that is only written had better be fetched too in double precision, but not where a tile is done so soon; real numbers
     with AVX2 had better not. */
  const int fetched = SIZE == 8 && !(how & OF_PANEL), fetches = WIDEST == 64 || COMPSIZE == 2;
  FLOAT alpha[COMPSIZE], beta[COMPSIZE];
  BLASLONG l = 0;

  UNROLL for (int part = 0; part < COMPSIZE; part++) alpha[part] = p->alpha[part], beta[part] = p->beta[part];
  if (fetches && (fetched || !is_zero(beta))) fetch_tile(vectors, columns, c, ldc);
  if (SUMS_BEGIN_AS_PRODUCTS && p->k > 0) {
    step(vectors, columns, whole, how, 1, some, l++, a, b, sum, panel);
    a += lda;
    b.numbers += b.row;
  } else {
    UNROLL for (int j = 0; j < columns; j++)
      UNROLL for (int v = 0; v < vectors; v++)
        UNROLL for (int part = 0; part < COMPSIZE; part++) sum[v][j].with[part] = (vector){0};
  }
#pragma GCC unroll DEPTH_AT_ONCE
  for (; l < p->k; l++) {
    step(vectors, columns, whole, how, 0, some, l, a, b, sum, panel);
    a += lda;
    b.numbers += b.row;
    if (how & FETCH_NEXT) __builtin_prefetch(next + l / STEPS_PER_LINE * next_column);
  }
  UNROLL for (int j = 0; j < columns; j++)
    UNROLL for (int v = 0; v < vectors; v++) sum[v][j].with[0] = total(sum[v][j], p);
  if ((COMPSIZE == 2 || !(how & OF_PANEL)) && !is_one(alpha)) {
    UNROLL for (int j = 0; j < columns; j++)
      UNROLL for (int v = 0; v < vectors; v++) sum[v][j].with[0] = scaled(sum[v][j].with[0], alpha);
  }
#define EACH(result)                                      \
  UNROLL for (int j = 0; j < columns; j++) {              \
    FLOAT *column = found_now(c + j * ldc);               \
    UNROLL for (int v = 0; v < vectors; v++) {            \
      FLOAT *to = column + v * LANES;                     \
      const int all = whole || v < vectors - 1;           \
      const vector x = sum[v][j].with[0];                 \
      if (all) VECTOR(to) = result;                       \
      else store_some(to, some, result);                  \
    }                                                     \
  }
#define OLD (all ? VECTOR(to) : load_some(to, some))
  if (is_zero(beta)) {
    EACH(x)
  } else if (is_one(beta)) {
    EACH(x + OLD)
  } else if (COMPSIZE > 1 && is_real(beta)) {
    /* Nor are infinite numbers multiplied by the imaginary part's zero. */
    EACH(x + OLD * beta[0])
  } else {
    EACH(x + scaled(OLD, beta))
  }
#undef OLD
#undef EACH
}

/* So many columns of C, m rows. A is in panels, so far from each other, or is copied to panels. */
INLINE void strip(const int columns, const int how, BLASLONG m, const product *p, const FLOAT *a, BLASLONG panel, BLASLONG lda, factor b,
                  FLOAT *c, FLOAT *copies) {
  for (; m >= ROWS; m -= ROWS, a += panel, c += ROWS * COMPSIZE) {
    tile(VECTORS, columns, 1, how, first_lanes(LANES), p, a, lda, b, c, copies);
    if (copies) copies += p->k * ROWS * COMPSIZE;
  }
  const BLASLONG vectors = (m * COMPSIZE + LANES - 1) / LANES;
  const mask some = first_lanes(m * COMPSIZE - (vectors - 1) * LANES);
  if (vectors == 1) tile(1, columns, 0, how, some, p, a, lda, b, c, copies);
  if (vectors == 2) tile(2, columns, 0, how, some, p, a, lda, b, c, copies);
  if (vectors == 3) tile(3, columns, 0, how, some, p, a, lda, b, c, copies);
}

#define COPYING_STRIP(name, how)                                                                                       \
  static __attribute__((noinline)) void name(BLASLONG m, const product *p, const FLOAT *a, BLASLONG lda,              \
                                             const FLOAT *b, BLASLONG row, BLASLONG column, FLOAT *c, FLOAT *copies) { \
    strip(COLUMNS, how, m, p, a, ROWS * COMPSIZE, lda, (factor){b, row, column}, c, copies);                           \
  }
COPYING_STRIP(copying_strip, 0)
COPYING_STRIP(copying_strip_from_memory, FETCH)

#define COLUMNS_OF(name, columns, how)                                                                               \
  static __attribute__((noinline)) void columns_##name(BLASLONG m, const product *p, const FLOAT *a, const FLOAT *b, \
                                                       FLOAT *c, BLASLONG panel, BLASLONG lda, BLASLONG row,         \
                                                       BLASLONG column) {                                            \
    strip(columns, how, m, p, a, panel, lda, (factor){b, row, column}, c, NULL);                                     \
  }
COLUMNS_OF(side_by_side, COLUMNS, 0)
COLUMNS_OF(1, 1, 0)
COLUMNS_OF(2, 2, 0)
#if WIDEST < 64
COLUMNS_OF(fetching, COLUMNS, FETCH_NEXT)
#define FETCHES_NEXT(p) ((p)->next.tiles < STEPS_PER_LINE * (p)->next.lines)
#else
#define FETCHES_NEXT(p) 0
#define columns_fetching columns_side_by_side
#endif
#if WIDEST < 64 && !defined(COMPLEX)
COLUMNS_OF(from_memory, COLUMNS, FETCH_COLUMNS)
#define IS_FROM_MEMORY(p) (p)->from_memory
#else
#define IS_FROM_MEMORY(p) 0
#define columns_from_memory columns_side_by_side
#endif
#if COLUMNS >= 4
COLUMNS_OF(4, 4, 0)
#endif
#if COLUMNS >= 8
COLUMNS_OF(8, 8, 0)
#endif

/* Copies a vector of rows of op(A), fewer at its end, whose rows are contiguous. */
INLINE void copy_transposed(BLASLONG rows, BLASLONG k, factor a, FLOAT *to) {
  const int width = LANES / COMPSIZE;
  for (BLASLONG l = 0; l < k; l += width, to += width * ROWS * COMPSIZE) {
    const BLASLONG depth = MIN(width, k - l);
    const mask some = first_lanes(depth * COMPSIZE);
    vector x[LANES / COMPSIZE];
    UNROLL for (int i = 0; i < width; i++)
      x[i] = i < rows ? load_some(a.numbers + l * COMPSIZE + i * a.row, some) : (vector){0};
    interleave_all(x, width);
    UNROLL for (int i = 0; i < width; i++)
      if (i < depth) VECTOR(to + i * ROWS * COMPSIZE) = x[i];
  }
}

/* Columns of A that are copied at a time: A is read along them. */
#define COPIED_COLUMNS 4

/* Copies m rows of op(A) to panels. Where GCC 12 inlines it, it may keep the vectors that it transposes in memory. */
static __attribute__((noinline)) void copy(BLASLONG m, BLASLONG k, const factor *of, FLOAT *to) {
  const factor a = {of->numbers, of->row, of->column};
  const int width = LANES / COMPSIZE;
  if (a.row != COMPSIZE) {
    for (BLASLONG i = 0; i < m; i += width)
      copy_transposed(MIN(width, m - i), k, (factor){a.numbers + i * a.row, a.row, a.column},
                      to + i / ROWS * ROWS * k * COMPSIZE + i % ROWS * COMPSIZE);
    return;
  }
  for (BLASLONG l = 0; l < k; l += COPIED_COLUMNS) {
    const BLASLONG end = MIN(l + COPIED_COLUMNS, k);
    FLOAT *panel = to + l * ROWS * COMPSIZE;
    BLASLONG i = 0;
    for (; i + ROWS <= m; i += ROWS, panel += k * ROWS * COMPSIZE)
      for (BLASLONG q = l; q < end; q++)
        UNROLL for (int v = 0; v < VECTORS; v++)
          VECTOR(panel + (q - l) * ROWS * COMPSIZE + v * LANES) = VECTOR(a.numbers + q * a.column + i * COMPSIZE + v * LANES);
    for (BLASLONG first = i; first < m; first += width, panel += LANES) {
      const mask some = first_lanes(MIN(width, m - first) * COMPSIZE);
      for (BLASLONG q = l; q < end; q++)
        VECTOR(panel + (q - l) * ROWS * COMPSIZE) = load_some(a.numbers + q * a.column + first * COMPSIZE, some);
    }
  }
}

/* Whether A had better not be copied: its columns are contiguous, and it is read a few times only, or is in the first-level
   cache, or in the second, and its columns begin vectors in memory, but not all in the same few lines of the first. */
static int stays(BLASLONG m, BLASLONG n, BLASLONG k, const factor *a) {
  const BLASLONG bytes = m * k * (BLASLONG)(COMPSIZE * sizeof(FLOAT)), step = a->column * (BLASLONG)sizeof(FLOAT);
  if (a->row != COMPSIZE) return 0;
  const int aligned = (step | (BLASLONG)(size_t)a->numbers) % WIDEST == 0;
  if (n < 3 * COLUMNS || (bytes <= 48 * 1024 && (WIDEST == 64 || aligned || bytes <= 24 * 1024))) return 1;
  return WIDEST == 64 && bytes <= 384 * 1024 && aligned && step % 2048 != 0;
}

#if LOW_COLUMNS > COLUMNS
/* Columns of C, as many times LOW_COLUMNS as there are, of no more rows than a vector has. Returns how many it were. */
static __attribute__((noinline)) BLASLONG low_strips(BLASLONG m, BLASLONG n, const product *p, const FLOAT *a, BLASLONG lda,
                                                     const factor *of, FLOAT *c, FLOAT *contiguous) {
  factor b = {of->numbers, of->row, of->column};
  BLASLONG j = 0;
  for (; j + LOW_COLUMNS <= n; j += LOW_COLUMNS, b.numbers += LOW_COLUMNS * b.column, c += LOW_COLUMNS * p->ldc)
    tile(1, LOW_COLUMNS, 0, 0, first_lanes(m * COMPSIZE), p, a, lda,
         contiguous ? side_by_side(LOW_COLUMNS, p->k, b, contiguous) : b, c, NULL);
  return j;
}
#endif

/* Columns of C, COLUMNS and fewer at a time. */
static void strips_of_rows(BLASLONG m, BLASLONG n, product *p, const FLOAT *a, BLASLONG panel, BLASLONG lda,
                           const factor *of, FLOAT *c, FLOAT *contiguous) {
  factor b = {of->numbers, of->row, of->column};
  /* Steps that the compiler knows are 5 to 10 per cent faster. */
#define STRIPS(columns)                                                                                  \
  for (; n >= columns; n -= columns, b.numbers += columns * b.column, c += columns * p->ldc) {           \
    const factor of_b = contiguous ? side_by_side(columns, p->k, b, contiguous) : b;                     \
    if (columns == COLUMNS && FETCHES_NEXT(p)) {                                                         \
      columns_fetching(m, p, a, of_b.numbers, c, panel, lda, of_b.row, of_b.column);                     \
      p->next.tiles++;                                                                                   \
    } else if (columns == COLUMNS && contiguous && of_b.column == COMPSIZE)                              \
      columns_side_by_side(m, p, a, of_b.numbers, c, panel, lda, of_b.row, COMPSIZE);                    \
    else if (columns == COLUMNS && IS_FROM_MEMORY(p))                                                    \
      columns_from_memory(m, p, a, of_b.numbers, c, panel, lda, of_b.row, of_b.column);                  \
    else                                                                                                 \
      columns_##columns(m, p, a, of_b.numbers, c, panel, lda, of_b.row, of_b.column);                    \
  }
#if COLUMNS >= 8
  STRIPS(8)
#endif
#if COLUMNS >= 4
  STRIPS(4)
#endif
  STRIPS(2)
  STRIPS(1)
}

/* All columns of C, so many rows of it. A is in panels, so far from each other; columns of B are copied side by side to
   `contiguous` if that is not NULL. */
static void strips(BLASLONG m, BLASLONG n, product *p, const FLOAT *a, BLASLONG panel, BLASLONG lda, const factor *b,
                   FLOAT *c, FLOAT *contiguous) {
#if LOW_COLUMNS > COLUMNS
  const BLASLONG low = m % ROWS, high = m - low;
  if (low && low * COMPSIZE <= LANES) {
    const FLOAT *last = a + high / ROWS * panel;
    FLOAT *to = c + high * COMPSIZE;
    const BLASLONG done = low_strips(low, n, p, last, lda, b, to, contiguous);
    const factor rest = {b->numbers + done * b->column, b->row, b->column};
    strips_of_rows(low, n - done, p, last, panel, lda, &rest, to + done * p->ldc, contiguous);
    m = high;
  }
#endif
  if (m) strips_of_rows(m, n, p, a, panel, lda, b, c, contiguous);
}

/* Copies alpha times B row by row; complex numbers without alpha, whose product would take B's conjugation into account.
   Returns what the sums have to be multiplied by. */
static const FLOAT *copy_scaled(BLASLONG n, BLASLONG k, const FLOAT *alpha, const factor *b, FLOAT *to) {
#ifdef COMPLEX
  const FLOAT part_of_alpha = 1;
#else
  const FLOAT part_of_alpha = *alpha;
  alpha = one;
#endif
  for (BLASLONG l = 0; l < k; l++)
    for (BLASLONG j = 0; j < n; j++)
      UNROLL for (int part = 0; part < COMPSIZE; part++)
        to[(l * n + j) * COMPSIZE + part] = b->numbers[l * b->row + j * b->column + part] * part_of_alpha;
  return alpha;
}

/* All of C, ROWS of it at a time, whose part of A, where it is, comes to the first-level cache once: the tile before has
   asked for it. B's rows are contiguous. */
static __attribute__((noinline)) void by_panels(BLASLONG m, BLASLONG n, product *p, const FLOAT *a, BLASLONG lda,
                                                const FLOAT *b, FLOAT *c) {
  const BLASLONG panel = ROWS * COMPSIZE, columns = n / COLUMNS * COLUMNS;
  const mask all = first_lanes(LANES);
#define OF_B(j) ((factor){b + (j) * COMPSIZE, n * COMPSIZE, COMPSIZE})

  for (; m >= ROWS; m -= ROWS, a += panel, c += panel) {
    tile(VECTORS, COLUMNS, 1, OF_PANEL | FETCH, all, p, a, lda, OF_B(0), c, NULL);
    for (BLASLONG j = COLUMNS; j < columns; j += COLUMNS)
      tile(VECTORS, COLUMNS, 1, OF_PANEL, all, p, a, lda, OF_B(j), c + j * p->ldc, NULL);
    if (columns < n) strips(ROWS, n - columns, p, a, panel, lda, &OF_B(columns), c + columns * p->ldc, NULL);
  }
  if (m) strips(m, n, p, a, panel, lda, &OF_B(0), c, NULL);
}

void DIRECT_GEMM(BLASLONG m, BLASLONG n, BLASLONG k, const FLOAT *alpha, const factor *a, int conjugated_a, const factor *b,
                 int conjugated_b, const FLOAT *beta, FLOAT *c, BLASLONG ldc) {
  FLOAT contiguous[IN_STRIPS];
  product p = {.k = k, .beta = beta, .ldc = ldc * COMPSIZE};
  p.from_memory = m <= ROWS && n * k > IN_CACHE && b->row == COMPSIZE;
  p.alpha = alpha = set_signs(&p, conjugated_a, conjugated_b, alpha);
  const BLASLONG depth_of_panels = depth_by_panels(a->row != COMPSIZE, m, n, k);
  if (depth_of_panels) {
    /* As much of C at a time as stays in the second-level cache from step to step. */
    const BLASLONG most_rows = depth_of_panels < k ? C_OF_PANELS / (n * COMPSIZE) / ROWS * ROWS : m;
    for (BLASLONG i = 0; i < m; i += most_rows)
      for (BLASLONG l = 0; l < k; l += depth_of_panels) {
        p.k = MIN(depth_of_panels, k - l);
        p.alpha = copy_scaled(n, p.k, alpha, &(factor){b->numbers + l * b->row, b->row, b->column}, contiguous);
        p.beta = l ? one : beta;
        by_panels(MIN(most_rows, m - i), n, &p, a->numbers + i * COMPSIZE + l * a->column, a->column, contiguous,
                  c + i * COMPSIZE);
      }
    return;
  }

  FLOAT stack[ON_STACK] __attribute__((aligned(WIDEST)));
  const BLASLONG steps = k > 0 ? (k + DEPTH - 1) / DEPTH : 1, depth = k > 0 ? (k + steps - 1) / steps : 1;
  /* A panel at a time of an A that comes from memory, if there are tiles enough to fetch the next one. */
  const int from_memory = WIDEST < 64 && a->row == COMPSIZE && m * k * COMPSIZE > 2 * FROM_MEMORY;
  const int is_panel = from_memory && n >= STEPS_PER_LINE * LINES * COLUMNS;
  const BLASLONG most = is_panel ? ROWS : GEMM_BLOCK / COMPSIZE / depth / ROWS * ROWS, blocks = (m + most - 1) / most;
  const BLASLONG height = ((m + blocks - 1) / blocks + ROWS - 1) / ROWS * ROWS;
  const int copied = !stays(m, n, k, a), allocated = copied && height * depth * COMPSIZE > ON_STACK;
  FLOAT *copies = allocated ? blas_memory_alloc(0) : stack;
  const int at_once = a->row == COMPSIZE && m * k * COMPSIZE <= MOST_AT_ONCE(n);

  for (BLASLONG step = 0; step < steps; step++) {
    const BLASLONG l = step * depth;
    p.k = MIN(depth, k - l);
    p.beta = l ? one : beta;
    for (BLASLONG i = 0; i < m; i += height) {
      const BLASLONG rows = MIN(height, m - i);
      const FLOAT *from = a->numbers + i * a->row + l * a->column;
      factor of_b = {b->numbers + l * b->row, b->row, b->column};
      FLOAT *to = c + i * COMPSIZE;
      BLASLONG panel = ROWS * COMPSIZE, lda = a->column, left = n;
      if (copied) {
        /* One that the second-level cache has no room for. */
        if (WIDEST < 64 && height == ROWS && a->row == COMPSIZE && m * k * COMPSIZE > FROM_MEMORY / 4) {
          const int is_last = i + height >= m;
          p.next = (next_part){.numbers = is_last ? from + depth * lda - i * COMPSIZE : from + ROWS * COMPSIZE,
                               .column = lda,
                               .lines = is_last && step == steps - 1 ? 0 : LINES};
        }
        if (at_once) {
          const factor first = side_by_side(COLUMNS, p.k, of_b, contiguous);
          (from_memory && height > ROWS ? copying_strip_from_memory : copying_strip)(
            rows, &p, from, lda, first.numbers, first.row, first.column, to, copies);
          of_b.numbers += COLUMNS * of_b.column, to += COLUMNS * p.ldc, left -= COLUMNS;
        } else {
          copy(rows, p.k, &(factor){from, a->row, a->column}, copies);
        }
        from = copies;
        panel = p.k * ROWS * COMPSIZE;
        lda = ROWS * COMPSIZE;
      }
      strips(rows, left, &p, from, panel, lda, &of_b, to, contiguous);
    }
  }
  if (allocated) blas_memory_free(copies);
}
