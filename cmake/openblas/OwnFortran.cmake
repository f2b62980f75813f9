# LAPACK's functions of which src/lapack has one of our own, and its template. docs/speed.md has the figures.
#
# LAPACK factors each panel of 32 columns, and what has no more than 128, a column at a time, and makes Q so as well; ours do
# it by matrix products, and take wider panels of large matrices.
set(OPENBLAS_OWN_FORTRAN "[sdcz]geqrf lapack/geqrf.f.in" "([sd]or|[cz]un)gqr lapack/orgqr.f.in" "[sd]lamch lapack/lamch.f.in"
  "[sd]larrk lapack/larrk.f.in")

# From this many columns on, if there are so many numbers, which differ by type, for QR and for Q; with fewer, a column at a
# time is faster, but for high matrices: again so many columns and numbers.
set(BLOCKED_QR 80)
set(BLOCKED_Q 64)
set(BLOCKED_S "15400 12500 16 20000")
set(BLOCKED_D "8500 7100 16 9000")
set(BLOCKED_C "13500 11200 45 400000")
set(BLOCKED_Z "7100 6100 45 50000")

# Returns in `result` the file that is compiled in place of a file of LAPACK, or nothing.
function(own_fortran source result)
  set(${result} "" PARENT_SCOPE)
  get_filename_component(name ${source} NAME_WE)
  foreach(entry ${OPENBLAS_OWN_FORTRAN})
    string(REPLACE " " ";" entry "${entry}")
    list(POP_FRONT entry names template)
    if(name MATCHES "^${names}$")
      string(SUBSTRING ${name} 0 1 type)
      string(TOUPPER ${type} X)
      set(declarations_S "REAL")
      set(declarations_D "DOUBLE PRECISION")
      set(declarations_C "COMPLEX")
      set(declarations_Z "COMPLEX*16")
      set(TYPE ${declarations_${X}})
      string(REPLACE " " ";" sizes ${BLOCKED_${X}})
      list(GET sizes 0 NUMBERS_OF_QR)
      list(GET sizes 1 NUMBERS_OF_Q)
      list(GET sizes 2 COLUMNS_OF_HIGH)
      list(GET sizes 3 NUMBERS_OF_HIGH)
      # Hermitian transposes and Q's names; sizes that single precision might round down.
      if(type MATCHES "[sd]")
        set(H T)
        set(CONJ "")
        set(ORG OR)
      else()
        set(H C)
        set(CONJ CONJG)
        set(ORG UN)
      endif()
      if(type MATCHES "[sc]")
        set(ROUNDUP SROUNDUP_LWORK)
      else()
        set(ROUNDUP DBLE)
      endif()
      set(copy ${OPENBLAS_COPIES}/tuned/${name}.f)
      _configure_file(${OPENBLAS_OWN_SOURCES}/${template} ${copy} @ONLY)
      set(${result} ${copy} PARENT_SCOPE)
    endif()
  endforeach()
endfunction()
