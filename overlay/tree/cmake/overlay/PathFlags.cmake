# No path of this machine may end up in the library: flags for the compilers that say what to call it instead.
#
# As options of targets, which CMake writes for the shell as that wants them: a path may have blanks and quotes in it.

include(CheckCCompilerFlag)

set(OPENBLAS_PATH_FLAGS -ffile-prefix-map=${PROJECT_SOURCE_DIR}=openblas -ffile-prefix-map=${PROJECT_BINARY_DIR}=build)
check_c_compiler_flag(-ffile-prefix-map=a=b OPENBLAS_C_MAPS_PATHS)
if(NOT OPENBLAS_C_MAPS_PATHS)
  set(OPENBLAS_PATH_FLAGS "")
endif()
foreach(flag IN LISTS OPENBLAS_PATH_FLAGS)
  add_compile_options("$<$<OR:$<COMPILE_LANGUAGE:C,ASM>,$<COMPILE_LANG_AND_ID:Fortran,GNU>>:${flag}>")
endforeach()
