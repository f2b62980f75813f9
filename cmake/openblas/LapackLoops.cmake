# LAPACK's own inner loops, which no BLAS function does for it, for two kinds of CPU: compiled as everything is, and with
# AVX2 and FMA. src/lapack/lapack_loops.c.in chooses when the library is loaded.
#
# With the SKYLAKEX kernels DGEEV of n=35 to 100 is 1.12 to 1.18 times as fast, DSYEVR 1.07, DSYEVD 1.04, DGESDD 1.03.

set(OPENBLAS_LOOPS_TEMPLATE ${OPENBLAS_OWN_SOURCES}/lapack/lapack_loops.c.in)
# Of the files in OPENBLAS_FORTRAN_LOOPS those that gain.
set(OPENBLAS_LOOPS_FOR_AVX2 "/([sdcz](laqr5|lasr)|[sd](lahqr|laed4|lar1v|lasq5|larrk))\\.f$")
define_property(GLOBAL PROPERTY OPENBLAS_LOOPS)

# Whether a file is one of them.
function(is_loop source result)
  set(${result} no PARENT_SCOPE)
  if(source MATCHES "${OPENBLAS_LOOPS_FOR_AVX2}" AND DYNAMIC_ARCH AND CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    set(${result} yes PARENT_SCOPE)
  endif()
endfunction()

# Adds the commands that compile one of them for both, and the objects to a list. `command`
# compiles it, but for the names of source and object.
function(compile_loop source command list)
  get_filename_component(name ${source} NAME_WE)
  set_property(GLOBAL APPEND PROPERTY OPENBLAS_LOOPS ${name})
  set(both ${${list}})
  foreach(kind sse2 avx2)
    set(flags "")
    if(kind STREQUAL "avx2")
      set(flags -mavx2 -mfma)
    endif()
    fortran_object(${name}.${kind} object)
    add_custom_command(
      OUTPUT ${object}
      COMMAND ${command} ${flags} -c ${source} -o ${object}
      COMMAND ${CMAKE_OBJCOPY} --redefine-sym ${name}_=${name}_${kind} ${object}
      DEPENDS ${source}
      COMMENT "Building Fortran object ${name} for ${kind}"
      VERBATIM
    )
    list(APPEND both ${object})
  endforeach()
  set(${list} ${both} PARENT_SCOPE)
endfunction()

# Adds the file that chooses to a target.
function(add_loops target)
  get_property(names GLOBAL PROPERTY OPENBLAS_LOOPS)
  list(TRANSFORM names REPLACE "(.+)" "LOOP(\\1)" OUTPUT_VARIABLE LOOPS)
  list(JOIN LOOPS "\n" LOOPS)
  if(names)
    _configure_file(${OPENBLAS_LOOPS_TEMPLATE} ${PROJECT_BINARY_DIR}/lapack_loops.c @ONLY)
    target_sources(${target} PRIVATE ${PROJECT_BINARY_DIR}/lapack_loops.c)
  endif()
endfunction()
