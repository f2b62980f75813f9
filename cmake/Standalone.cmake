# CMake was started by hand: ask the build backend for the source and for what follows from the options.

set(settings "")
foreach(option PLATFORM SOURCE ARCHIVES TARGET DYNAMIC_LIST NUM_THREADS THREADING GLIBC INTERFACE NAMING KERNELS
        COMPILER_LAUNCHER)
  if(NOT "${OPENBLAS_${option}}" STREQUAL "")
    string(REPLACE ";" "," value "${OPENBLAS_${option}}")
    list(APPEND settings "${option}=${value}")
  endif()
endforeach()

execute_process(
  COMMAND
    ${openblas_build} configure --output ${CMAKE_CURRENT_BINARY_DIR}/configured.cmake
    --tree ${CMAKE_CURRENT_BINARY_DIR}/tree --compiler ${CMAKE_C_COMPILER} ${settings}
  WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}
  RESULT_VARIABLE failed
)
if(failed)
  message(FATAL_ERROR "The options or the source are no good, see above")
endif()
include(${CMAKE_CURRENT_BINARY_DIR}/configured.cmake)
