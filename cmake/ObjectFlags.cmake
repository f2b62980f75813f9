# Compiler flags for single objects, each with the reason.

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
  endif()
  set(${result} "${flags}" PARENT_SCOPE)
endfunction()
