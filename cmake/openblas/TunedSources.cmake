# Faster ways through OpenBLAS's sources: which object is compiled from what, in place of OpenBLAS's file.

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
  elseif(source STREQUAL "interface/syrk.c" AND object MATCHES "^(cblas_)?[sdcz](sy|he)rk$")
    syrk_interface(${object} ${source} tuned)
  elseif(source MATCHES "^interface/gemm_batch(_strided)?\\.c$")
    gemm_batch(${object} ${source} tuned)
  elseif(source STREQUAL "interface/lapack/gesv.c")
    gesv_interface(${object} ${source} tuned)
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
