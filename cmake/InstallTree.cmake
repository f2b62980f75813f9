# What goes into the wheel besides the Python files: library, headers, pkg-config and CMake files.
#
# Destinations are relative to the package (scikit-build-core's wheel.install-dir).

set(generated ${CMAKE_CURRENT_BINARY_DIR}/generated)
set(lapacke_include ${OPENBLAS_SOURCE_DIR}/lapack-netlib/LAPACKE/include)
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
    --naming ${OPENBLAS_NAMING} --interface ${OPENBLAS_INTERFACE} ${plain_headers}
  DEPENDS openblas ${OPENBLAS_ARCHIVE} ${backend_modules}
  COMMENT "Writing headers with the library's names"
  VERBATIM
)
add_custom_target(headers ALL DEPENDS ${headers})

string(TOUPPER ${OPENBLAS_INTERFACE} interface_title)
list(TRANSFORM OPENBLAS_DEFINITIONS PREPEND "-D" OUTPUT_VARIABLE definition_flags)
list(JOIN definition_flags " " definition_flags)
foreach(template OpenBLASConfig.cmake OpenBLASConfigVersion.cmake _variant.py)
  configure_file(${CMAKE_CURRENT_LIST_DIR}/templates/${template}.in ${generated}/${template} @ONLY)
endforeach()
set(pkg_config_file ${generated}/${OPENBLAS_PKG_CONFIG_MODULE}.pc)
configure_file(${CMAKE_CURRENT_LIST_DIR}/templates/openblas.pc.in ${pkg_config_file} @ONLY)

install(FILES ${OPENBLAS_LIBRARY} DESTINATION lib COMPONENT wheel
        PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
install(FILES ${headers} DESTINATION include COMPONENT wheel)
install(FILES ${pkg_config_file} DESTINATION lib/pkgconfig COMPONENT wheel)
install(FILES ${generated}/OpenBLASConfig.cmake ${generated}/OpenBLASConfigVersion.cmake
        DESTINATION lib/cmake/openblas COMPONENT wheel)
install(FILES ${generated}/_variant.py DESTINATION . COMPONENT wheel)
