# The order of the objects in the archive, and so of their code in the library.
#
# The four types' versions of a function are nearly the same code. Side by side (sgesv, dgesv, cgesv, zgesv)
# they are within reach of the wheel's compression, 32 KB; all of one type after all of another, they
# are not. gzip -9 of LAPACK's code: 2.16 MB by type, 1.80 by function; of drivers and interface 0.47 and 0.37.

# Sorts the files of the list that is called `files` by the functions' names without their type.
function(sort_by_function files)
  set(keyed "")
  foreach(file ${${files}})
    get_filename_component(name ${file} NAME)
    string(REGEX REPLACE "^((cblas_|LAPACKE_)?)([sdcz])(.*)$" "\\1\\4 \\3" key "${name}")
    list(APPEND keyed "${key}|${file}")
  endforeach()
  list(SORT keyed)
  list(TRANSFORM keyed REPLACE "^[^|]*\\|" "")
  set(${files} "${keyed}" PARENT_SCOPE)
endfunction()

function(sort_objects)
  foreach(target ${ARGN})
    get_target_property(sources ${target} SOURCES)
    sort_by_function(sources)
    set_property(TARGET ${target} PROPERTY SOURCES ${sources})
  endforeach()
endfunction()
