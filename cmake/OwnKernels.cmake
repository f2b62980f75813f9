# Kernels for which OpenBLAS's table of kernels has no place: one object for each CPU of the library, and one that
# chooses by the table that OpenBLAS chose.
#
# Triangular systems and products with triangles, src/trsm_tiles.h and src/trsm_halves.h, and what is made of them and of
# products (src/product_driver.h): LU, Cholesky and inverses of triangles by halves; and the columns at the end of those, and
# systems with one right side (src/lu_kernel.h, src/cholesky_kernel.h, src/trsv_kernel.h).
#
# With the SKYLAKEX kernels and one thread, before and after in one run: DTRSM of n=20 to 200 is 1.2 to 1.9 times as fast,
# n=500 1.06, STRSM 1.3 to 2.2 and 1.1, CTRSM 1.3 to 3.3 and 1.1, ZTRSM of n=20 to 200 1.1 to 1.8; CTRMM of n=16 to 200 1.5 to
# 2, ZTRMM 1.35 to 1.85, DTRMM and STRMM of n=64 to 300 1.05 to 1.25; DGETRF, SGETRF and ZGETRF of n=30 to 300 1.15 to 1.35,
# n=1000 1.05 to 1.1, CGETRF 1.4 to 1.6; DPOTRF of n=100 to 300 1.3 to 1.5, n=500 1.1 to 1.2; DTRTRI of n=24 to 500 1.05 to
# 1.3, STRTRI 1.15 to 1.5, ZTRTRI 1.3 to 1.7, CTRTRI 1.5 to 2.1. HASWELL's gain 1.0 to 1.25 (DTRSM, ZTRSM of n=50 to 190,
# DTRMM from the right and ZTRMM of n=32 to 190) and 1.05 to 1.5 (LU of 16 to 190); for the other types and sizes OpenBLAS's
# kernels for it are as fast.
#
# Beyond that, by the kernels for a few columns: DGETRF and SGETRF of n=10 1.55 to 1.65, n=16 2.4 to 2.6, n=20 to 50 1.15 to
# 1.4, n=100 1.15; DPOTRF and SPOTRF of n=16 to 32 1.1 to 1.5, upper triangles 1.4 to 2.5; DTRSV and STRSV of n=20 to 200 1.05
# to 1.25. HASWELL's gain 1.2 to 1.6, n=100 1.05 to 1.1; 1.1 to 1.8; nothing.

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

# Adds them to OpenBLAS's targets.
function(add_own_kernels)
  set(list "")
  foreach(cpu ${DYNAMIC_CORE})
    string(APPEND list " do(${cpu})")
  endforeach()
  foreach(type ${OPENBLAS_TYPES})
    foreach(cpu ${DYNAMIC_CORE})
      foreach(kernel trsm_solver:trsm_tiles.h lu_kernel:lu_kernel.h cholesky_kernel:cholesky_kernel.h trsv_kernel:trsv_kernel.h)
        string(REPLACE ":" ";" kernel ${kernel})
        list(POP_FRONT kernel name header)
        flags_of_object(${type}${name}_${cpu} flags)
        generate_own_source(${name}_${cpu} ${type} ${header} "" "${flags}" source)
        set_source_files_properties(${source} TARGET_DIRECTORY kernel_${cpu} PROPERTIES COMPILE_OPTIONS "${flags}")
        target_sources(kernel_${cpu} PRIVATE ${source})
      endforeach()
    endforeach()
    generate_own_source(trsm_by_halves ${type} trsm_halves.h "#define FOR_EACH_CPU(do)${list}\n" "" source)
    target_sources(driver_level3 PRIVATE ${source})
    generate_own_source(chosen_kernels ${type} chosen_kernels.h "#define FOR_EACH_CPU(do)${list}\n" "" source)
    target_sources(lapack PRIVATE ${source})
    generate_own_source(subtract_product ${type} product_driver.h "" "" source)
    target_sources(driver_level3 PRIVATE ${source})
  endforeach()
endfunction()
