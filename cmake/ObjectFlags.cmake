# Compiler flags for single objects, each with the reason.

# Returns in `result` the flags for an object such as zscal_k_SKYLAKEX.
function(flags_of_object object result)
  set(flags "")
  if(object MATCHES "^[cz]scal_k_")
    # Their source turns contraction off, so that x*y is the same in the vectorised loop and at its end:
    # LAPACK's xGEEV and xGGEV give the same eigenvalues with and without vectors only then. GCC 12's
    # vectoriser fuses multiply and add all the same (200 failures of LAPACK's EIG tests, with
    # the SKYLAKEX kernels).
    list(APPEND flags -fno-tree-vectorize)
  endif()
  set(${result} "${flags}" PARENT_SCOPE)
endfunction()
