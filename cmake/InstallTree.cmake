# What goes into the wheel besides the Python files, or under a prefix: library, headers, pkg-config and
# CMake files.
#
# Destinations are relative to the package (scikit-build-core's wheel.install-dir), or the usual ones.

set(generated ${CMAKE_CURRENT_BINARY_DIR}/generated)
set(lapacke_include ${OPENBLAS_TREE}/lapack-netlib/LAPACKE/include)
set(plain_headers
    ${OPENBLAS_BINARY_DIR}/openblas_config.h
    ${OPENBLAS_BINARY_DIR}/generated/cblas.h
    ${OPENBLAS_BINARY_DIR}/generated/f77blas.h
    ${lapacke_include}/lapack.h
    ${lapacke_include}/lapacke.h
    ${lapacke_include}/lapacke_config.h
    ${lapacke_include}/lapacke_mangling.h
    ${lapacke_include}/lapacke_utils.h
)
set(headers ${generated}/include/openblas_plain_names.h)
foreach(header ${plain_headers})
  get_filename_component(name ${header} NAME)
  list(APPEND headers ${generated}/include/${name})
endforeach()

add_custom_command(
  OUTPUT ${headers}
  COMMAND
    ${openblas_build} headers --archive ${OPENBLAS_ARCHIVE} --output ${generated}/include
    --naming ${OPENBLAS_NAMING} --interface ${OPENBLAS_INTERFACE} --platform ${OPENBLAS_PLATFORM_TAG} ${plain_headers}
  DEPENDS openblas ${OPENBLAS_ARCHIVE} ${backend_modules}
  COMMENT "Writing headers with the library's names"
  VERBATIM
)
add_custom_target(headers ALL DEPENDS ${headers})

if(SKBUILD)
  set(CMAKE_INSTALL_LIBDIR lib)
  set(CMAKE_INSTALL_INCLUDEDIR include)
else()
  include(GNUInstallDirs)
endif()
set(pkg_config_destination "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
set(cmake_destination "${CMAKE_INSTALL_LIBDIR}/cmake/openblas")

# Sets `result` to the path of `folder` for a file in `from`, whose own folder is called `here`: relative, so that
# the prefix can be moved, unless one of them was given as an absolute path.
function(path_from here from folder result)
  if(IS_ABSOLUTE "${from}" OR IS_ABSOLUTE "${folder}")
    get_filename_component(path "${folder}" ABSOLUTE BASE_DIR "${CMAKE_INSTALL_PREFIX}")
  else()
    file(RELATIVE_PATH to_prefix "/${from}" /)
    set(path "${here}/${to_prefix}${folder}")
  endif()
  set(${result} "${path}" PARENT_SCOPE)
endfunction()

path_from([[${pcfiledir}]] "${pkg_config_destination}" "${CMAKE_INSTALL_LIBDIR}" pkg_config_libdir)
path_from([[${pcfiledir}]] "${pkg_config_destination}" "${CMAKE_INSTALL_INCLUDEDIR}" pkg_config_includedir)
path_from([[${CMAKE_CURRENT_LIST_DIR}]] "${cmake_destination}" "${CMAKE_INSTALL_LIBDIR}" cmake_libdir)
path_from([[${CMAKE_CURRENT_LIST_DIR}]] "${cmake_destination}" "${CMAKE_INSTALL_INCLUDEDIR}" cmake_includedir)
# pkg-config takes these for an end, a quotation or a comment unless a backslash stands before them.
foreach(path pkg_config_libdir pkg_config_includedir)
  string(REGEX REPLACE "([ \t'\"#\\])" "\\\\\\1" ${path} "${${path}}")
endforeach()
string(TOUPPER ${OPENBLAS_INTERFACE} interface_title)
set(component_pthreads pthread)
set(component_openmp openmp)
set(component_none serial)
set(component ${component_${OPENBLAS_THREADING}})
list(TRANSFORM OPENBLAS_DEFINITIONS PREPEND "-D" OUTPUT_VARIABLE definition_flags)
list(JOIN definition_flags " " definition_flags)
list(JOIN OPENBLAS_LINK_FLAGS " " library_flags)
string(REPLACE "{}" [[${libdir}]] library_flags "${library_flags}")
list(TRANSFORM OPENBLAS_STATIC_NEEDS PREPEND "-l" OUTPUT_VARIABLE static_flags)
list(APPEND static_flags [[-L${libdir}]] -l${OPENBLAS_LINK_NAME})
list(JOIN static_flags " " static_flags)
set(templates ${CMAKE_CURRENT_LIST_DIR}/templates)
set(pkg_config_file ${generated}/${OPENBLAS_PKG_CONFIG_MODULE}.pc)
configure_file(${templates}/openblas.pc.in ${pkg_config_file} @ONLY)
foreach(name OpenBLASConfig.cmake OpenBLASConfigVersion.cmake)
  configure_file(${templates}/${name}.in ${generated}/${name} @ONLY)
endforeach()

install(FILES ${OPENBLAS_LIBRARY_FILES} DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT wheel
        PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
install(FILES ${headers} DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT wheel)
install(FILES ${pkg_config_file} DESTINATION "${pkg_config_destination}" COMPONENT wheel)
install(FILES ${generated}/OpenBLASConfig.cmake ${generated}/OpenBLASConfigVersion.cmake
        DESTINATION "${cmake_destination}" COMPONENT wheel)

if(SKBUILD)
  file(READ ${OPENBLAS_TREE}/openblas-overlay.json overlay)
  string(JSON kernels GET "${overlay}" kernels)
  configure_file(${templates}/_variant.py.in ${generated}/_variant.py @ONLY)
  install(FILES ${generated}/_variant.py DESTINATION . COMPONENT wheel)
else()
  file(GLOB licences ${CMAKE_CURRENT_SOURCE_DIR}/LICENSE ${CMAKE_CURRENT_SOURCE_DIR}/openblas_src/licenses/*.txt)
  install(FILES ${licences} DESTINATION "${CMAKE_INSTALL_DATADIR}/licenses/${OPENBLAS_LIBRARY_NAME}")
endif()

if(OPENBLAS_STATIC)
  set(static_library ${CMAKE_CURRENT_BINARY_DIR}/lib/lib${OPENBLAS_LIBRARY_NAME}.a)
  add_custom_command(
    OUTPUT ${static_library}
    COMMAND
      ${openblas_build} static --archive ${OPENBLAS_ARCHIVE} --output ${CMAKE_CURRENT_BINARY_DIR}/lib
      --object $<TARGET_OBJECTS:fortran_runtime> --objcopy ${CMAKE_OBJCOPY} --ar ${CMAKE_AR}
      --naming ${OPENBLAS_NAMING} --interface ${OPENBLAS_INTERFACE} --platform ${OPENBLAS_PLATFORM_TAG}
    DEPENDS openblas ${OPENBLAS_ARCHIVE} fortran_runtime $<TARGET_OBJECTS:fortran_runtime> ${backend_modules}
    COMMENT "Renaming symbols, writing ${static_library}"
    COMMAND_EXPAND_LISTS
    VERBATIM
  )
  add_custom_target(static_library ALL DEPENDS ${static_library})
  install(FILES ${static_library} DESTINATION "${CMAKE_INSTALL_LIBDIR}")
endif()
