/* CHOOSER(type, name) defines chosen_<name>(), which returns the address of what the kernels' objects have under a name, by
 * OpenBLAS's table for the CPU that it chose, or NULL. FOR_EACH_CPU(do, type, name) is do(type, name, CPU) for those that the
 * library has kernels for.
 */

#include "tuned/common/names.h"

#define DECLARE_KERNEL(type, name, cpu)   \
  extern gotoblas_t gotoblas_##cpu;       \
  extern const type FOR_CPU(TYPED(name), _##cpu);
#define IF_CHOSEN(type, name, cpu) \
  if (gotoblas == &gotoblas_##cpu) return &FOR_CPU(TYPED(name), _##cpu);
#define CHOOSER(type, name)                     \
  FOR_EACH_CPU(DECLARE_KERNEL, type, name)      \
  static const type *chosen_##name(void) {      \
    FOR_EACH_CPU(IF_CHOSEN, type, name)         \
    return NULL;                                \
  }
