# What this project does within OpenBLAS's CMake project: included by its CMakeLists.txt, where the overlay adds a line.
#
# OpenBLAS's function that writes a source for each object calls write_generated_source() here. What needs OpenBLAS's
# targets waits for the end of its CMakeLists.txt. Tables.cmake is written by the build backend, of the manifest.

include(${CMAKE_CURRENT_LIST_DIR}/Tables.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/HostPrograms.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/PathFlags.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/SourceFlags.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/PrecompiledHeaders.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/GeneratedSources.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/OwnObjects.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/FortranTwice.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/PlainFortran.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/Lapacke.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/ObjectOrder.cmake)

# What OpenBLAS's CMake reads while it configures, without a word to CMake: when one has changed, it has to do so again.
file(GLOB read_while_configuring ${PROJECT_SOURCE_DIR}/*.h ${PROJECT_SOURCE_DIR}/getarch*.c ${PROJECT_SOURCE_DIR}/cpuid*.c
     ${PROJECT_SOURCE_DIR}/kernel/setparam-ref.c ${PROJECT_SOURCE_DIR}/kernel/*/KERNEL*)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${read_while_configuring})

function(finish_openblas)
  add_own_objects()
  divide_lapacke()
  sort_objects(interface lapack driver_level2 driver_level3 LAPACKE lapacke_utilities LAPACK_OVERRIDES)

  # The one target that a wheel needs: without OpenBLAS's tests, which are in ALL.
  add_custom_target(openblas-archive DEPENDS ${OpenBLAS_LIBNAME}_static)

  add_flags_of_targets()
  add_flags_of_plain_sources(driver_others)
  if(CMAKE_C_COMPILER_ID STREQUAL "GNU" AND NOT USE_OPENMP) # whose flag is not in these targets' own
    precompile_headers(driver_level2 driver_level3 interface lapack)
    foreach(cpu ${DYNAMIC_CORE})
      takes_precompiled_headers(kernel_${cpu} takes)
      if(takes)
        precompile_headers(kernel_${cpu})
      endif()
    endforeach()
  endif()
  compile_plain_fortran(LAPACK_OVERRIDES)
  add_chooser(driver_others)

  # The library reports the wheel's version, commits and build number included, as the published ones do.
  if(OPENBLAS_WHEEL_VERSION)
    get_target_property(sources driver_others SOURCES)
    list(FILTER sources INCLUDE REGEX "openblas_get_config")
    set_property(SOURCE ${sources} TARGET_DIRECTORY driver_others APPEND PROPERTY
      COMPILE_OPTIONS "-UVERSION;-DVERSION=\"${OPENBLAS_WHEEL_VERSION}\"")
  endif()
endfunction()

cmake_language(DEFER CALL finish_openblas)
