# Files of LAPACK that are compiled twice, as everything is, and with the manifest's flags for newer CPUs. FortranTwice.c.in
# chooses when the library is loaded.

define_property(GLOBAL PROPERTY OPENBLAS_COMPILED_TWICE)

# Adds the commands that compile one of them for both, and the objects to a list. `command` compiles it, but for the
# names of source and object.
function(compile_twice source command list)
  get_filename_component(name ${source} NAME_WE)
  set_property(GLOBAL APPEND PROPERTY OPENBLAS_COMPILED_TWICE ${name})
  set(both ${${list}})
  foreach(kind sse2 avx2)
    set(flags "")
    if(kind STREQUAL "avx2")
      set(flags ${OVERLAY_TWICE_FLAGS})
    endif()
    fortran_object(${name}.${kind} object)
    add_custom_command(
      OUTPUT ${object}
      COMMAND ${command} ${flags} -c ${source} -o ${object}
      COMMAND ${CMAKE_OBJCOPY} --redefine-sym ${name}_=${name}_${kind} ${object}
      DEPENDS ${source}
      COMMENT "Building Fortran object ${name} for ${kind}"
      VERBATIM
    )
    list(APPEND both ${object})
  endforeach()
  set(${list} ${both} PARENT_SCOPE)
endfunction()

# Adds the file that chooses to a target.
function(add_chooser target)
  get_property(names GLOBAL PROPERTY OPENBLAS_COMPILED_TWICE)
  list(TRANSFORM names REPLACE "(.+)" "FUNCTION(\\1)" OUTPUT_VARIABLE FUNCTIONS)
  list(JOIN FUNCTIONS "\n" FUNCTIONS)
  if(names)
    configure_file(${PROJECT_SOURCE_DIR}/cmake/overlay/FortranTwice.c.in ${PROJECT_BINARY_DIR}/fortran_twice.c @ONLY)
    target_sources(${target} PRIVATE ${PROJECT_BINARY_DIR}/fortran_twice.c)
  endif()
endfunction()
