# SPDX-License-Identifier: Apache-2.0
#
#    cmake -DTEST=<name> -P expect_failure.cmake -- <command>...
#
# Passes when the command fails and names <name> among the tests that failed.
set(command)
set(seen FALSE)
math(EXPR last "${CMAKE_ARGC} - 1")
foreach(i RANGE ${last})
   if(seen)
      list(APPEND command "${CMAKE_ARGV${i}}")
   elseif(CMAKE_ARGV${i} STREQUAL "--")
      set(seen TRUE)
   endif()
endforeach()

execute_process(COMMAND ${command} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(status EQUAL 0)
   message(FATAL_ERROR "the suite passes a plugin that is bad:\n${output}")
endif()
string(FIND "${output}" "[  FAILED  ] ${TEST}" found)
if(found EQUAL -1)
   message(FATAL_ERROR "the suite fails (${status}), but not in ${TEST}:\n${output}")
endif()
