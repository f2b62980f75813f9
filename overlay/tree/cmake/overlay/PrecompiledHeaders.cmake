# OpenBLAS's common.h compiled beforehand, once for each type of numbers and kind of CPU: nearly all of its 4,400 objects
# read it, and most of them take the compiler less time than this header. For those that read the intrinsics of AVX2 and
# later, 370, with these. Compiling takes a quarter of the CPU time less.
#
# GCC only. It uses such a header if it is the first that is included, if the flags are the same, and if no macro is
# defined that the header depends on; otherwise it reads the text, which is always right. So the generated
# sources include it first, before the macros with the functions' names, which common.h only passes on.

# Macros that decide what common.h says: those of them that an object has are in its header's name, and in the header.
set(OPENBLAS_HEADER_MACROS DOUBLE COMPLEX UNIT CBLAS)
# Where the headers' texts are, in a folder of the include path, and below each target's folder the compiled ones.
set(OPENBLAS_HEADERS precompiled)
set(OPENBLAS_HEADER_TEXTS ${PROJECT_BINARY_DIR}/headers)
include_directories(${OPENBLAS_HEADER_TEXTS})
# For fewer objects it would not pay to compile a header: it takes as long as to read it seven times.
set(OPENBLAS_FEWEST_READERS 8)
# CPUs with kernels that are written with intrinsics. An object that uses none goes without: only to have them there takes the
# compiler as long as most of these objects.
set(OPENBLAS_CPUS_WITH_INTRINSICS HASWELL ZEN SKYLAKEX COOPERLAKE SAPPHIRERAPIDS)
set(OPENBLAS_HEADER_DIGEST ${CMAKE_CURRENT_LIST_DIR}/HeaderDigest.cmake)

# Returns the lines that include common.h for a generated file with these macros and flags of its own, `output`, which
# includes `source`.
function(include_header output source macros flags result)
  set(name openblas)
  set(text "")
  foreach(macro ${OPENBLAS_HEADER_MACROS})
    if(macro IN_LIST macros)
      string(APPEND name _${macro})
      string(APPEND text "#define ${macro}\n")
    endif()
  endforeach()
  string(APPEND text "#include \"common.h\"\n")
  if("-mfma" IN_LIST flags)
    string(APPEND name _fma) # GCC compares the CPU's features too
  endif()
  if(output MATCHES "_([A-Z]+)\\.c$" AND CMAKE_MATCH_1 IN_LIST OPENBLAS_CPUS_WITH_INTRINSICS)
    reads_intrinsics(${source} intrinsics)
    if(intrinsics)
      string(APPEND name _intrinsics)
      string(APPEND text "#include <immintrin.h>\n")
    endif()
  endif()
  string(TOLOWER ${name}.h name)
  get_property(written GLOBAL PROPERTY "OPENBLAS_WRITTEN ${name}")
  if(NOT written)
    set(header ${OPENBLAS_HEADER_TEXTS}/${OPENBLAS_HEADERS}/${name})
    file(CONFIGURE OUTPUT ${header} @ONLY CONTENT "${text}")
    file(CONFIGURE OUTPUT ${header}.digest CONTENT "") # in place of the one that goes with the compiled header
    set_property(GLOBAL PROPERTY "OPENBLAS_WRITTEN ${name}" yes)
  endif()
  set_property(GLOBAL PROPERTY "OPENBLAS_HEADER ${output}" ${name})
  # The compiler does not tell which files a compiled header has been made of; a build tool and a compiler cache see by
  # the digest that one has changed.
  set(${result} "#include \"${OPENBLAS_HEADERS}/${name}\"\n#include \"${OPENBLAS_HEADERS}/${name}.digest\"\n" PARENT_SCOPE)
endfunction()

# Returns the lines that include the header for a generated file, `output`, which includes `source`; nothing if that is not
# to begin with it.
function(header_for output source macros flags result)
  set(${result} "" PARENT_SCOPE)
  if(NOT CMAKE_C_COMPILER_ID STREQUAL "GNU" OR NOT output MATCHES "\\.c$")
    return()
  endif()
  begins_with_header(${source} suited)
  if(suited)
    include_header(${output} ${source} "${macros}" "${flags}" lines)
    set(${result} "${lines}" PARENT_SCOPE)
  endif()
endfunction()

# Whether a source, relative to the tree, includes common.h and defines nothing before it.
function(begins_with_header source result)
  get_property(known GLOBAL PROPERTY "OPENBLAS_BEGINS ${source}")
  if("${known}" STREQUAL "")
    file(READ ${PROJECT_SOURCE_DIR}/${source} text)
    string(FIND "${text}" "common.h\"" at)
    string(SUBSTRING "${text}" 0 ${at} before)
    set(known yes)
    if(at EQUAL -1 OR before MATCHES "(^|\n)[ \t]*#[ \t]*(define|undef)")
      set(known no)
    endif()
    set_property(GLOBAL PROPERTY "OPENBLAS_BEGINS ${source}" ${known})
  endif()
  set(${result} ${known} PARENT_SCOPE)
endfunction()

# Whether a source, or another that it includes, includes the intrinsics.
function(reads_intrinsics source result)
  get_property(known GLOBAL PROPERTY "OPENBLAS_INTRINSICS ${source}")
  if("${known}" STREQUAL "")
    set(known no)
    set_property(GLOBAL PROPERTY "OPENBLAS_INTRINSICS ${source}" no) # for those that include themselves
    file(STRINGS ${PROJECT_SOURCE_DIR}/${source} includes REGEX "^[ \t]*#[ \t]*include")
    cmake_path(GET source PARENT_PATH folder)
    foreach(line IN LISTS includes)
      if(line MATCHES "<immintrin\\.h>")
        set(known yes)
      elseif(line MATCHES "\"([^\"]+)\"")
        foreach(other ${folder}/${CMAKE_MATCH_1} ${CMAKE_MATCH_1})
          cmake_path(SET other NORMALIZE ${other})
          if(NOT known AND EXISTS ${PROJECT_SOURCE_DIR}/${other})
            reads_intrinsics(${other} known)
          endif()
        endforeach()
      endif()
    endforeach()
    set_property(GLOBAL PROPERTY "OPENBLAS_INTRINSICS ${source}" ${known})
  endif()
  set(${result} ${known} PARENT_SCOPE)
endfunction()

# Whether the kernels of a target may begin with a compiled header. Behind one, GCC 12 does not know the words of vector types
# on POWER and s390x ("vector float"), and crashes where <arm_sve.h> comes after it.
function(takes_precompiled_headers target result)
  get_target_property(own ${target} COMPILE_FLAGS)
  set(takes no)
  if(X86_64 OR X86 OR (ARM64 AND NOT own MATCHES "[+]sve"))
    set(takes yes)
  endif()
  set(${result} ${takes} PARENT_SCOPE)
endfunction()

# Compiles the headers that the generated sources of these targets include. All have the flags of the first.
function(precompile_headers)
  list(GET ARGN 0 first)
  set(folder ${PROJECT_BINARY_DIR}/${OPENBLAS_HEADERS}/${first})
  file(MAKE_DIRECTORY ${folder}/${OPENBLAS_HEADERS})
  set(names "")
  foreach(target ${ARGN})
    get_target_property(sources ${target} SOURCES)
    foreach(source ${sources})
      get_property(name GLOBAL PROPERTY "OPENBLAS_HEADER ${source}")
      if(name)
        list(APPEND names ${name})
        list(APPEND readers_${target}_${name} ${source})
        list(APPEND readers_${name} ${source})
      endif()
    endforeach()
  endforeach()
  list(REMOVE_DUPLICATES names)

  compile_command(${first} command)
  set(compiled "")
  foreach(name ${names})
    list(LENGTH readers_${name} number)
    if(number LESS OPENBLAS_FEWEST_READERS)
      continue()
    endif()
    set(text ${OPENBLAS_HEADER_TEXTS}/${OPENBLAS_HEADERS}/${name})
    set(header ${folder}/${OPENBLAS_HEADERS}/${name})
    set(flags "")
    if(name MATCHES "_fma[_.]")
      set(flags -mfma)
    endif()
    add_custom_command(
      OUTPUT ${header}.gch ${header}.digest
      COMMAND ${CMAKE_C_COMPILER_LAUNCHER} ${command} ${flags} -MD -MT ${header}.gch -MF ${header}.d
              -x c-header -c ${text} -o ${header}.gch
      COMMAND ${CMAKE_COMMAND} -D DIGEST=${header}.digest -P ${OPENBLAS_HEADER_DIGEST} -- ${command} ${flags} ${text}
      DEPENDS ${text}
      DEPFILE ${header}.d
      COMMENT "Precompiling ${name} for ${first}"
      VERBATIM
    )
    list(APPEND compiled ${header}.gch)
    foreach(target ${ARGN})
      if(readers_${target}_${name})
        set_property(SOURCE ${readers_${target}_${name}} TARGET_DIRECTORY ${target}
                     APPEND PROPERTY OBJECT_DEPENDS ${header}.gch)
      endif()
    endforeach()
  endforeach()

  # What an earlier configuration left would be taken, however old.
  file(GLOB old ${folder}/${OPENBLAS_HEADERS}/*.gch)
  list(REMOVE_ITEM old ${compiled})
  if(old)
    file(REMOVE ${old})
  endif()

  add_custom_target(headers-of-${first} DEPENDS ${compiled})
  foreach(target ${ARGN})
    add_dependencies(${target} headers-of-${first})
    target_include_directories(${target} BEFORE PRIVATE ${folder})
  endforeach()
endfunction()

# Returns the command that compiles a target's sources in C, but for the files' names.
function(compile_command target result)
  get_target_property(own ${target} COMPILE_FLAGS)
  if(NOT own)
    set(own "")
  endif()
  separate_arguments(flags UNIX_COMMAND "${CMAKE_C_FLAGS} ${CMAKE_C_FLAGS_RELEASE} ${own}")
  list(APPEND flags ${CMAKE_C_COMPILE_OPTIONS_PIC} ${OPENBLAS_C_LIBRARY_FLAGS} ${OPENBLAS_PATH_FLAGS})
  foreach(property COMPILE_DEFINITIONS:-D INCLUDE_DIRECTORIES:-I)
    string(REPLACE ":" ";" property ${property})
    list(POP_FRONT property name option)
    get_target_property(values ${target} ${name})
    if(values)
      list(TRANSFORM values PREPEND ${option})
      list(APPEND flags ${values})
    endif()
  endforeach()
  set(${result} ${CMAKE_C_COMPILER} ${flags} PARENT_SCOPE)
endfunction()
