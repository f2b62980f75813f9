# Faster ways through OpenBLAS's sources, for the common code of all CPUs. The object is compiled from a
# copy in the build folder, which differs in the places named here; OpenBLAS's files stay as they are.
#
# Figures: two cores of an Intel Xeon with AVX-512, GCC 12, before and after in one run.

# The copies' folder tuned/ is in this one.
set(OPENBLAS_COPIES ${PROJECT_BINARY_DIR}/copies)
include_directories(${OPENBLAS_COPIES})
set(OPENBLAS_OWN_SOURCES ${CMAKE_CURRENT_LIST_DIR}/../src)
# Our headers, which the copies include, go there too.
file(GLOB headers RELATIVE ${OPENBLAS_OWN_SOURCES} ${OPENBLAS_OWN_SOURCES}/*.h)
foreach(header ${headers})
  configure_file(${OPENBLAS_OWN_SOURCES}/${header} ${OPENBLAS_COPIES}/tuned/${header} COPYONLY)
endforeach()

# Returns the path of the copy that an object of this name is compiled from, relative to that folder, or
# nothing. `source` is relative to the tree.
function(tuned_source object source result)
  own_c(${object} ${source} tuned)
  if(tuned)
    # Nothing else.
  elseif(source MATCHES "^(driver/level[23]|lapack)/")
    tuned_driver(${object} ${source} tuned)
  elseif(source STREQUAL "interface/gemm.c" AND object MATCHES "^(cblas_)?[sdcz]gemm$")
    gemm_interface(${source} tuned)
  elseif(source STREQUAL "interface/syrk.c" AND object MATCHES "^(cblas_)?([sdcz])(sy|he)rk$")
    syrk_interface(${object} ${CMAKE_MATCH_2} ${source} tuned)
  elseif(source MATCHES "^interface/gemm_batch(_strided)?\\.c$")
    gemm_batch(${object} ${source} tuned)
  elseif(source MATCHES "^interface/")
    with_later_threads(${object} ${source} tuned)
  elseif(object MATCHES "^[sdcz]trsm_kernel_" AND source MATCHES "/generic/trsm_kernel_([LR][NT])\\.c$")
    trsm_kernel(${CMAKE_MATCH_1} ${source} tuned)
  elseif(object MATCHES "^[sdcz]gemm_small_(matrix_permit|kernel)_")
    small_gemm(${source} tuned)
  elseif(object MATCHES "^sdot_k_")
    sdot_in_threads(${source} tuned)
  endif()
  set(${result} "${tuned}" PARENT_SCOPE)
endfunction()

# --- Drivers -----------------------------------------------------------------------------------------------

# Sources, objects, files that the source includes, what changes (see the functions below).
set(OPENBLAS_TUNED_DRIVERS
  "driver/level2/trmv_[LU] [sd] - short_steps"
  "driver/level3/(gemm|symm_k|zhemm_k) [sdcz] level3.c,level3_thread.c wider_stripes"
  "driver/level3/(syrk_k|zherk_k) [sdcz] level3_syrk.c wider_stripes"
  "driver/level3/trmm_L [sdcz] - wider_stripes,trmm_by_tiles:m:n:0"
  "driver/level3/trmm_R [sdcz] - wider_stripes,trmm_by_tiles:n:m:TRSM_RIGHT"
  "driver/level3/trsm_L [sdcz] - smaller_blocks:m:8,wider_stripes,trsm_by_halves:m:n:0"
  "driver/level3/trsm_R [sdcz] - smaller_blocks:n:8,wider_stripes,trsm_by_halves:n:m:TRSM_RIGHT"
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
# one short AXPY or DOT each. Shorter steps leave more to GEMV: DTRMV of n=20 to 200 is 1.4 to 2 times as fast.
function(short_steps content)
  string(REPLACE "DTB_ENTRIES" "SHORT" changed "${${content}}")
  string(REPLACE "#include \"common.h\"" "#include \"common.h\"\n#include \"tuned/short_vectors.h\"" changed "${changed}")
  set(${content} "${changed}" PARENT_SCOPE)
endfunction()

# LU, Cholesky, triangular systems and inverses go along the diagonal in steps of GEMM_Q, the depth at which the
# GEMM kernel is fastest (384 for DGEMM with the SKYLAKEX kernels). But the block on the diagonal is left to
# functions far slower than that kernel, and to one thread while others wait. Steps in proportion to
# the matrix leave less to them. With the SKYLAKEX kernels and 2 threads, DGETRF n=500 is 2.0 times as fast,
# n=1500 1.5, n=3000 1.2, and DPOTRF n=1500 1.3; with one thread DTRSM n=300 1.6, n=1500 1.15. The HASWELL and
# SANDYBRIDGE kernels gain less and lose nothing.
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

# By this project's solver for triangular systems, if the CPU has one (cmake/OwnKernels.cmake): these themselves, with the
# driver's variables for the numbers of unknowns and systems, and what side says; and src/*_halves.h.
macro(trsm_by_halves content unknowns systems side)
  begin_with(${content} "#include \"tuned/trsm_driver.h\"" "(beta[1] == ZERO)) return 0;\n#endif\n  }\n"
    "if (IS_FOR_TRSM_BY_HALVES(${unknowns})) {
    TRSM_BY_HALVES(TRSM_KIND | ${side}, ${unknowns}, ${systems}, a, lda, b, ldb, sa, sb);
    return 0;
  }")
endmacro()

macro(trmm_by_tiles content unknowns systems side)
  begin_with(${content} "#include \"tuned/trsm_driver.h\"" "(beta[1] == ZERO)) return 0;\n#endif\n  }\n"
    "if (IS_FOR_TRMM_BY_TILES(${side}, ${unknowns})) {
    TRMM_BY_TILES(TRSM_KIND | ${side}, ${unknowns}, ${systems}, a, lda, b, ldb, sb);
    return 0;
  }")
endmacro()

macro(getrf_by_halves content)
  begin_with(${content} "#include \"tuned/getrf_halves.h\"" "if (m <= 0 || n <= 0) return 0;\n"
    "if (is_for_halves(MIN(m, n))) return getrf_by_halves(args, offset, n, sa, sb);")
endmacro()

macro(potrf_by_halves content lower)
  begin_with(${content} "#define POTRF_LOWER ${lower}\n#include \"tuned/potrf_halves.h\"" "* (lda + 1) * COMPSIZE;\n  }\n"
    "if (is_for_halves(n)) return cholesky(n, a, lda, sa, sb);")
endmacro()

macro(trtri_by_halves content upper)
  begin_with(${content} "#define TRTRI_UPPER ${upper}\n#include \"tuned/trtri_halves.h\"" "n      = args -> n;\n"
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

# Real matrices that are factored by vectors at the end of the recursion: DPOTRF of n=35 to 50 is 2.3 to 2.5 times as fast.
function(larger_leaves content)
  string(REPLACE "blocking <= GEMM_UNROLL_N * 2" "mn <= MAX(16, GEMM_UNROLL_N * 4)" changed "${${content}}")
  string(REPLACE "n <= DTB_ENTRIES / 2" "n <= (COMPSIZE == 1 ? 64 : DTB_ENTRIES / 2)" changed "${changed}")
  set(${content} "${changed}" PARENT_SCOPE)
endfunction()

# Cholesky's squares on the diagonal are factored as all is, by several threads, down to a few columns; but threads wait
# for each other longer than such a part takes one. And a few threads wait less if each copies by itself what it
# multiplies, what OpenBLAS calls simple: with two, DPOTRF of n=500 to 1000 is 1.2 to 1.35 times as fast, SPOTRF 1.2 to 1.6.
function(one_thread_for_parts content)
  string(REPLACE "if (n <= GEMM_UNROLL_N * 4) {" "if (n <= 256) {" changed "${${content}}")
  string(REPLACE "#include \"common.h\"" "#include \"common.h\"\n#include \"tuned/few_threads.h\"" changed "${changed}")
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

# --- More than one thread only where it helps --------------------------------------------------------------

# Below these sizes two threads take longer than one: DPOTRF of n=256 took twice as long, DLAUUM of n=96 four times,
# DTRMV of n=50 five times, SGER of n=100 twice, DTRTRI of n=256 twice, DGESV of n=100 1.3 times. The sizes are those from
# which on two threads are as fast as one; for vectors a little more, since threads that are asleep take longer to begin.

# Source, objects, and in pairs the condition for one thread and ours.
set(OPENBLAS_ONE_THREAD
  "interface/ger.c@(cblas_)?[sd]@n > 20480L@n > 22500L@n > 2048L@n > (SIZE == 4 ? 22500L : 10000L)"
  "interface/zger.c@(cblas_)?[cz]@36L * sizeof(FLOAT) * sizeof(FLOAT)@(SIZE == 4 ? 10000L : 4000L)"
  "interface/zgemv.c@(cblas_)?[cz]@n < 1024L@n < (SIZE == 4 ? 16000L : 6000L)"
  "interface/trmv.c@(cblas_)?[sd]@n < 50 )@n < 400)"
  "interface/ztrmv.c@(cblas_)?[cz]@n > 36L@n > (SIZE == 4 ? 1000L : 160L)"
  "interface/symv.c@(cblas_)?[sd]@n <200@n < 350"
  "interface/syr.c@(cblas_)?[sd]@n < 50)@n < 150)"
  "interface/syr2.c@(cblas_)?[sd]@n < 50)@n < 120)"
  "interface/syr2k.c@(cblas_)?[sdcz]@args.n*args.k <1000@args.n * args.k < 5000"
  "interface/lapack/gesv.c@[sdcz]@args.m * args.m < 40000@args.m * args.m < (COMPSIZE == 1 ? 80000 : 62500)@args.m * args.m < 10000@args.m * args.m < (COMPSIZE == 1 ? 90000 : 36000)"
  "interface/lapack/getrf.c@[sd]@nmax = 10000@nmax = 45000"
  "interface/lapack/zgetrf.c@[cz]@args.m*args.n <10000@args.m * args.n < (SIZE == 4 ? 62500 : 36000)"
  "interface/lapack/getrs.c@[sd]@args.m < 64@args.m < 64 || args.n == 1 || args.m * args.n < (SIZE == 4 ? 5000 : 2000)"
  "interface/lapack/trtrs.c@[sdcz]@args.m < 64@args.m < 64 || args.n == 1 || args.m * args.n < (SIZE == 4 ? 5000 : 2000)"
  "interface/lapack/potrf.c@[sd]@args.n <nmax)@args.n < 350)"
  "interface/lapack/zpotrf.c@[cz]@args.n < 64)@args.n < 256)"
  "interface/lapack/trtri.c@[sd]@args.n <= 150)@args.n < (SIZE == 4 ? 750 : 600))"
  "interface/lapack/ztrtri.c@[cz]@args.n < 64)@args.n < (SIZE == 4 ? 480 : 330))"
  "interface/lapack/lauum.c@[sd]@args.n < 64)@args.n < 512)"
  "interface/lapack/zlauum.c@[cz]@args.n < 64)@args.n < 256)"
  "interface/trsm.c@(cblas_)?[sd]@args.m * args.n < SMP_FACTOR @args.m * args.n < (side ? 24 : 8) * SMP_FACTOR "
  "interface/symm.c@(cblas_)?[sd]@(SMP_THRESHOLD_MIN *@(10 * SMP_THRESHOLD_MIN *"
)

function(with_later_threads object source result)
  set(${result} "" PARENT_SCOPE)
  foreach(entry ${OPENBLAS_ONE_THREAD})
    string(REPLACE "@" ";" entry "${entry}")
    list(POP_FRONT entry file objects)
    if(source STREQUAL file AND object MATCHES "^${objects}[a-z0-9]+$")
      write_replaced(${source} interface/${object}.c copy ${entry})
      set(${result} "${copy}" PARENT_SCOPE)
    endif()
  endforeach()
endfunction()

# --- The smallest triangular systems in registers --------------------------------------------------------

# Where the CPU has no kernel of its own, src/trsm_kernel.h in place of the generic one: with SKYLAKEX's sizes, DTRSM
# of n=20 is 3 times as fast, n=100 1.7 to 2, n=500 1.3, STRSM 1.8, 1.5, 1.3, ZTRSM 2, 1.8, 1.3; SANDYBRIDGE gains 1.1
# to 1.3, HASWELL, which has some of its own, as much for DTRSM from the right.
function(trsm_kernel kernel source result)
  # Its own solve() is used for what is smaller than a block.
  write_replaced(${source} kernel/generic/trsm_kernel_${kernel}.c copy
    "\nint CNAME(" "\n#define TRSM_SOLVE_${kernel}\n#include \"tuned/trsm_kernel.h\"\n\nstatic __attribute__((unused)) int openblas_kernel("
  )
  set(${result} "${copy}" PARENT_SCOPE)
endfunction()

# --- Small products, and those with a thin dimension -------------------------------------------------------

# src/small_gemm.h beside OpenBLAS's kernels for small matrices, and rules of our own for which products they are
# (src/small_gemm_ways.h).
#
# Thin ones, src/thin_gemm.h: with SKYLAKEX's, DGEMM of 2000 by 2000 with a depth of 32 is 1.7 times as fast, of 10000 by
# 32 by 32 1.2 to 1.3, 2000 by 8 by 2000 1.5 to 2, SGEMM 1.7 to 2, 1.4 to 1.7 and 2.5 to 4; HASWELL's gain 1.2 to 1.6.
#
# Others, src/direct_gemm.h: with SKYLAKEX's, CGEMM and ZGEMM of n=8 to 64 are 1.2 to 1.4 times as fast, n=100 to 1000 1.05
# to 1.15, of 2000 by 2000 with a depth of 32 1.3 to 1.5; DGEMM of n=101 to 300 1.1 to 1.15, to 3000 1.03 to 1.08 with one
# thread and two, with A transposed n=4 to 64 1.15 to 1.4, SGEMM as much up to n=1000; of 1000 by 1000 and 2000 by 2000 with
# depths of 64 and 128 all four 1.1 to 1.25, of 500 by 16 to 64 with a depth of 64 to 250 1.2 to 1.5. HASWELL's for real numbers
# n=4 to 64 1.05 to 1.5, n=80 to 300 1.02 to 1.1; for more or complex ones its own kernels are as fast.
#
# That A is copied while it is multiplied gives 1.02 to 1.14 of it. That products of 16 to 64 columns and a small depth go by
# panels of A gives another 1.2 to 1.3 at 10000 by 32 by 32 and 20001 by 20 by 20; that shallow ones whose C can't go past
# the cache don't go by src/thin_gemm.h, 1.1 to 1.3 at 2001 by 2001 by 32, and 1.1 to 1.4 at 2000 by 2000 with beta.
function(small_gemm source result)
  string(REGEX REPLACE "/x86_64/[.][.]/" "/" copy ${source})
  if(source MATCHES "permit")
    set(name permit)
    set(ours "#define SMALL_GEMM_PERMIT\n#include \"tuned/small_gemm_ways.h\"")
  else()
    set(name kernel)
    string(REGEX MATCH "_([nt])([nt])(_[a-z]+)?\\.c$" found ${source})
    set(transposed_n 0)
    set(transposed_t 1)
    set(ours "#define TRANSPOSED_A ${transposed_${CMAKE_MATCH_1}}\n#define TRANSPOSED_B ${transposed_${CMAKE_MATCH_2}}\n#include \"tuned/small_gemm.h\"")
  endif()
  set(instructions __AVX2__)
  if(source MATCHES "/zgemm_")
    set(instructions __AVX512F__) # HASWELL's own are as fast
  endif()
  write_replaced(${source} ${copy} copy
    "int CNAME(" "#ifdef ${instructions}\nstatic __attribute__((unused)) int openblas_${name}(\n#else\nint CNAME(\n#endif\n"
    "" "#ifdef ${instructions}\n${ours}\n#endif\n"
  )
  set(${result} "${copy}" PARENT_SCOPE)
endfunction()

# GEMM's threads multiply each by itself where that is faster, by those kernels too: src/gemm_threads.h. With two, DGEMM
# of n=100 is 1.5 times as fast, n=200 1.15 to 1.25, with B transposed n=420 to 500 1.1 to 1.2, SGEMM of n=100 and 128 1.5,
# n=200 1.2, ZGEMM of n=200 1.1; and with the kernels of direct_gemm.h another 1.05 to 1.2.
function(gemm_interface source result)
  set(first "#ifndef CBLAS\n\nvoid NAME(char *TRANSA,")
  set(small "#if USE_SMALL_MATRIX_OPT\n#if !defined(COMPLEX)\n  if(")
  write_replaced(${source} ${source} copy
    "${first}" "#include \"tuned/gemm_threads.h\"\n${first}"
    "${small}" "  if (small_gemm(&args, transa, transb)) return;\n\n#if 0\n#if 1\n  if("
  )
  set(${result} "${copy}" PARENT_SCOPE)
endfunction()

# In builds for several CPUs GEMM_BATCH takes a kernel's place in the table of kernels for its address: products of up to
# 100 by 100 by 100 crash, in the published wheel too. The macros that it has itself look the address up. And
# GEMM_BATCH_STRIDED has no leading dimensions for columns, takes the addresses of complex factors' addresses, and counts
# complex numbers as real ones.
function(gemm_batch object source result)
  set(kind "[(group_transb<<2)|group_transa]")
  set(index "((group_transb<<2)|group_transa)")
  set(strided "")
  if(source MATCHES "strided")
    set(sizes "      group_k = k;\n\n      \n")
    list(APPEND strided "${sizes}" "      group_k = k, group_lda = lda, group_ldb = ldb, group_ldc = ldc;\n")
    if(object MATCHES "^cblas_[cz]")
      list(APPEND strided "alpha=&alpha" "alpha=alpha" "beta=&beta" "beta=beta" "i*stride" "i*COMPSIZE*stride")
    endif()
    string(REPLACE ";\n" "\;\n" strided "${strided}")
  endif()
  write_replaced(${source} interface/${object}.c copy
    "(gemm_small_kernel_b0${kind})" "GEMM_SMALL_KERNEL_B0${index}"
    "(gemm_small_kernel${kind})" "GEMM_SMALL_KERNEL${index}"
    "(zgemm_small_kernel_b0${kind})" "ZGEMM_SMALL_KERNEL_B0${index}"
    "(zgemm_small_kernel${kind})" "ZGEMM_SMALL_KERNEL${index}"
    ${strided}
  )
  set(${result} "${copy}" PARENT_SCOPE)
endfunction()

# SYRK calls them too (src/small_syrk.h), threads for larger products only, as the functions above, and a few threads as
# GEMM's (src/syrk_threads.h): DSYRK of n=100 is 1.5 times as fast, SSYRK 1.2; with two threads n=200 1.5 and 1.8, n=500
# 1.2 and 1.5.
function(syrk_interface object type source result)
  set(first "#ifndef CBLAS\n\nvoid NAME(char *UPLO,")
  set(begin "\n  buffer = (FLOAT *)blas_memory_alloc(0);")
  set(times_s 4)
  set(times_d 2)
  set(times_c 2)
  set(times_z 1)
  set(small "")
  if(type MATCHES "[sd]")
    set(small "\n  if (small_syrk(&args, uplo, trans)) return;\n")
  endif()
  write_replaced(${source} interface/${object}.c copy
    "${first}" "#include \"tuned/small_syrk.h\"\n#include \"tuned/syrk_threads.h\"\n${first}"
    "${begin}" "${small}${begin}"
    "(syrk[4 | (uplo << 1) | trans ])(&args, NULL, NULL, sa, sb, 0)" "syrk_in_threads(&args, uplo, trans, sa, sb)"
    "(SMP_THRESHOLD_MIN *" "(${times_${type}} * SMP_THRESHOLD_MIN *"
  )
  set(${result} "${copy}" PARENT_SCOPE)
endfunction()

# --- Matrix and vector ---------------------------------------------------------------------------------

# In the caches, with SKYLAKEX's sizes: DGEMV of n=20 to 100 is 1.1 to 1.7 times as fast, SGEMV from n=50 on as much, ZGEMV
# 1.3 to 1.8, DSYMV of n=20 to 200 1.4 to 2.4, ZHEMV 2 to 4, SGER of n=20 to 100 1.6 to 3.6, DGER 1.1 to 1.4; HASWELL's gain as much.
# In memory all are as fast as before. Complex GEMV of matrices larger than the first cache is slower than HASWELL's own.
# DTRSV of n=20 to 200 1.3 to 1.6, if A is not transposed 1 to 1.2; of n=1000 with two threads 2 and 1.4.
# LU: DGETRF of n=10 1.9 times.

# Sources, our own in place of them, and the compiler's instructions that it takes.
set(OPENBLAS_OWN_C
  "kernel/x86_64/[sd]gemv_[nt](_4)? gemv_kernel.h __AVX2__"
  "kernel/x86_64/[cz]gemv_[nt](_4)? gemv_kernel.h __AVX512F__"
  "kernel/x86_64/[sd]symv_[LU] symv_kernel.h __AVX2__"
  "kernel/generic/ger ger_kernel.h __AVX2__"
  "kernel/generic/zger ger_kernel.h __AVX512F__"
  "driver/level2/trsv_[LU] trsv.h __x86_64__"
  "lapack/getf2/getf2_k getf2.h __x86_64__"
  "lapack/potf2/potf2_[LU] potf2.h __x86_64__"
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
      "#include \"common.h\"\n#include \"tuned/symv_kernel.h\"\n")
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

# --- SDOT ----------------------------------------------------------------------------------------------

# OpenBLAS has threads for DDOT only: with two, SDOT of a million numbers is twice as fast.
function(sdot_in_threads source result)
  set(${result} "" PARENT_SCOPE)
  if(source MATCHES "x86_64/sdot\\.c$")
    write_replaced(${source} ${source} copy
      "\nFLOAT CNAME(" "\nstatic FLOAT one_thread("
      "#include \"sdot_microk_" "#include \"kernel/x86_64/sdot_microk_"
      "" "\n#include \"tuned/sdot_threads.h\"\n"
    )
    set(${result} "${copy}" PARENT_SCOPE)
  endif()
endfunction()

# --- QR: panels by matrix products ---------------------------------------------------------------------

# LAPACK factors each panel of 32 columns, and what has no more than 128, a column at a time, and makes Q so as well.
# src/geqrf.f.in and src/orgqr.f.in do it by matrix products, and take wider panels of large matrices. DGEQRF of
# n=1000 is 1.27 times as fast with one thread, 1.75 with two, of 1000 by 250 1.37 and 3.3; DORGQR 1.23 and 1.45.

# LAPACK's functions of which src/ has one of our own, and its template.
set(OPENBLAS_OWN_FORTRAN "[sdcz]geqrf geqrf.f.in" "([sd]or|[cz]un)gqr orgqr.f.in" "[sd]lamch lamch.f.in")

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

# Writes the copy of a source in which texts are replaced, given in pairs: what is there, what comes in its place. In
# place of nothing it goes to the end. Returns its path, or nothing if a text is not there.
function(write_replaced source copy result)
  file(READ ${PROJECT_SOURCE_DIR}/${source} content)
  set(changed "${content}")
  math(EXPR last "${ARGC} - 1")
  foreach(theirs RANGE 3 ${last} 2)
    math(EXPR ours "${theirs} + 1")
    string(FIND "${content}" "${ARGV${theirs}}" found)
    if("${ARGV${theirs}}" STREQUAL "")
      string(APPEND changed "${ARGV${ours}}")
    elseif(found EQUAL -1)
      set(changed "${content}")
      break()
    else()
      string(REPLACE "${ARGV${theirs}}" "${ARGV${ours}}" changed "${changed}")
    endif()
  endforeach()
  write_copy(${source} ${copy} "${content}" "${changed}" path)
  set(${result} "${path}" PARENT_SCOPE)
endfunction()

# Writes the copy of a source with these changes, and returns its path or nothing.
function(write_tuned source changes result)
  file(READ ${PROJECT_SOURCE_DIR}/${source} content)
  set(changed "${content}")
  foreach(change ${changes})
    string(REPLACE ":" ";" change "${change}")
    list(POP_FRONT change function)
    set(before "${changed}")
    cmake_language(CALL ${function} changed ${change})
    if(changed STREQUAL before)
      set(changed "${content}")
      break()
    endif()
  endforeach()
  write_copy(${source} ${source} "${content}" "${changed}" copy)
  set(${result} "${copy}" PARENT_SCOPE)
endfunction()

# The same where the changes are to be made in files that the source includes.
function(write_tuned_with_included source included changes result)
  file(READ ${PROJECT_SOURCE_DIR}/${source} content)
  get_filename_component(folder ${source} DIRECTORY)
  string(REGEX REPLACE "#include \"(level3[a-z0-9_]*\\.c)\"" "#include \"${folder}/\\1\"" changed "${content}")
  foreach(name ${included})
    write_tuned(${folder}/${name} "${changes}" copy)
    if(copy)
      string(REPLACE "#include \"${folder}/${name}\"" "#include \"${copy}\"" changed "${changed}")
    endif()
  endforeach()
  write_copy(${source} ${source} "${content}" "${changed}" copy)
  set(${result} "${copy}" PARENT_SCOPE)
endfunction()

function(write_copy source copy content changed result)
  set(${result} "" PARENT_SCOPE)
  if(changed STREQUAL content)
    message(WARNING "${source} is not as expected, and is compiled as it is: slower than it could be")
    return()
  endif()
  file(CONFIGURE OUTPUT ${OPENBLAS_COPIES}/tuned/${copy} CONTENT "${changed}" @ONLY)
  set(${result} tuned/${copy} PARENT_SCOPE)
endfunction()
