# OpenBLAS's own CMake project, built to a static archive with the plain names.
#
# Sets OPENBLAS_BINARY_DIR, OPENBLAS_ARCHIVE and OPENBLAS_TREE, which it is built of, and makes the target openblas.

include(ExternalProject)

string(COMPARE EQUAL "${OPENBLAS_INTERFACE}" "ilp64" interface64)
set(OPENBLAS_BINARY_DIR ${CMAKE_CURRENT_BINARY_DIR}/openblas)
if(OPENBLAS_BUILT)
  get_filename_component(OPENBLAS_BINARY_DIR ${OPENBLAS_BUILT} ABSOLUTE BASE_DIR ${CMAKE_CURRENT_SOURCE_DIR})
endif()
set(OPENBLAS_ARCHIVE ${OPENBLAS_BINARY_DIR}/lib/libopenblas.a)
if(interface64)
  set(OPENBLAS_ARCHIVE ${OPENBLAS_BINARY_DIR}/lib/libopenblas_64.a)
endif()

# CMake's -O3 gives a library a quarter larger than Make's -O2, no faster where it counts, and one
# that fails more of LAPACK's own tests. Vectorised Fortran would call libmvec.
set(c_flags_release "-O2")
set(fortran_flags_release "-O2")
# OpenBLAS's thousands of warnings are not ours to mend and would bury what is. Symbols are renamed in
# object files, which those of link-time optimisation have in a form that no tool renames: it is switched
# off, whatever the user's flags say. cmake/overlay/PathFlags.cmake of the changed tree adds the flags with paths.
set(common_flags "-w -fno-lto")
foreach(flag IN LISTS OPENBLAS_MACHINE_FLAGS)
  string(APPEND common_flags " ${flag}")
endforeach()

# This project has no Fortran of its own, so CMake does not read the variable here.
if(NOT DEFINED CMAKE_Fortran_FLAGS)
  set(CMAKE_Fortran_FLAGS "$ENV{FFLAGS}")
endif()

string(COMPARE NOTEQUAL "${OPENBLAS_THREADING}" "none" use_thread)
string(COMPARE EQUAL "${OPENBLAS_THREADING}" "openmp" use_openmp)
# A library without threads of its own may be called by several of a program's all the same.
set(use_locking OFF)
if(NOT use_thread)
  set(use_locking ON)
endif()

# What openblas_get_config() says of the options, for the pkg-config file: all but the CPU, which is
# chosen at run time.
set(openblas_config "DYNAMIC_ARCH NO_AFFINITY")
if(interface64)
  string(PREPEND openblas_config "USE64BITINT ")
endif()
if(use_openmp)
  string(APPEND openblas_config " USE_OPENMP")
endif()
if(use_thread)
  string(APPEND openblas_config " MAX_THREADS=${OPENBLAS_NUM_THREADS}")
else()
  string(APPEND openblas_config " USE_LOCKING SINGLE_THREADED")
endif()

if(OPENBLAS_BUILT)
  if(NOT EXISTS ${OPENBLAS_ARCHIVE})
    message(FATAL_ERROR "OPENBLAS_BUILT is no build folder of OpenBLAS for ${OPENBLAS_INTERFACE}: there is no ${OPENBLAS_ARCHIVE}")
  endif()
  load_cache(${OPENBLAS_BINARY_DIR} READ_WITH_PREFIX BUILT_ CMAKE_HOME_DIRECTORY CMAKE_Fortran_COMPILER)
  string(REGEX MATCH "gfortran[^/]*$" OPENBLAS_FORTRAN_IS_GNU "${BUILT_CMAKE_Fortran_COMPILER}")
  set(OPENBLAS_TREE ${BUILT_CMAKE_HOME_DIRECTORY})
  add_custom_target(openblas)
  return()
endif()

set(OPENBLAS_TREE ${OPENBLAS_SOURCE_DIR})
include(${CMAKE_CURRENT_LIST_DIR}/FortranCompiler.cmake)
if(OPENBLAS_FORTRAN_IS_GNU)
  string(APPEND fortran_flags_release " -fno-tree-vectorize")
endif()

set(cross "")
if(CMAKE_CROSSCOMPILING)
  set(cross
      -DCMAKE_SYSTEM_NAME:STRING=${CMAKE_SYSTEM_NAME}
      -DCMAKE_SYSTEM_PROCESSOR:STRING=${CMAKE_SYSTEM_PROCESSOR}
      -DCMAKE_OBJCOPY:FILEPATH=${CMAKE_OBJCOPY}
      "-DCMAKE_ASM_FLAGS:STRING=${CMAKE_C_FLAGS}" # which machine Clang is to make code for
      -DOPENBLAS_HOST_C_COMPILER:STRING=${OPENBLAS_HOST_C_COMPILER}
      "-DOPENBLAS_C_LIBRARY_FLAGS:STRING=${OPENBLAS_C_LIBRARY_FLAGS}")
  foreach(variable IN LISTS OPENBLAS_CROSS_VARIABLES)
    list(APPEND cross "-D${variable}:STRING=${${variable}}")
  endforeach()
endif()

# The compilers and the generator are those of this project; everything else is said here.

ExternalProject_Add(
  openblas
  PREFIX ${CMAKE_CURRENT_BINARY_DIR}/openblas-project
  SOURCE_DIR ${OPENBLAS_SOURCE_DIR}
  BINARY_DIR ${OPENBLAS_BINARY_DIR}
  DOWNLOAD_COMMAND ""
  UPDATE_COMMAND ""
  CMAKE_CACHE_ARGS
    ${cross}
    -DCMAKE_AR:FILEPATH=${CMAKE_AR}
    -DCMAKE_MAKE_PROGRAM:FILEPATH=${CMAKE_MAKE_PROGRAM}
    -DCMAKE_C_COMPILER:FILEPATH=${CMAKE_C_COMPILER}
    -DCMAKE_Fortran_COMPILER:FILEPATH=${OPENBLAS_FORTRAN_COMPILER}
    -DCMAKE_C_COMPILER_LAUNCHER:STRING=${OPENBLAS_COMPILER_LAUNCHER}
    -DCMAKE_Fortran_COMPILER_LAUNCHER:STRING=${OPENBLAS_COMPILER_LAUNCHER}
    -DOPENBLAS_PLAIN_FORTRAN_LAUNCHER:STRING=${OPENBLAS_PLAIN_FORTRAN_LAUNCHER}
    -DCMAKE_BUILD_TYPE:STRING=Release
    "-DCMAKE_C_FLAGS:STRING=${CMAKE_C_FLAGS} ${common_flags}"
    "-DCMAKE_Fortran_FLAGS:STRING=${CMAKE_Fortran_FLAGS} ${common_flags}"
    -DCMAKE_C_FLAGS_RELEASE:STRING=${c_flags_release}
    -DCMAKE_Fortran_FLAGS_RELEASE:STRING=${fortran_flags_release}
    -DCMAKE_POSITION_INDEPENDENT_CODE:BOOL=ON
    # Older trees ask for a CMake that CMake 4 does not act like any more.
    -DCMAKE_POLICY_VERSION_MINIMUM:STRING=3.5
    -DOPENBLAS_WHEEL_VERSION:STRING=${OPENBLAS_WHEEL_VERSION}
    -DBUILD_STATIC_LIBS:BOOL=ON
    -DBUILD_SHARED_LIBS:BOOL=OFF
    -DBUILD_TESTING:BOOL=OFF # LAPACK's test programs; OpenBLAS's own are always there
    -DBUILD_LAPACK_DEPRECATED:BOOL=ON
    -DINTERFACE64:BOOL=${interface64}
    -DDYNAMIC_ARCH:BOOL=ON
    -DTARGET:STRING=${OPENBLAS_TARGET}
    "-DDYNAMIC_LIST:STRING=${OPENBLAS_DYNAMIC_LIST}"
    -DNUM_THREADS:STRING=${OPENBLAS_NUM_THREADS}
    -DUSE_THREAD:BOOL=${use_thread}
    -DUSE_LOCKING:BOOL=${use_locking}
    -DUSE_OPENMP:BOOL=${use_openmp}
    -DNO_AFFINITY:BOOL=ON
    # Buffers of 32 MB, as the published wheel's; and what threads tell each other is on the heap, not on the caller's stack.
    -DBUFFERSIZE:STRING=20
    -DBLAS3_MEM_ALLOC_THRESHOLD:STRING=0
  BUILD_COMMAND ${CMAKE_COMMAND} --build <BINARY_DIR> --target openblas-archive
  BUILD_ALWAYS ON
  BUILD_BYPRODUCTS ${OPENBLAS_ARCHIVE}
  INSTALL_COMMAND ""
  LOG_CONFIGURE ON # 5,000 lines, shown if it fails
  LOG_OUTPUT_ON_FAILURE ON
  USES_TERMINAL_BUILD ON
)
