/* The order in which the unknowns of a triangular system are solved, where FORWARD says whether the first one is first:
 * which of so many comes in a step, and from which to which they are left then.
 */

#define UNKNOWN(step, number) (FORWARD ? (step) : (number) - 1 - (step))
#define FIRST_LEFT(unknown) (FORWARD ? (unknown) + 1 : 0)
#define END_LEFT(unknown, number) (FORWARD ? (number) : (unknown))
