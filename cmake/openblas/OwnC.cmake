# OpenBLAS's sources in C in whose place we have one of our own, for CPUs with the instructions that it takes: matrix by
# vector, the exchange of rows, and the smallest factorizations. docs/speed.md has the figures.

# Sources, our own in place of them, and the compiler's instructions that it takes.
set(OPENBLAS_OWN_C
  "kernel/x86_64/[sdcz]gemv_[nt](_4)? level2/gemv_kernel.h __AVX2__"
  "kernel/x86_64/[sd]symv_[LU] level2/symv_kernel.h __AVX2__"
  "kernel/generic/ger level2/ger_kernel.h __AVX2__"
  "kernel/generic/zger level2/ger_kernel.h __AVX512F__"
  "driver/level2/trsv_[LU] level2/trsv.h __x86_64__"
  "lapack/getf2/z?getf2_k factorizations/getf2.h __x86_64__"
  "lapack/laswp/generic/z?laswp_k_4 factorizations/laswp.h __x86_64__"
  "lapack/potf2/potf2_[LU] factorizations/potf2.h __x86_64__"
)

# What any of them matches: the question comes 5,000 times.
list(TRANSFORM OPENBLAS_OWN_C REPLACE " .*" "" OUTPUT_VARIABLE OPENBLAS_ANY_OWN_C)
list(JOIN OPENBLAS_ANY_OWN_C "|" OPENBLAS_ANY_OWN_C)

# Returns the path of a file that includes ours or OpenBLAS's.
function(own_c object source result)
  set(${result} "" PARENT_SCOPE)
  if(object MATCHES "^[cz](symv|hemv)_[LUVM]_(HASWELL|SKYLAKEX)$")
    # In place of assembly, so not to be chosen by the preprocessor.
    set(ours tuned/kernel/complex_symv.c)
    file(CONFIGURE OUTPUT ${OPENBLAS_COPIES}/${ours} @ONLY CONTENT
      "#include \"common.h\"\n#include \"tuned/level2/symv_kernel.h\"\n")
    set(${result} ${ours} PARENT_SCOPE)
    return()
  endif()
  string(REPLACE "/x86_64/../" "/" source ${source})
  if(NOT source MATCHES "^(${OPENBLAS_ANY_OWN_C})\\.c$")
    return()
  endif()
  foreach(entry ${OPENBLAS_OWN_C})
    string(REPLACE " " ";" entry "${entry}")
    list(POP_FRONT entry sources own instructions)
    if(source MATCHES "^${sources}\\.c$")
      get_filename_component(name ${source} NAME_WE)
      file(CONFIGURE OUTPUT ${OPENBLAS_COPIES}/tuned/${source} @ONLY CONTENT
"#include \"common.h\"
#ifdef ${instructions}
#define IN_PLACE_OF_${name}
#include \"tuned/${own}\"
#else
#include \"${source}\"
#endif
")
      set(${result} tuned/${source} PARENT_SCOPE)
    endif()
  endforeach()
endfunction()
