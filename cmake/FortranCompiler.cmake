# The Fortran compiler under the name that OpenBLAS knows, and what runs it for files without
# modules and preprocessing; sets OPENBLAS_FORTRAN_COMPILER, OPENBLAS_FORTRAN_IS_GNU and OPENBLAS_PLAIN_FORTRAN_LAUNCHER.
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
string(REGEX MATCH "^GNU Fortran" OPENBLAS_FORTRAN_IS_GNU "${version}")
if(OPENBLAS_FORTRAN_IS_GNU AND NOT name STREQUAL "gfortran")
  # GCC's drivers find their parts through the link's target.
  set(OPENBLAS_FORTRAN_COMPILER ${CMAKE_CURRENT_BINARY_DIR}/fortran/gfortran)
  file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/fortran)
  file(CREATE_LINK ${OPENBLAS_FORTRAN} ${OPENBLAS_FORTRAN_COMPILER} SYMBOLIC)
endif()

set(OPENBLAS_PLAIN_FORTRAN_LAUNCHER ${OPENBLAS_COMPILER_LAUNCHER})
if(OPENBLAS_COMPILER_LAUNCHER MATCHES "(^|/)ccache$")
  string(REGEX MATCH "^[^\n']*" fortran_version "${version}")
  # Cross compilers for several machines say the same of their version.
  execute_process(COMMAND ${OPENBLAS_FORTRAN} -dumpmachine OUTPUT_VARIABLE fortran_machine ERROR_QUIET
                  OUTPUT_STRIP_TRAILING_WHITESPACE)
  set(OPENBLAS_PLAIN_FORTRAN_LAUNCHER ${CMAKE_CURRENT_BINARY_DIR}/fortran/cached-fortran)
  configure_file(${CMAKE_CURRENT_LIST_DIR}/templates/cached-fortran.in ${OPENBLAS_PLAIN_FORTRAN_LAUNCHER} @ONLY
                 FILE_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
endif()
