# Compiler flags for single objects, files and parts of OpenBLAS, each with the reason. What is said
# here comes behind the flags that hold for all, so that it wins.

# --- Objects -----------------------------------------------------------------------------------------

# Returns in `result` the flags for an object such as zscal_k_SKYLAKEX.
function(flags_of_object object result)
  set(flags "")
  # Complex products whose real and imaginary parts round alike, in the vectorised loop and at its end.
  # With the SKYLAKEX kernels, where GCC may fuse multiply and add, it cost failures of LAPACK's EIG tests.
  if(object MATCHES "^[cz]scal_k_")
    # xGEEV and xGGEV must find the same eigenvalues with and without vectors. The source turns
    # contraction off, but GCC 12's vectoriser fuses all the same: 200 failures.
    list(APPEND flags -fno-tree-vectorize)
  elseif(object MATCHES "^[cz]axpyc?_k_")
    # CSTEIN's inverse iteration lost an eigenvector of a matrix of order 5: 2 failures.
    list(APPEND flags -ffp-contract=off)
  elseif(object MATCHES "^([sd](symv_[LU]|ger_k|dot_k|gemm_small_kernel_(n[nt]|tn)|cholesky_kernel)|[cz]((sy|he)mv_[LUVM]|gemm_small_kernel_nn)|[sdcz](gemv_[a-z]|trsm_(kernel_[LR][NTRC]|solver)|lu_kernel))_(HASWELL|ZEN)$")
    # OpenBLAS's own kernels multiply and add at once in assembly, and do without.
    list(APPEND flags -mfma)
  elseif(object MATCHES "^[sd]laed3_")
    # Loops of divisions, a tenth of DSYEVD's time at n=100.
    list(APPEND flags -ftree-vectorize -fvect-cost-model=dynamic)
  elseif(object MATCHES "^(cblas_)?[sdcz]gemm$")
    # The way to the smallest products, without what makes the others compact: n=2 to 8 1.02 times as fast.
    list(APPEND flags -fschedule-insns2 -fomit-frame-pointer -ftree-pre -fgcse -fira-region=mixed -falign-functions=16)
  elseif(object MATCHES "${OPENBLAS_QUICKLY_COMPILED}")
    list(APPEND flags ${OPENBLAS_QUICK_FLAGS})
  endif()
  set(${result} "${flags}" PARENT_SCOPE)
endfunction()

# --- Everything but the kernels ----------------------------------------------------------------------

# Functions that check arguments and call others, most of the library's code and little of its time.
# What the compressed code of a sample shrinks by (gzip -9, GCC 12, in per cent of what the line before
# left), and no measurable loss of speed in LAPACK's drivers at n=10 and n=60:
set(OPENBLAS_COMPACT_FLAGS
  -fno-schedule-insns2      # 6.5: instructions stay with what they belong to, and compress; the CPU reorders them
  -fno-omit-frame-pointer   # 2.0 and six sevenths of the unwind tables; profilers can walk the stack besides
  -falign-functions=1 -fno-align-loops -fno-align-jumps -fno-align-labels # 2.0
  -fno-tree-pre -fno-gcse   # 3.6: expressions kept for later, in registers that are short
  -fira-region=one          # 3.1: registers allotted for a function as a whole
)

# Of those the ones that leave all work to others, and that is more than a little. GCC takes half as long for them, and what
# it makes of them compresses better (LAPACK's by 11 per cent, LAPACKE's by 25). NumPy's and SciPy's functions of n=10 to 300
# take as long as before, in the mean within 1 per cent; with all of LAPACK so, they took 5 per cent longer, DGGEV 50, and
# LAPACKE's search for NaN 25.
set(OPENBLAS_QUICK_FLAGS -Og)
# Products and others in several threads, and large products.
set(OPENBLAS_QUICKLY_COMPILED "_thread(_|$)|_parallel$|^[sdcz](gemm|(ge|sy|he)mm3m|symm|hemm)_[nrtcLR][nrtcLU]$")

# LAPACK's own inner loops, which no BLAS function does for it. Vectorised, DSYEV is 1.3 times as fast at
# n=60, DGEEV and DGEES 1.25, DGESVD 1.2. They call nothing but square roots: no libmvec. Not xHGEQZ: SHGEQZ
# vectorised by GCC 12 returns a wrong Z, 1,217 failures of LAPACK's EIG tests. Those that only wait for divisions gain from
# being without the flags above: with xLAQR5, DGEEV n=100 1.2, DSYEVD, DSYEVR and DGESDD 1.03 to 1.06.
set(OPENBLAS_FORTRAN_LOOPS "/([sdcz]lasr|[sd]lahqr|[sdcz]laqr5|[sd](laed4|lasd4|lar1v|lasq5|lasq6|laneg|larrk|larrb|lasd3)|[sdcz](steqr|bdsqr))\\.f$")

# LAPACK's functions that do more, by their names: what asks for block sizes (I), auxiliary (LA) and unblocked (2) ones,
# loops over elements, rotations; and those that are called for small matrices most.
string(JOIN "|" OPENBLAS_FORTRAN_BUSY
  "lsame" "i[a-z0-9]+" "[sdcz]la[a-z0-9_]+" "[a-z]+2[a-z]?"
  "[sdcz](hgeqz|tgevc|trevc3?|sterf|stebz|stein|pteqr|rot|trexc|geba[lk]|gghrd|(pt|gt)(tr[fs]|sv)|(ge|po)equb?)"
  "[sdcz](t[rfp]tt[rfp]|rscl)"
  "[sdcz](ge(ev|sdd|lsd|hrd|brd|qrf|tri)|hseqr|bdsdc|stedc|stemr|(sy|he)(ev[dr]?|trd)|(or|un)[gm](qr|lq|br|hr|tr|ql))"
)

# Returns in `result` the flags for a file of LAPACK.
function(flags_of_fortran source result)
  set(flags ${OPENBLAS_COMPACT_FLAGS})
  if(source MATCHES "${OPENBLAS_FORTRAN_LOOPS}")
    set(flags -fno-schedule-insns2 -fno-omit-frame-pointer -ftree-vectorize -fvect-cost-model=dynamic)
  elseif(NOT source MATCHES "/(${OPENBLAS_FORTRAN_BUSY})\\.f$")
    list(APPEND flags ${OPENBLAS_QUICK_FLAGS})
  endif()
  set(${result} "${flags}" PARENT_SCOPE)
endfunction()

function(compact_all_but_kernels)
  target_compile_options(LAPACK_OVERRIDES PRIVATE "$<$<COMPILE_LANGUAGE:Fortran>:${OPENBLAS_COMPACT_FLAGS}>")
  if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
    foreach(target interface lapack driver_level2 driver_level3 driver_others LAPACKE lapacke_utilities)
      target_compile_options(${target} PRIVATE ${OPENBLAS_COMPACT_FLAGS})
    endforeach()
    target_compile_options(LAPACKE PRIVATE ${OPENBLAS_QUICK_FLAGS})
  endif()
endfunction()
