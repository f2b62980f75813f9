# Flags with paths in them. No path of this machine may end up in the library: the compilers are told what to call it instead.
# And they are told where the headers of another system's C library are.
#
# As options of targets, which CMake writes for the shell as that wants them: a path may have blanks and quotes in it.

include(CheckCCompilerFlag)

set(OPENBLAS_PATH_FLAGS -ffile-prefix-map=${PROJECT_SOURCE_DIR}=openblas -ffile-prefix-map=${PROJECT_BINARY_DIR}=build)
check_c_compiler_flag(-ffile-prefix-map=a=b OPENBLAS_C_MAPS_PATHS)
if(NOT OPENBLAS_C_MAPS_PATHS)
  set(OPENBLAS_PATH_FLAGS "")
endif()
foreach(flag IN LISTS OPENBLAS_C_LIBRARY_FLAGS)
  add_compile_options("$<$<COMPILE_LANGUAGE:C,ASM>:${flag}>")
endforeach()
foreach(flag IN LISTS OPENBLAS_PATH_FLAGS)
  add_compile_options("$<$<OR:$<COMPILE_LANGUAGE:C,ASM>,$<COMPILE_LANG_AND_ID:Fortran,GNU>>:${flag}>")
endforeach()
