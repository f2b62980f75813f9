# OpenBLAS compiles one source many times under other names. For each it generates a file that defines macros and includes
# the source.
#
# Here it includes it by its path from the top of the tree, which is in every include path: so the file is the same in
# every folder, and a compiler cache knows it again. And it begins with the header that is compiled beforehand.

# Writes such a file. `definitions` are macros, with = and their value behind those that have one; the names that OpenBLAS
# gives its functions (NAME, CNAME and the like) are among them.
function(write_generated_source output definitions source)
  file(RELATIVE_PATH path ${PROJECT_SOURCE_DIR} ${source})
  set(macros "")
  set(names "")
  set(lines "")
  foreach(definition IN LISTS definitions)
    string(REGEX MATCH "^[^=]*" macro "${definition}")
    string(REPLACE "=" " " line "#define ${definition}\n")
    if(macro MATCHES "^(ASMNAME|ASMFNAME|NAME|CNAME|CHAR_NAME|CHAR_CNAME)$")
      string(APPEND names "${line}")
    else()
      list(APPEND macros "${macro}")
      string(APPEND lines "${line}")
    endif()
  endforeach()

  flags_of_source(${path} "${TARGET_CORE}" "${macros}" flags)
  header_for(${output} ${path} "${macros}" "${flags}" header)
  if(header)
    # What the header defines itself must not be defined before it.
    foreach(macro ${OPENBLAS_HEADER_MACROS})
      string(REPLACE "#define ${macro}\n" "" lines "${lines}")
    endforeach()
  endif()
  file(CONFIGURE OUTPUT ${output} CONTENT "${lines}${header}${names}#include \"${path}\"\n" @ONLY)
  if(flags)
    set_property(SOURCE ${output} APPEND PROPERTY COMPILE_OPTIONS ${flags})
  endif()
endfunction()
