# OpenBLAS's getarch, where a library is built for another machine than this one.
#
# getarch says what the parameters of a CPU family are. It calculates none of it: with -DFORCE_<FAMILY> they are those of
# OpenBLAS's own lists, whichever machine asks, but for three macros of its compiler, which it is told. So it is compiled for
# this machine and runs here, as OpenBLAS's Makefiles do it; OpenBLAS's CMake has a second list for this case, with other
# sizes of caches and fewer families.

# The other machine's order of bytes, POWER's calling convention, and whether its compiler is Clang, as flags.
function(flags_of_the_other_machine result)
  separate_arguments(words UNIX_COMMAND "${CMAKE_C_FLAGS}")
  execute_process(COMMAND ${CMAKE_C_COMPILER} ${words} -dM -E -x c /dev/null OUTPUT_VARIABLE macros)
  set(flags "")
  foreach(name __BYTE_ORDER__ _CALL_ELF __clang__)
    if(macros MATCHES "#define ${name} ([^\n]+)")
      list(APPEND flags -U${name} -D${name}=${CMAKE_MATCH_1})
    endif()
  endforeach()
  set(${result} "${flags}" PARENT_SCOPE)
endfunction()

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
  flags_of_the_other_machine(more)
  list(APPEND flags ${more})
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
