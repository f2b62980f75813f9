# Writes the digest of what a header says: cmake -D DIGEST=FILE -P HeaderDigest.cmake -- COMPILER FLAG... HEADER
#
# A comment, since C files include it. The text is that after the preprocessor, with all macros and without the places
# where it comes from.

set(command "")
math(EXPR last "${CMAKE_ARGC} - 1")
foreach(argument RANGE 6 ${last})
  list(APPEND command "${CMAKE_ARGV${argument}}")
endforeach()
execute_process(COMMAND ${command} -E -dD -P OUTPUT_VARIABLE text COMMAND_ERROR_IS_FATAL ANY)
string(SHA256 digest "${text}")
file(WRITE ${DIGEST} "/* ${digest} */\n")
