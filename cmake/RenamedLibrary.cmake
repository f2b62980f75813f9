# The archive's symbols renamed, and linked to the shared library.
#
# Renaming has to come before the link: in a finished library it changes .symtab and leaves .dynsym,
# the table that linkers and dlsym read. Sets OPENBLAS_LIBRARY and OPENBLAS_LIBRARY_FILES, which has the import library too
# where there is one, and makes the target renamed_library.

set(OPENBLAS_LIBRARY ${CMAKE_CURRENT_BINARY_DIR}/lib/${OPENBLAS_LIBRARY_FILE})
set(OPENBLAS_LIBRARY_FILES ${OPENBLAS_LIBRARY} ${CMAKE_CURRENT_BINARY_DIR}/lib/${OPENBLAS_LINK_FILE})
list(REMOVE_DUPLICATES OPENBLAS_LIBRARY_FILES)

# The few functions of the Fortran run-time library that LAPACK needs, so that the library needs
# neither libgfortran nor libquadmath, nor flang's and Clang's.
set(fortran_runtime cmake/flang_runtime.c cmake/compiler_runtime.c)
if(OPENBLAS_FORTRAN_IS_GNU)
  set(fortran_runtime cmake/fortran_runtime.c)
endif()
add_library(fortran_runtime OBJECT ${fortran_runtime})
set_target_properties(fortran_runtime PROPERTIES POSITION_INDEPENDENT_CODE ON)
target_compile_options(fortran_runtime PRIVATE -O2 -fno-lto -fvisibility=hidden ${OPENBLAS_C_LIBRARY_FLAGS})

separate_arguments(link_flags UNIX_COMMAND "${CMAKE_SHARED_LINKER_FLAGS}") # LDFLAGS among them
if(OPENBLAS_THREADING STREQUAL "openmp")
  list(APPEND link_flags -fopenmp)
endif()
list(TRANSFORM link_flags PREPEND "--link=")

add_custom_command(
  OUTPUT ${OPENBLAS_LIBRARY_FILES}
  COMMAND
    ${openblas_build} relink --archive ${OPENBLAS_ARCHIVE} --output ${OPENBLAS_LIBRARY}
    --naming ${OPENBLAS_NAMING} --interface ${OPENBLAS_INTERFACE}
    --object $<TARGET_OBJECTS:fortran_runtime> --compiler ${CMAKE_C_COMPILER} --objcopy ${CMAKE_OBJCOPY}
    --work ${CMAKE_CURRENT_BINARY_DIR}/relink ${link_flags}
    --platform ${OPENBLAS_PLATFORM_TAG} --c-version ${OPENBLAS_C_VERSION}
    --threading ${OPENBLAS_THREADING}
    --kernels ${OPENBLAS_FAMILIES}
    --forbid-path ${OPENBLAS_TREE} ${CMAKE_CURRENT_BINARY_DIR} ${CMAKE_CURRENT_SOURCE_DIR}
  DEPENDS openblas ${OPENBLAS_ARCHIVE} fortran_runtime $<TARGET_OBJECTS:fortran_runtime> ${backend_modules}
  COMMENT "Renaming symbols, linking ${OPENBLAS_LIBRARY}"
  COMMAND_EXPAND_LISTS
  VERBATIM
)
add_custom_target(renamed_library ALL DEPENDS ${OPENBLAS_LIBRARY_FILES})
