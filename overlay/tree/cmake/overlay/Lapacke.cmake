# LAPACKE, 2,600 files that read a header of 770 KB each: together they read it once in a while.
#
# Its utilities (the search for NaN, transposing), which go through whole matrices, become a target of their own, so that the
# interfaces, which only call, can be compiled more quickly.

function(divide_lapacke)
  get_target_property(interfaces LAPACKE SOURCES)
  set(utilities ${interfaces})
  list(FILTER utilities INCLUDE REGEX "/utils/")
  list(REMOVE_ITEM interfaces ${utilities})
  set_property(TARGET LAPACKE PROPERTY SOURCES ${interfaces})
  add_library(lapacke_utilities OBJECT ${utilities})
  target_sources(${OpenBLAS_LIBNAME}_static PRIVATE $<TARGET_OBJECTS:lapacke_utilities>)

  # CMake leaves files with flags of their own out, and OpenBLAS gives them all the same, so the targets get them.
  list(GET interfaces 0 first)
  get_source_file_property(flags ${first} COMPILE_FLAGS)
  set_property(SOURCE ${interfaces} ${utilities} PROPERTY COMPILE_FLAGS)
  if(flags)
    separate_arguments(flags UNIX_COMMAND "${flags}")
  else()
    set(flags "")
  endif()
  foreach(target LAPACKE lapacke_utilities)
    target_compile_options(${target} PRIVATE ${flags})
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 40
      UNITY_BUILD_RELOCATABLE ON) # from CMake 4.0: without the folder's path in it
  endforeach()
endfunction()
