/* op(A) or op(B): its numbers, and the steps from a row and from a column to the next. */
typedef struct {
  const FLOAT *numbers;
  BLASLONG row, column;
} factor;
