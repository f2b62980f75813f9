# Faster ways through OpenBLAS's sources, for the common code of all CPUs. The object is compiled from a
# copy in the build folder, which differs in the places named here; OpenBLAS's files stay as they are.
#
# Figures: two cores of an Intel Xeon with AVX-512, GCC 12, before and after in one run.

# The copies' folder tuned/ is in this one.
set(OPENBLAS_COPIES ${PROJECT_BINARY_DIR}/copies)
include_directories(${OPENBLAS_COPIES})

# Returns the path of the copy that an object of this name is compiled from, relative to that folder, or
# nothing. `source` is relative to the tree.
function(tuned_source object source result)
  with_smaller_blocks(${object} ${source} tuned)
  if(NOT tuned)
    with_solve_in_registers(${object} ${source} tuned)
  endif()
  set(${result} "${tuned}" PARENT_SCOPE)
endfunction()

# --- Smaller steps along the diagonal ------------------------------------------------------------------

# LU, Cholesky and triangular systems go along the diagonal in steps of GEMM_Q, the depth at which the
# GEMM kernel is fastest (384 for DGEMM with the SKYLAKEX kernels). But the block on the diagonal is left to
# functions far slower than that kernel, and to one thread while others wait. Steps in proportion to
# the matrix leave less to them. With the SKYLAKEX kernels and 2 threads, DGETRF n=500 is 2.0 times as fast,
# n=1500 1.5, n=3000 1.2, and DPOTRF n=1500 1.3; with one thread DTRSM n=300 1.6, n=1500 1.15. The HASWELL and
# SANDYBRIDGE kernels gain less and lose nothing, but for SPOTRF, which stays as it is.

# Source, objects, the driver's variable for the order of the matrix, steps along the diagonal.
set(OPENBLAS_BLOCK_SIZES
  "lapack/getrf/getrf_(single|parallel|parallel_omp)\\.c [sdcz] mn 12"
  "lapack/potrf/potrf_[UL]_single\\.c [dcz] n 8"
  "lapack/potrf/potrf_[UL]_parallel\\.c [dcz] n 4"
  "driver/level3/trsm_L\\.c [sdcz] m 8"
  "driver/level3/trsm_R\\.c [sdcz] n 8"
)

function(with_smaller_blocks object source result)
  set(${result} "" PARENT_SCOPE)
  foreach(entry ${OPENBLAS_BLOCK_SIZES})
    string(REPLACE " " ";" entry "${entry}")
    list(POP_FRONT entry sources types order steps)
    if(source MATCHES "^${sources}$" AND object MATCHES "^${types}")
      file(READ ${PROJECT_SOURCE_DIR}/${source} content)
      # At least 32, in multiples of 16, the rows of the widest kernel. Not where buffers are laid out
      # ("GEMM_Q * ..."): their size stays.
      set(block "MIN(GEMM_Q, MAX(32, (${order} / ${steps} + 15) / 16 * 16))")
      string(REGEX REPLACE "([=>+*] )GEMM_Q([;)]| <)" "\\1${block}\\2" changed "${content}")
      write_tuned(${source} "${content}" "${changed}" copy)
      set(${result} "${copy}" PARENT_SCOPE)
    endif()
  endforeach()
endfunction()

# --- The smallest triangular systems in registers --------------------------------------------------------

set(OPENBLAS_OWN_SOURCES ${CMAKE_CURRENT_LIST_DIR}/../src)

# The real types' solvers below GEMM's blocks, where the CPU has none of its own: src/trsm_solve.h.
function(with_solve_in_registers object source result)
  set(${result} "" PARENT_SCOPE)
  if(object MATCHES "^[sd]trsm_kernel_" AND source MATCHES "/generic/trsm_kernel_([LR][NT])\\.c$")
    set(kernel ${CMAKE_MATCH_1})
    file(READ ${PROJECT_SOURCE_DIR}/${source} content)
    set(changed "${content}")
    string(FIND "${content}" "#ifndef COMPLEX\n\nstatic inline void solve(" real)
    string(FIND "${content}" "#else\n\nstatic inline void solve(" complex)
    if(real GREATER_EQUAL 0 AND complex GREATER real)
      string(SUBSTRING "${content}" 0 ${real} before)
      string(SUBSTRING "${content}" ${complex} -1 after)
      set(ours "#ifndef COMPLEX\n#define TRSM_SOLVE_${kernel}\n#include \"tuned/trsm_solve.h\"\n")
      set(changed "${before}${ours}${after}")
      _configure_file(${OPENBLAS_OWN_SOURCES}/trsm_solve.h ${OPENBLAS_COPIES}/tuned/trsm_solve.h COPYONLY)
    endif()
    write_tuned(kernel/generic/trsm_kernel_${kernel}.c "${content}" "${changed}" copy)
    set(${result} "${copy}" PARENT_SCOPE)
  endif()
endfunction()

# --- QR: panels by matrix products ---------------------------------------------------------------------

# LAPACK factors each panel of 32 columns, and what has no more than 128, a column at a time, and makes Q so as well.
# src/geqrf.f.in and src/orgqr.f.in do it by matrix products, and take wider panels of large matrices. DGEQRF of
# n=1000 is 1.27 times as fast with one thread, 1.75 with two, of 1000 by 250 1.37 and 3.3; DORGQR 1.23 and 1.45.

# LAPACK's functions of which src/ has one of our own, and its template.
set(OPENBLAS_OWN_FORTRAN "[sdcz]geqrf geqrf.f.in" "([sd]or|[cz]un)gqr orgqr.f.in")

# From this many columns on; with fewer, a column at a time is faster.
set(BLOCKED_QR 80)
set(BLOCKED_Q 64)

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

# --- Copies -----------------------------------------------------------------------------------------------

function(write_tuned source content changed result)
  set(${result} "" PARENT_SCOPE)
  if(changed STREQUAL content)
    message(WARNING "${source} is not as expected, and is compiled as it is: slower than it could be")
    return()
  endif()
  file(CONFIGURE OUTPUT ${OPENBLAS_COPIES}/tuned/${source} CONTENT "${changed}" @ONLY)
  set(${result} tuned/${source} PARENT_SCOPE)
endfunction()
