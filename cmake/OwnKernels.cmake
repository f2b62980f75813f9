# Kernels for which OpenBLAS's table of kernels has no place: one object for each CPU of the library, and one that
# chooses by the table that OpenBLAS chose.
#
# Triangular systems, src/trsm_tiles.h and src/trsm_halves.h. With the SKYLAKEX kernels, before and after in one run:
# @FIGURES@

set(OPENBLAS_TYPES s d c z)
set(OPENBLAS_DEFINITIONS_s "")
set(OPENBLAS_DEFINITIONS_d "#define DOUBLE\n")
set(OPENBLAS_DEFINITIONS_c "#define COMPLEX\n")
set(OPENBLAS_DEFINITIONS_z "#define DOUBLE\n#define COMPLEX\n")

# Returns the path of a generated file that includes one of our headers for a type of numbers, with more definitions.
function(generate_own_source name type header definitions result)
  set(path ${OPENBLAS_COPIES}/own/${type}${name}.c)
  file(CONFIGURE OUTPUT ${path} @ONLY CONTENT
    "${OPENBLAS_DEFINITIONS_${type}}${definitions}#include \"common.h\"\n#include \"tuned/${header}\"\n")
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
      generate_own_source(trsm_solver_${cpu} ${type} trsm_tiles.h "" source)
      flags_of_object(${type}trsm_solver_${cpu} flags)
      set_source_files_properties(${source} TARGET_DIRECTORY kernel_${cpu} PROPERTIES COMPILE_OPTIONS "${flags}")
      target_sources(kernel_${cpu} PRIVATE ${source})
    endforeach()
    generate_own_source(trsm_by_halves ${type} trsm_halves.h "#define FOR_EACH_CPU(do)${list}\n" source)
    target_sources(driver_level3 PRIVATE ${source})
    generate_own_source(subtract_product ${type} product_driver.h "" source)
    target_sources(driver_level3 PRIVATE ${source})
  endforeach()
endfunction()
