# Faster kernels, what does the work on a CPU: functions of src/ in place of OpenBLAS's. docs/speed.md has the figures.

# --- Triangular systems ----------------------------------------------------------------------------------

# Where the CPU has no kernel of its own, src/level3/trsm_kernel.h in place of the generic one. SANDYBRIDGE's gain too, and
# HASWELL's, which has some of its own, from the right.
function(trsm_kernel kernel source result)
  # Its own solve() is used for what is smaller than a block.
  write_replaced(${source} kernel/generic/trsm_kernel_${kernel}.c copy
    "\nint CNAME(" "\n#define TRSM_SOLVE_${kernel}\n#include \"tuned/level3/trsm_kernel.h\"\n\nstatic __attribute__((unused)) int openblas_kernel("
  )
  set(${result} "${copy}" PARENT_SCOPE)
endfunction()

# --- Products --------------------------------------------------------------------------------------------

# src/level3/small_gemm.h beside OpenBLAS's kernels for small matrices, and rules of our own for which products they are
# (src/level3/small_gemm_ways.h): thin ones by src/level3/thin_gemm.h, others by src/level3/direct_gemm.h.
function(small_gemm source result)
  string(REGEX REPLACE "/x86_64/[.][.]/" "/" copy ${source})
  if(source MATCHES "permit")
    set(name permit)
    set(ours "#define SMALL_GEMM_PERMIT\n#include \"tuned/level3/small_gemm_ways.h\"")
  else()
    set(name kernel)
    string(REGEX MATCH "_([nt])([nt])(_[a-z]+)?\\.c$" found ${source})
    set(transposed_n 0)
    set(transposed_t 1)
    set(ours "#define TRANSPOSED_A ${transposed_${CMAKE_MATCH_1}}\n#define TRANSPOSED_B ${transposed_${CMAKE_MATCH_2}}\n#include \"tuned/level3/small_gemm.h\"")
  endif()
  write_replaced(${source} ${copy} copy
    "int CNAME(" "#ifdef __AVX2__\nstatic __attribute__((unused, noinline)) int openblas_${name}(\n#else\nint CNAME(\n#endif\n"
    "" "#ifdef __AVX2__\n${ours}\n#endif\n"
  )
  set(${result} "${copy}" PARENT_SCOPE)
endfunction()

# --- Vectors ---------------------------------------------------------------------------------------------

# DOT by src/level1/dot_kernel.h; and OpenBLAS has threads for DDOT only: with two, SDOT of a million numbers is twice as fast.
function(dot_kernel source result)
  set(${result} "" PARENT_SCOPE)
  if(source MATCHES "x86_64/([sd])dot\\.c$")
    set(function_s "\nstatic FLOAT one_thread(")
    set(end_s "\n#include \"tuned/level1/sdot_threads.h\"\n")
    set(function_d "\nFLOAT CNAME(")
    set(end_d "")
    set(type ${CMAKE_MATCH_1})
    set(kernel "#include \"${type}dot_microk_")
    set(contiguous "if ( (inc_x == 1) && (inc_y == 1) )\n\t{\n")
    string(REPLACE "#include \"" "#include \"kernel/x86_64/" found "${kernel}")
    write_replaced(${source} ${source} copy
      "\nFLOAT CNAME(" "${function_${type}}"
      "" "${end_${type}}"
      "${kernel}" "${found}"
      "#include \"common.h\"\n" "#include \"common.h\"\n#include \"tuned/level1/dot_kernel.h\"\n"
      "${contiguous}" "${contiguous}#if defined(__AVX2__) && !defined(DSDOT)\n\t\treturn contiguous_dot(n, x, y);\n#endif\n"
    )
    set(${result} "${copy}" PARENT_SCOPE)
  endif()
endfunction()
