# Where OpenBLAS's CMake project parts from its Makefiles, which are what its authors measure and ship.
#
# Found by comparing the code of every function in both archives, same source, same compiler. What is
# here is put right in the terms of OpenBLAS's own cmake/utils.cmake, so that names, types and flags
# are those that its Makefiles give; its files stay as they are.

# --- Functions that are compiled from another source ------------------------------------------------

# Returns the source, relative to the tree, that the Makefiles compile an object of this name from, or
# nothing if CMake has it right. `source` is CMake's. Called where CMake writes the generated
# source, so that the variables of kernel/<architecture>/KERNEL.<CPU> are there.
function(source_as_in_make object source result)
  set(right "")
  set(kernel "")
  if(object MATCHES "^([sdcz])symv_([UL])_[A-Z0-9]+$")
    # Level 2: the CPU's own kernel, where CMake always takes the generic one.
    string(TOUPPER "${CMAKE_MATCH_1}SYMV_${CMAKE_MATCH_2}_KERNEL" kernel)
  elseif(object MATCHES "^([sd])ger_k_[A-Z0-9]+$")
    string(TOUPPER "${CMAKE_MATCH_1}GERKERNEL" kernel)
  elseif(object MATCHES "^[cz](neg_tcopy|laswp_ncopy)_[A-Z0-9]+$")
    # LU: complex matrices are not copied by the real types' functions.
    string(REGEX REPLACE "/(neg_tcopy|laswp_ncopy)" "/z\\1" right "${source}")
  elseif(object MATCHES "^(cblas_)?[sdcz]gemmtr$")
    # One triangle of a product; CMake gives this name to the whole product.
    string(REGEX REPLACE "gemm\\.c$" "gemmt.c" right "${source}")
  endif()
  if(DEFINED "${kernel}")
    file(RELATIVE_PATH right ${PROJECT_SOURCE_DIR} ${KERNELDIR}/${${kernel}})
  endif()
  set(${result} "${right}" PARENT_SCOPE)
endfunction()

# Generated files whose place one in another language has taken, C or assembly: both names, with a bar between.
define_property(GLOBAL PROPERTY OPENBLAS_OTHER_LANGUAGE)

# Changes the name in `variable` of a generated file to the language of the source that it includes.
function(in_language_of source variable)
  set(output ${${variable}})
  get_filename_component(language ${source} LAST_EXT)
  if(language MATCHES "^\\.[cS]$" AND output MATCHES "\\.[cS]$" AND NOT output MATCHES "\\${language}$")
    string(REGEX REPLACE "\\.[cS]$" ${language} other ${output})
    set_property(GLOBAL APPEND PROPERTY OPENBLAS_OTHER_LANGUAGE "${output}|${other}")
    set(output ${other})
  endif()
  set(${variable} ${output} PARENT_SCOPE)
endfunction()

function(replace_by_other_language)
  get_property(replaced GLOBAL PROPERTY OPENBLAS_OTHER_LANGUAGE)
  get_property(targets DIRECTORY ${PROJECT_SOURCE_DIR}/kernel PROPERTY BUILDSYSTEM_TARGETS)
  foreach(target ${targets})
    get_target_property(sources ${target} SOURCES)
    foreach(pair ${replaced})
      string(REPLACE "|" ";" pair "${pair}")
      list(POP_FRONT pair file other)
      if(file IN_LIST sources)
        list(REMOVE_ITEM sources ${file})
        list(APPEND sources ${other})
      endif()
    endforeach()
    set_property(TARGET ${target} PROPERTY SOURCES ${sources})
  endforeach()
endfunction()

# --- Functions that are not compiled at all -----------------------------------------------------------

# TRTRS on OpenBLAS's triangular solvers, with threads; without it LAPACK's reference takes its place.
function(add_trtrs)
  set(kinds single)
  if(USE_THREAD)
    list(APPEND kinds parallel)
  endif()
  set(OPENBLAS_SRC "")
  set(folder ${PROJECT_SOURCE_DIR}/lapack/trtrs)
  foreach(type ${FLOAT_TYPES})
    if(type MATCHES "COMPLEX")
      set(z z)
      set(transpositions N T R C)
    else()
      set(z "")
      set(transpositions N T)
    endif()
    foreach(kind ${kinds})
      foreach(uplo U L)
        foreach(trans ${transpositions})
          foreach(diag U N)
            trtrs_defines(defines ${uplo} ${trans} ${diag} "${z}")
            GenerateNamedObjects("${folder}/${z}trtrs_${kind}.c" "${defines}" "trtrs_${uplo}${trans}${diag}_${kind}"
                                 false "" "" false ${type})
          endforeach()
        endforeach()
      endforeach()
    endforeach()
  endforeach()
  target_sources(lapack PRIVATE ${OPENBLAS_SRC})

  set(OPENBLAS_SRC "")
  GenerateNamedObjects("${PROJECT_SOURCE_DIR}/interface/lapack/trtrs.c" "" "trtrs" false "" "" false 3)
  target_sources(interface PRIVATE ${OPENBLAS_SRC})

  get_target_property(sources LAPACK_OVERRIDES SOURCES)
  list(FILTER sources EXCLUDE REGEX "/[sdcz]trtrs\\.f$")
  set_property(TARGET LAPACK_OVERRIDES PROPERTY SOURCES ${sources})
endfunction()

# The preprocessor's definitions of one variant, as lapack/trtrs/Makefile has them.
function(trtrs_defines result uplo trans diag z)
  set(defines "")
  if(uplo STREQUAL "L")
    list(APPEND defines UPLO)
  endif()
  if(z)
    set(order N T R C)
    list(FIND order ${trans} index)
    math(EXPR number "${index} + 1")
    list(APPEND defines TRANS=${number})
  elseif(trans STREQUAL "T")
    list(APPEND defines TRANS)
  endif()
  if(diag STREQUAL "N")
    list(APPEND defines DIAG)
  endif()
  set(${result} "${defines}" PARENT_SCOPE)
endfunction()

# --- Sizes of blocks ------------------------------------------------------------------------------------

# On AMD's CPUs with AVX-512 (Zen 4, Zen 5) every family's table of sizes gets the depths that the AVX-512 kernels take. Other
# families' kernels copy a block's depth to the stack, in room for less, and write over return addresses (0.3.34; DTRSM of 700
# by 32 with HASWELL's kernels crashes).
function(suit_blocks_to_kernels content)
  set(begin "{\n    int l3_kb = get_l3_size();\n")
  set(end "            TABLE_NAME.zgemm_q = 256;\n#endif\n        }\n    }\n}\n")
  string(REPLACE "${begin}" "#if defined(SKYLAKEX) || defined(COOPERLAKE) || defined(SAPPHIRERAPIDS)\n${begin}" changed "${${content}}")
  string(REPLACE "${end}" "${end}#endif\n" changed "${changed}")
  string(REGEX MATCHALL "int l3_kb = get_l3_size" found "${changed}")
  if(NOT found STREQUAL "" AND NOT changed MATCHES "defined\\(SAPPHIRERAPIDS\\)\n{\n    int l3_kb.*zgemm_q = 256;\n#endif\n        }\n    }\n}\n#endif\n")
    message(FATAL_ERROR "kernel/setparam-ref.c is not as expected: its sizes for AMD's CPUs can't be kept from other families' kernels")
  endif()
  set(${content} "${changed}" PARENT_SCOPE)
endfunction()
