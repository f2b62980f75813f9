# What we change in OpenBLAS's own CMake project, without touching its files.
#
# CMake reads this right after OpenBLAS's project() command (CMAKE_PROJECT_OpenBLAS_INCLUDE);
# what needs OpenBLAS's targets waits for the end of its CMakeLists.txt.

include(${CMAKE_CURRENT_LIST_DIR}/AsInMake.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/CopiedSources.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/OwnC.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/OwnFortran.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/TunedDrivers.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/TunedFortran.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/TunedInterfaces.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/TunedKernels.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/TunedSources.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/PrecompiledHeaders.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/OwnKernels.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/CompilerFlags.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/LapackLoops.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/PlainFortran.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/Lapacke.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/ObjectOrder.cmake)

# OpenBLAS generates a source file for each variant of a function, which includes the real one by its
# absolute path. By the path from the top of the tree, which is in every include path, the
# generated file is the same in every folder: what a compiler cache needs to know it again.
function(configure_file input output)
  set(flags "")
  if(input MATCHES "\\.tmp$" AND "COPYONLY" IN_LIST ARGN)
    file(READ "${input}" content)
    string(REPLACE "#include \"${PROJECT_SOURCE_DIR}/" "#include \"" generated "${content}")
    if(generated MATCHES "#include \"([^\"]+)\"")
      set(source ${CMAKE_MATCH_1})
      get_filename_component(object "${output}" NAME_WE)
      source_as_in_make(${object} ${source} right)
      if(NOT right)
        set(right ${source})
      endif()
      tuned_source(${object} ${right} tuned)
      if(tuned)
        set(right ${tuned})
      endif()
      string(REPLACE "#include \"${source}\"" "#include \"${right}\"" generated "${generated}")
      in_language_of(${right} output)
      flags_of_object(${object} flags)
      begin_with_header(generated ${output} ${right} "${flags}")
    endif()
    if(input MATCHES "/setparam_[A-Z0-9]+\\.tmp$")
      suit_blocks_to_kernels(generated)
    endif()
    if(NOT generated STREQUAL content)
      file(WRITE "${input}" "${generated}")
    endif()
  endif()
  _configure_file("${input}" "${output}" ${ARGN})
  if(flags)
    set_property(SOURCE "${output}" APPEND PROPERTY COMPILE_OPTIONS ${flags})
  endif()
endfunction()

function(adjust_openblas)
  replace_by_other_language()
  add_trtrs()
  add_own_kernels()
  divide_lapacke()
  sort_objects(interface lapack driver_level2 driver_level3 LAPACKE lapacke_utilities LAPACK_OVERRIDES)

  # The one target that the wheel needs: without OpenBLAS's tests, which are in ALL.
  add_custom_target(openblas-archive DEPENDS ${OpenBLAS_LIBNAME}_static)

  compact_all_but_kernels()
  if(CMAKE_C_COMPILER_ID STREQUAL "GNU" AND NOT USE_OPENMP) # whose flag is not in these targets' own
    precompile_headers(driver_level2 driver_level3 interface lapack)
    foreach(cpu ${DYNAMIC_CORE})
      precompile_headers(kernel_${cpu})
    endforeach()
  endif()
  compile_plain_fortran(LAPACK_OVERRIDES)
  add_loops(driver_others)

  # The library reports the wheel's version, commits and build number included, as the published ones do.
  get_target_property(sources driver_others SOURCES)
  list(FILTER sources INCLUDE REGEX "openblas_get_config")
  set_source_files_properties(${sources} TARGET_DIRECTORY driver_others PROPERTIES
    COMPILE_OPTIONS "-UVERSION;-DVERSION=\"${OPENBLAS_WHEEL_VERSION}\"")
endfunction()

cmake_language(DEFER CALL adjust_openblas)
