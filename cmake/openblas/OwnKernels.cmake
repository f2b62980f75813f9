# Kernels for which OpenBLAS's table of kernels has no place: one object for each CPU of the library, and one that
# chooses by the table that OpenBLAS chose.
#
# Triangular systems and products with triangles, src/level3/trsm_tiles.h and trsm_halves.h, and what is made of them and of
# products (product_driver.h there): LU, Cholesky and inverses of triangles by halves; and the columns at the end of those, and
# systems with one right side (src/factorizations/lu_kernel.h, cholesky_kernel.h, src/level2/trsv_kernel.h). docs/speed.md has
# the figures.

set(OPENBLAS_TYPES s d c z)
set(OPENBLAS_MACROS_s "")
set(OPENBLAS_MACROS_d DOUBLE)
set(OPENBLAS_MACROS_c COMPLEX)
set(OPENBLAS_MACROS_z DOUBLE COMPLEX)

# Returns the path of a generated file that includes one of our headers for a type of numbers, with definitions for it, and
# gets compiler flags of its own.
function(generate_own_source name type header definitions flags result)
  set(path ${OPENBLAS_COPIES}/own/${type}${name}.c)
  include_header(${path} tuned/${header} "${OPENBLAS_MACROS_${type}}" "${flags}" common)
  file(CONFIGURE OUTPUT ${path} @ONLY CONTENT "${common}${definitions}#include \"tuned/${header}\"\n")
  set(${result} ${path} PARENT_SCOPE)
endfunction()

# What each CPU has, its header, and macros that go before it; what there is once, its header, and the target that it goes to.
set(OPENBLAS_OWN_KERNELS
  "trsm_solver level3/trsm_tiles.h"
  "lu_kernel factorizations/lu_kernel.h"
  "cholesky_kernel factorizations/cholesky_kernel.h"
  "trsv_kernel level2/trsv_kernel.h"
  "syrk_kernel level3/syrk_kernel.h"
  "thread_limits common/cpu_thread_limits.h"
  "gemv_n_narrow level2/gemv_kernel.h NARROW"
  "gemv_t_narrow level2/gemv_kernel.h NARROW TRANS"
)
set(OPENBLAS_OWN_DRIVERS
  "trsm_by_halves level3/trsm_halves.h driver_level3"
  "subtract_product level3/product_driver.h driver_level3"
  "chosen_columns factorizations/chosen_columns.h lapack"
  "chosen_syrk level3/chosen_syrk.h driver_level3"
  "chosen_trsv level2/chosen_trsv.h driver_level2"
  "chosen_thread_limits common/chosen_thread_limits.h driver_level3"
  "larfb lapack/larfb.h lapack"
  "larfg lapack/larfg.h lapack"
  "larft lapack/larft.h lapack"
)

# Adds them to OpenBLAS's targets.
function(add_own_kernels)
  set(cpus "")
  foreach(cpu ${DYNAMIC_CORE})
    string(APPEND cpus " do(type, name, ${cpu})")
  endforeach()
  foreach(type ${OPENBLAS_TYPES})
    foreach(entry ${OPENBLAS_OWN_KERNELS})
      string(REPLACE " " ";" entry "${entry}")
      list(POP_FRONT entry name header)
      list(TRANSFORM entry REPLACE "(.+)" "#define \\1\n" OUTPUT_VARIABLE macros)
      list(JOIN macros "" macros)
      foreach(cpu ${DYNAMIC_CORE})
        flags_of_object(${type}${name}_${cpu} flags)
        generate_own_source(${name}_${cpu} ${type} ${header} "${macros}" "${flags}" source)
        set_source_files_properties(${source} TARGET_DIRECTORY kernel_${cpu} PROPERTIES COMPILE_OPTIONS "${flags}")
        target_sources(kernel_${cpu} PRIVATE ${source})
      endforeach()
    endforeach()
    foreach(entry ${OPENBLAS_OWN_DRIVERS})
      string(REPLACE " " ";" entry "${entry}")
      list(POP_FRONT entry name header target)
      generate_own_source(${name} ${type} ${header} "#define FOR_EACH_CPU(do, type, name)${cpus}\n" "" source)
      target_sources(${target} PRIVATE ${source})
    endforeach()
  endforeach()
endfunction()
