# The Fortran compiler under the name that OpenBLAS knows; sets OPENBLAS_FORTRAN_COMPILER.
#
# OpenBLAS's CMake goes by the compiler's file name: one called gfortran-12 or f95 gets other flags than
# one called gfortran, without -frecursive or 64-bit integers, and nobody says a word.

set(fortran ${CMAKE_Fortran_COMPILER})
if(NOT fortran AND NOT "$ENV{FC}" STREQUAL "")
  separate_arguments(fortran UNIX_COMMAND "$ENV{FC}")
  list(GET fortran 0 fortran)
endif()
if(NOT fortran)
  set(fortran gfortran)
endif()
# Looked for anew each time: a cached path may be that of a compiler which the user has replaced.
unset(OPENBLAS_FORTRAN CACHE)
find_program(OPENBLAS_FORTRAN ${fortran} NO_CACHE)
if(NOT OPENBLAS_FORTRAN)
  message(FATAL_ERROR "No Fortran compiler: ${fortran} is not on PATH")
endif()

set(OPENBLAS_FORTRAN_COMPILER ${OPENBLAS_FORTRAN})
get_filename_component(name ${OPENBLAS_FORTRAN} NAME)
execute_process(COMMAND ${OPENBLAS_FORTRAN} --version OUTPUT_VARIABLE version ERROR_QUIET)
if(version MATCHES "^GNU Fortran" AND NOT name STREQUAL "gfortran")
  # GCC's drivers find their parts through the link's target.
  set(OPENBLAS_FORTRAN_COMPILER ${CMAKE_CURRENT_BINARY_DIR}/fortran/gfortran)
  file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/fortran)
  file(CREATE_LINK ${OPENBLAS_FORTRAN} ${OPENBLAS_FORTRAN_COMPILER} SYMBOLIC)
endif()
