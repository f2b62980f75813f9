/* op(A) or op(B): its numbers, and the steps from a row and from a column to the next.
 *
 * Functions that are not inlined take a pointer to it, or its parts: to pass a copy, compilers write it number by number and
 * read it back in pairs, which has to wait until all stores before it are in the cache, to C too.
 */
#pragma once

typedef struct {
  const FLOAT *numbers;
  BLASLONG row, column;
} factor;
