# SPDX-License-Identifier: Apache-2.0
#
# What a catalogue does not have is refused when its table is made, with the words that tell why:
#
#    cmake -D GENERATOR=catalogue_table.cmake -D FOLDER=<where files may be written> -P damaged_catalogue.cmake
cmake_minimum_required(VERSION 3.25)

function(expect_refusal words catalogue)
   file(WRITE ${FOLDER}/catalogue.json "${catalogue}")
   execute_process(
      COMMAND ${CMAKE_COMMAND} -D INPUT=${FOLDER}/catalogue.json -D OUTPUT=${FOLDER}/table.cc -P ${GENERATOR}
      RESULT_VARIABLE status
      ERROR_VARIABLE said)
   string(REGEX REPLACE "[ \n]+" " " said "${said}") # CMake breaks lines
   string(FIND "${said}" "${words}" found)
   if(status EQUAL 0 OR found EQUAL -1)
      message(SEND_ERROR "${catalogue} is not refused with \"${words}\": ${status}, ${said}")
   endif()
endfunction()

expect_refusal("member 'types' not found" [[{"about":[]}]])
expect_refusal("knows no member \"typs\"" [[{"typs":[]}]])
expect_refusal("types is no ARRAY" [[{"types":{}}]])
expect_refusal("member 'type' not found" [[{"types":[{"secret":["/a"]}]}]])
expect_refusal("knows no member \"secrets\"" [[{"types":[{"type":"x","secrets":[]}]}]])
expect_refusal("secret is no ARRAY" [[{"types":[{"type":"x","secret":"/a"}]}]])
expect_refusal("connectionString is no OBJECT" [[{"types":[{"type":"x","connectionString":["/a"]}]}]])
expect_refusal("untyped is no BOOLEAN" [[{"types":[{"type":"x","untyped":"true"}]}]])
expect_refusal("has no reason" [[{"types":[{"type":"x","freeForm":{"/a":""}}]}]])
expect_refusal("is no string" [[{"types":[{"type":"x","freeForm":{"/a":5}}]}]])
expect_refusal("is no string" [[{"types":[{"type":"x","connectionString":{"/a":["adonet-sql"]}}]}]])
expect_refusal("there is an empty object" [[{}]])
expect_refusal("there is an empty object" [[{"types":[{}]}]])
expect_refusal("there are no types" [[{"types":[]}]])
expect_refusal("line break" [[{"types":[{"type":"x","freeForm":{"/a":"b\nc"}}]}]])
expect_refusal("is no pointer without escapes" [[{"types":[{"type":"x","secret":["a"]}]}]])
expect_refusal("is no pointer without escapes" [[{"types":[{"type":"x","secret":["/a~0"]}]}]])
expect_refusal("no type stands twice" [[{"types":[{"type":"x"},{"type":"X"}]}]])
expect_refusal("all are in order" [[{"types":[{"type":"y"},{"type":"X"}]}]])
