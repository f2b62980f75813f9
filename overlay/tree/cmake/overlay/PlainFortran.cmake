# LAPACK's Fortran, nearly all of it: the files that neither are preprocessed nor use modules, by commands of their own.
#
# CMake runs the preprocessor and a search for modules for each file, which together cost more than half as much as
# compiling it. And starting the compiler is a quarter of that, so that several with the same flags are compiled as one
# file. The code is nearly the same: where a library's functions may be replaced by others when it is loaded (-fPIC),
# the compiler looks into none for another. It sees what their arguments are for, though, and a dozen functions differ, xLAQZ
# above all, whose arguments say so.

set(OPENBLAS_FORTRAN_TOGETHER 16)

function(compile_plain_fortran target)
  get_target_property(sources ${target} SOURCES)
  list(REMOVE_DUPLICATES sources) # OpenBLAS lists some twice
  separate_arguments(flags UNIX_COMMAND "${CMAKE_Fortran_FLAGS} ${CMAKE_Fortran_FLAGS_RELEASE} -fPIC")
  if(CMAKE_Fortran_COMPILER_ID STREQUAL "GNU")
    list(APPEND flags ${OPENBLAS_PATH_FLAGS})
  endif()
  # flang writes a file's path into an object that calls its run-time library, unless it is told another one.
  set(begin "")
  if(CMAKE_Fortran_COMPILER_ID STREQUAL "LLVMFlang")
    set(begin ${PROJECT_BINARY_DIR}/fortran/start-of-file)
    file(CONFIGURE OUTPUT ${begin} CONTENT "#line 1 \"/lapack-netlib\"\n")
  endif()
  set(objects "")
  set(others "")
  set(kinds "")
  foreach(source ${sources})
    set(special yes)
    if(source MATCHES "\\.f$")
      file(STRINGS ${source} special REGEX "^ *([uU][sS][eE]|[iI][nN][cC][lL][uU][dD][eE]|[mM][oO][dD][uU][lL][eE]) ")
    endif()
    if(special)
      list(APPEND others ${source})
      continue()
    endif()
    get_source_file_property(own ${source} COMPILE_FLAGS)
    if(own)
      separate_arguments(own UNIX_COMMAND "${own}")
    else()
      set(own "")
    endif()
    file(RELATIVE_PATH path ${PROJECT_SOURCE_DIR} ${source})
    set(more "")
    if(CMAKE_Fortran_COMPILER_ID STREQUAL "GNU")
      flags_of_source(${path} "" "" more)
    endif()
    set(command ${OPENBLAS_PLAIN_FORTRAN_LAUNCHER} ${CMAKE_Fortran_COMPILER} ${flags} ${own} ${more})
    if(path IN_LIST OVERLAY_TWICE)
      compile_twice(${source} "${command}" objects)
      continue()
    endif()
    string(MD5 kind "${command}")
    if(NOT kind IN_LIST kinds)
      list(APPEND kinds ${kind})
      set(command_${kind} ${command})
      set(batch_${kind} "")
    endif()
    list(APPEND batch_${kind} ${source})
    list(LENGTH batch_${kind} number)
    if(number EQUAL OPENBLAS_FORTRAN_TOGETHER)
      compile_together("${batch_${kind}}" "${command}" objects)
      set(batch_${kind} "")
    endif()
  endforeach()
  foreach(kind ${kinds})
    if(batch_${kind})
      compile_together("${batch_${kind}}" "${command_${kind}}" objects)
    endif()
  endforeach()
  set_property(TARGET ${target} PROPERTY SOURCES ${others})
  set_source_files_properties(${objects} PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
  target_sources(${OpenBLAS_LIBNAME}_static PRIVATE ${objects})
endfunction()

# Adds the command that compiles these sources into one object, behind the text of the file `begin` if there is one, and
# the object to a list.
function(compile_together sources command list)
  list(GET sources 0 source)
  list(GET sources -1 last)
  get_filename_component(name ${source} NAME_WE)
  get_filename_component(last ${last} NAME_WE)
  fortran_object(${name} object)
  set(joined "")
  if(begin OR NOT name STREQUAL last)
    if(NOT name STREQUAL last)
      string(APPEND name " to ${last}")
    endif()
    string(REGEX REPLACE "\\.o$" ".f" source ${object})
    # Some files end without the end of their last line.
    string(REPLACE ";" ";${OPENBLAS_END_OF_LINE};" parts "${sources}")
    set(joined COMMAND ${CMAKE_COMMAND} -E cat ${begin} ${parts} > ${source})
  endif()
  add_custom_command(
    OUTPUT ${object}
    ${joined}
    COMMAND ${command} -c ${source} -o ${object}
    DEPENDS ${sources}
    COMMENT "Building Fortran object ${name}"
    VERBATIM
  )
  set(${list} ${${list}} ${object} PARENT_SCOPE)
endfunction()

# Returns the path of the object with the function of this name.
function(fortran_object name result)
  set(${result} ${PROJECT_BINARY_DIR}/fortran/${name}.o PARENT_SCOPE)
endfunction()

file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/fortran)
set(OPENBLAS_END_OF_LINE ${PROJECT_BINARY_DIR}/fortran/end-of-line)
file(CONFIGURE OUTPUT ${OPENBLAS_END_OF_LINE} CONTENT "\n")
