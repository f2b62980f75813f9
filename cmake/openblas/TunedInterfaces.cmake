# Faster interfaces, the functions that a user calls: copies of OpenBLAS's sources with changes. docs/speed.md has the figures.

# --- More than one thread only where it helps ------------------------------------------------------------

# Below these sizes two threads take longer than one: DPOTRF of n=256 took twice as long, DLAUUM of n=96 four times,
# DTRMV of n=50 five times, SGER of n=100 twice, DTRTRI of n=256 twice, DGESV of n=100 1.3 times. The sizes are those from
# which on two threads are as fast as one; for vectors a little more, since threads that are asleep take longer to begin.

# Source, objects, and in pairs the condition for one thread and ours.
set(OPENBLAS_ONE_THREAD
  "interface/ger.c@(cblas_)?[sd]@n > 20480L@n > 22500L@n > 2048L@n > (SIZE == 4 ? 22500L : 10000L)"
  "interface/zger.c@(cblas_)?[cz]@36L * sizeof(FLOAT) * sizeof(FLOAT)@(SIZE == 4 ? 10000L : 4000L)"
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
  "interface/trsm.c@(cblas_)?[sd]@args.m * args.n < SMP_FACTOR @(double)args.m * args.n * (side ? args.n : args.m) < 800000 || args.m * args.n < (side ? 24 : 8) * SMP_FACTOR "
  "interface/trsm.c@(cblas_)?[cz]@args.m * args.n < SMP_FACTOR @(double)args.m * args.n * (side ? args.n : args.m) < (SIZE == 4 ? 1200000 : 800000) || args.m * args.n < SMP_FACTOR "
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

# --- Products --------------------------------------------------------------------------------------------

# GEMM's threads multiply each by itself where that is faster, by the kernels for small products too:
# src/level3/gemm_threads.h.
function(gemm_interface source result)
  set(first "#ifndef CBLAS\n\nvoid NAME(char *TRANSA,")
  set(small "#if USE_SMALL_MATRIX_OPT\n#if !defined(COMPLEX)\n  if(")
  write_replaced(${source} ${source} copy
    "${first}" "#include \"tuned/level3/gemm_threads.h\"\n${first}"
    "${small}" "  if (small_gemm(&args, transa, transb)) return;\n\n#if 0\n#if 1\n  if("
  )
  set(${result} "${copy}" PARENT_SCOPE)
endfunction()

# GEMV's threads have lines of y for themselves, and begin at half the size and less of OpenBLAS's, which leaves it to one
# up to n=678: two have twice the second-level cache. src/level2/gemv_threads.h.
function(gemv_interface object source result)
  set(first "#ifndef CBLAS\n\nvoid NAME(char *TRANS,")
  if(object MATCHES "^(cblas_)?[sd]")
    set(factors "&alpha, &beta")
    set(scale "  if (beta != ONE) SCAL_K(")
    set(threads "  nthreads = get_gemv_optimal_nthreads(1L * m * n);\n")
  else()
    set(factors "ALPHA, BETA")
    set(scale "  if (beta_r != ONE || beta_i != ZERO) SCAL_K(")
    set(threads "  if (1L * m * n < 1024L * GEMM_MULTITHREAD_THRESHOLD)\n    nthreads = 1;\n  else\n    nthreads = num_cpu_avail(2);\n")
  endif()
  set(ours "gemv_in_threads(nthreads, trans, m, n, ${factors}, a, lda, x, incx, y, incy)")
  write_replaced(${source} interface/${object}.c copy
    "${first}" "#include \"tuned/level2/gemv_threads.h\"\n${first}"
    "${scale}" "#ifdef SMP\n  nthreads = gemv_threads(trans, m, n);\n  if (nthreads > 1 && ${ours}) return;\n#endif\n${scale}"
    "${threads}" ""
  )
  set(${result} "${copy}" PARENT_SCOPE)
endfunction()

# SYRK has no buffer for small products, threads for larger ones only, as the functions above, and a few threads as GEMM's:
# src/level3/syrk_threads.h.
function(syrk_interface object source result)
  set(first "#ifndef CBLAS\n\nvoid NAME(char *UPLO,")
  set(begin "\n  buffer = (FLOAT *)blas_memory_alloc(0);")
  set(threads "  if (NNK <= (SMP_THRESHOLD_MIN * GEMM_MULTITHREAD_THRESHOLD)) {\n  args.nthreads = 1;\n  } else {\n  args.nthreads = num_cpu_avail(3);\n  }\n")
  write_replaced(${source} interface/${object}.c copy
    "${first}" "#include \"tuned/level3/syrk_threads.h\"\n${first}"
    "${begin}" "\n  if (small_syrk(&args, uplo, trans)) return;\n${begin}"
    "(syrk[4 | (uplo << 1) | trans ])(&args, NULL, NULL, sa, sb, 0)" "syrk_in_threads(&args, uplo, trans, sa, sb)"
    "${threads}" "  args.nthreads = SYRK_THREADS(NNK);\n"
  )
  set(${result} "${copy}" PARENT_SCOPE)
endfunction()

# GESV of a few unknowns, by what is left of its source for more: src/factorizations/small_gesv.h.
function(gesv_interface object source result)
  with_later_threads(${object} ${source} later)
  set(begin "\n#ifndef PPC440\n  buffer = (FLOAT *)blas_memory_alloc(1);")
  set(first "int NAME(blasint *N, blasint *NRHS,")
  file(RELATIVE_PATH source ${PROJECT_SOURCE_DIR} ${OPENBLAS_COPIES}/${later})
  write_replaced(${source} interface/lapack/small_${object}.c copy
    "${first}" "#include \"tuned/factorizations/small_gesv.h\"\n\n${first}"
    "${begin}" "\n  if (small_gesv(&args, *NRHS, Info)) return 0;\n${begin}"
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
