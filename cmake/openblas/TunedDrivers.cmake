# Faster drivers, OpenBLAS's functions that divide a matrix and call kernels for its parts: copies of its sources with changes.
# docs/speed.md has the figures.

# Sources, objects, files that the source includes, what changes (see the functions below).
set(OPENBLAS_TUNED_DRIVERS
  "driver/level2/trmv_[LU] [sd] - short_steps"
  "driver/level2/ztrsv_L [cz] - trsv_in_threads:1"
  "driver/level2/ztrsv_U [cz] - trsv_in_threads:0"
  "driver/level3/(gemm|symm_k|zhemm_k) [sdcz] level3.c,level3_thread.c wider_stripes"
  "driver/level3/(syrk_k|zherk_k) [sdcz] level3_syrk.c wider_stripes,syrk_by_tiles"
  "driver/level3/trmm_L [sdcz] - wider_stripes,trmm_by_tiles:m:n:0"
  "driver/level3/trmm_R [sdcz] - wider_stripes,trmm_by_tiles:n:m:TRSM_RIGHT"
  "driver/level3/trsm_L [sdcz] - smaller_blocks:m:TRSM_STEPS,wider_stripes,trsm_by_halves:m:n:0"
  "driver/level3/trsm_R [sdcz] - smaller_blocks:n:TRSM_STEPS,wider_stripes,trsm_by_halves:n:m:TRSM_RIGHT"
  "lapack/getrf/getrf_single [sdcz] - smaller_blocks:mn:12,larger_leaves,getrf_by_halves"
  "lapack/getrf/getrf_parallel(_omp)? [sdcz] - smaller_blocks:mn:12"
  "lapack/potrf/potrf_U_single [sdcz] - potrf_by_halves:0,smaller_blocks:n:8:64,larger_leaves"
  "lapack/potrf/potrf_L_single [sdcz] - potrf_by_halves:1,smaller_blocks:n:8:64,larger_leaves"
  "lapack/potrf/potrf_[UL]_parallel [sdcz] - smaller_blocks:n:4,one_thread_for_parts"
  "lapack/trtri/trtri_U_single [sdcz] - trtri_by_halves:1,smaller_blocks:n:8,no_empty_systems"
  "lapack/trtri/trtri_L_single [sdcz] - trtri_by_halves:0,smaller_blocks:n:8,no_empty_systems"
)

function(tuned_driver object source result)
  set(${result} "" PARENT_SCOPE)
  foreach(entry ${OPENBLAS_TUNED_DRIVERS})
    string(REPLACE " " ";" entry "${entry}")
    list(POP_FRONT entry sources types included changes)
    if(source MATCHES "^${sources}\\.c$" AND object MATCHES "^${types}")
      # One copy for the dozens of objects made of it.
      get_property(copy GLOBAL PROPERTY "OPENBLAS_TUNED ${source}")
      if(copy)
        set(${result} ${copy} PARENT_SCOPE)
        return()
      endif()
      string(REPLACE "," ";" changes "${changes}")
      if(included STREQUAL "-")
        write_tuned(${source} "${changes}" copy)
      else()
        string(REPLACE "," ";" included "${included}")
        write_tuned_with_included(${source} "${included}" "${changes}" copy)
      endif()
      set_property(GLOBAL PROPERTY "OPENBLAS_TUNED ${source}" "${copy}")
      set(${result} "${copy}" PARENT_SCOPE)
    endif()
  endforeach()
endfunction()

# Triangular products with one vector go along the diagonal in steps of 64 columns, and within them a column at a time,
# one short AXPY or DOT each. Shorter steps leave more to GEMV.
function(short_steps content)
  string(REPLACE "DTB_ENTRIES" "SHORT" changed "${${content}}")
  string(REPLACE "#include \"common.h\"" "#include \"common.h\"\n#include \"tuned/level2/short_vectors.h\"" changed "${changed}")
  set(${content} "${changed}" PARENT_SCOPE)
endfunction()

# One triangular system in several threads: src/level2/trsv_threads.h.
function(trsv_in_threads content forward)
  string(REPLACE "int CNAME(" "static int one_thread(" changed "${${content}}")
  set(${content} "${changed}\n#define FORWARD ${forward}\n#include \"tuned/level2/complex_trsv.h\"\n" PARENT_SCOPE)
endfunction()

# LU, Cholesky, triangular systems and inverses go along the diagonal in steps of GEMM_Q, the depth at which the
# GEMM kernel is fastest (384 for DGEMM with the SKYLAKEX kernels). But the block on the diagonal is left to
# functions far slower than that kernel, and to one thread while others wait. Steps in proportion to
# the matrix leave less to them.
#
# Further arguments: the driver's variable for the order of the matrix, how many steps to take, and the least that one
# is to be if not 32.
function(smaller_blocks content order steps)
  set(least 32)
  if(ARGC GREATER 3)
    set(least ${ARGV3})
  endif()
  # At least that, in multiples of 16, the rows of the widest kernel. Not where buffers are laid out
  # ("GEMM_Q * ..."): their size stays.
  set(block "MIN(GEMM_Q, MAX(${least}, (${order} / ${steps} + 15) / 16 * 16))")
  string(REGEX REPLACE "([=>+*] )GEMM_Q([;)]| <)" "\\1${block}\\2" changed "${${content}}")
  set(${content} "${changed}" PARENT_SCOPE)
endfunction()

# By this project's solver for triangular systems, if the CPU has one (cmake/openblas/OwnKernels.cmake): these themselves, with the
# driver's variables for the numbers of unknowns and systems, and what side says; and src/*_halves.h.
macro(trsm_by_halves content unknowns systems side)
  begin_with(${content} "#include \"tuned/level3/trsm_driver.h\"" "(beta[1] == ZERO)) return 0;\n#endif\n  }\n"
    "if (IS_FOR_TRSM_BY_HALVES(${unknowns})) {
    TRSM_BY_HALVES(TRSM_KIND | ${side}, ${unknowns}, ${systems}, a, lda, b, ldb, sa, sb);
    return 0;
  }")
endmacro()

macro(trmm_by_tiles content unknowns systems side)
  begin_with(${content} "#include \"tuned/level3/trsm_driver.h\"" "(beta[1] == ZERO)) return 0;\n#endif\n  }\n"
    "if (IS_FOR_TRMM_BY_TILES(${side}, ${unknowns})) {
    TRMM_BY_TILES(TRSM_KIND | ${side}, ${unknowns}, ${systems}, a, lda, b, ldb, sb);
    return 0;
  }")
endmacro()

function(syrk_by_tiles content)
  set(ranges "n_to   = *(((BLASLONG *)range_n) + 1);\n  }\n")
  string(REPLACE "int CNAME(" "#include \"tuned/level3/syrk_driver.h\"\n\nint CNAME(" changed "${${content}}")
  string(REPLACE "${ranges}" "${ranges}\n  if (!range_m && syrk_by_tiles(args, n_from, n_to, sb)) return 0;\n" changed "${changed}")
  set(${content} "${changed}" PARENT_SCOPE)
endfunction()

macro(getrf_by_halves content)
  begin_with(${content} "#include \"tuned/factorizations/getrf_halves.h\"" "if (m <= 0 || n <= 0) return 0;\n"
    "if (is_for_halves(MIN(m, n))) return getrf_by_halves(args, offset, n, sa, sb);")
endmacro()

macro(potrf_by_halves content lower)
  begin_with(${content} "#define POTRF_LOWER ${lower}\n#include \"tuned/factorizations/potrf_halves.h\"" "* (lda + 1) * COMPSIZE;\n  }\n"
    "if (is_for_halves(n)) return cholesky(n, a, lda, sa, sb);")
endmacro()

macro(trtri_by_halves content upper)
  begin_with(${content} "#define TRTRI_UPPER ${upper}\n#include \"tuned/factorizations/trtri_halves.h\"" "n      = args -> n;\n"
    "if (is_for_halves(n)) {
    invert(n, args->a, args->lda, sa, sb);
    return 0;
  }")
endmacro()

# Includes what a source needs besides, and adds a statement behind a line of it.
function(begin_with content includes line statement)
  string(REPLACE "#include \"common.h\"" "#include \"common.h\"\n${includes}" changed "${${content}}")
  string(REPLACE "${line}" "${line}\n  ${statement}\n" changed "${changed}")
  set(${content} "${changed}" PARENT_SCOPE)
endfunction()

# TRTRI begins with systems of no rows, and PRESCOTT's kernel for STRSM from the right reads what is not there, unaligned:
# STRTRI of n=255 crashed, in the published wheel too.
function(no_empty_systems content)
  string(REGEX REPLACE "\n *(TR[MS]M) ?\\(args," "\n  if (args->m > 0) \\1(args," changed "${${content}}")
  set(${content} "${changed}" PARENT_SCOPE)
endfunction()

# Real matrices that are factored by vectors at the end of the recursion.
function(larger_leaves content)
  string(REPLACE "blocking <= GEMM_UNROLL_N * 2" "mn <= MAX(16, GEMM_UNROLL_N * 4)" changed "${${content}}")
  string(REPLACE "n <= DTB_ENTRIES / 2" "n <= (COMPSIZE == 1 ? 64 : DTB_ENTRIES / 2)" changed "${changed}")
  set(${content} "${changed}" PARENT_SCOPE)
endfunction()

# Cholesky's squares on the diagonal are factored as all is, by several threads, down to a few columns; but threads wait
# for each other longer than such a part takes one. And a few threads wait less if each copies by itself what it
# multiplies, what OpenBLAS calls simple.
function(one_thread_for_parts content)
  string(REPLACE "if (n <= GEMM_UNROLL_N * 4) {" "if (n <= 256) {" changed "${${content}}")
  string(REPLACE "#include \"common.h\"" "#include \"common.h\"\n#include \"tuned/common/few_threads.h\"" changed "${changed}")
  string(REGEX REPLACE "#ifndef USE_SIMPLE_THREADED_LEVEL3\n([^#]*)#else\n([^#]*)#endif"
    "      if (args -> nthreads > MOST_THREADS)\n\\1      else\n\\2" changed "${changed}")
  set(${content} "${changed}" PARENT_SCOPE)
endfunction()

# A driver packs the first stripes of B just before it multiplies with them, 3 or only 1 times as wide as the
# kernel's registers. The AVX-512 kernels want 6 (2 columns at a time are half as fast as 12), as the drivers say
# themselves, but where they are compiled once for all CPUs they can't know. The other kernels lose nothing.
function(wider_stripes content)
  set(changed "${${content}}")
  string(REPLACE "#if defined(SKYLAKEX) || defined(COOPERLAKE) || defined(SAPPHIRERAPIDS)" "#if 1" changed "${changed}")
  set(space "[ \t\r\n]+")
  string(REGEX REPLACE
    "min_jj >= GEMM_UNROLL_N\\*3\\) min_jj = GEMM_UNROLL_N\\*3;${space}else${space}if \\(min_jj > GEMM_UNROLL_N\\) min_jj = GEMM_UNROLL_N;"
    "min_jj > 6*GEMM_UNROLL_N) min_jj = 6*GEMM_UNROLL_N;" changed "${changed}")
  string(REGEX REPLACE "(\\+=|>|min_jj =) GEMM_UNROLL_N([){;])" "\\1 6*GEMM_UNROLL_N\\2" changed "${changed}")
  set(${content} "${changed}" PARENT_SCOPE)
endfunction()
