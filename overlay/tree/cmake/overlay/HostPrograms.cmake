# OpenBLAS's getarch, where a library is built for another machine than this one.
#
# getarch says what the parameters of a CPU family are. It calculates none of it: with -DFORCE_<FAMILY> they are those of
# OpenBLAS's own lists, whichever machine asks, but for the order of bytes, which it is told. So it is compiled for this
# machine and runs here, as OpenBLAS's Makefiles do it; OpenBLAS's CMake has a second list for this case, with other sizes
# of caches and fewer families.

# Compiles a program of OpenBLAS's for this machine; the arguments are those of try_compile.
function(compile_for_this_machine result folder)
  cmake_parse_arguments(PARSE_ARGV 2 it "" "COPY_FILE;OUTPUT_VARIABLE" "SOURCES;COMPILE_DEFINITIONS")
  set(flags "")
  foreach(flag IN LISTS it_COMPILE_DEFINITIONS)
    if(flag MATCHES "^-I")
      # A path, which may have blanks, in the quotes that try_compile wants.
      string(REPLACE "\"" "" flag "${flag}")
      list(APPEND flags "${flag}")
    else()
      separate_arguments(words UNIX_COMMAND "${flag}")
      list(APPEND flags ${words})
    endif()
  endforeach()
  # What this machine's CPU has is not asked for.
  list(REMOVE_ITEM flags -march=native)
  if(CMAKE_C_BYTE_ORDER STREQUAL "BIG_ENDIAN")
    list(APPEND flags -U__BYTE_ORDER__ -D__BYTE_ORDER__=__ORDER_BIG_ENDIAN__)
  endif()
  execute_process(
    COMMAND ${OPENBLAS_HOST_C_COMPILER} -w ${flags} ${it_SOURCES} -o ${it_COPY_FILE}
    WORKING_DIRECTORY ${folder}
    RESULT_VARIABLE failed
    OUTPUT_VARIABLE log
    ERROR_VARIABLE log
  )
  set(succeeded TRUE)
  if(failed)
    set(succeeded FALSE)
  endif()
  set(${result} ${succeeded} PARENT_SCOPE)
  set(${it_OUTPUT_VARIABLE} "${log}" PARENT_SCOPE)
endfunction()
