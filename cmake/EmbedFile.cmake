# SPDX-License-Identifier: Apache-2.0
#
# Compiles a file into a program, in plain C++, so that every compiler and target does.
#
#    keyseat_embed_file(<variable> <file> <name>)
#
# Sets <variable> to a generated source that defines `std::string_view <name>()` in namespace keyseat, the bytes of
# <file>. It is generated again when the file changes.
#
# The same file, run as a script, is the generator: cmake -D INPUT= -D OUTPUT= -D NAME= -P EmbedFile.cmake

if(CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
   file(READ ${INPUT} hex HEX)
   file(SIZE ${INPUT} size)
   string(REGEX REPLACE "(................................)" "\\1\n   " hex "${hex}")
   string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
   file(
      WRITE ${OUTPUT}
      "#include <string_view>\n\n"
      "namespace keyseat {\n\n"
      "std::string_view ${NAME}();\n\n"
      "namespace {\n\n"
      "constexpr unsigned char kBytes[] = {\n   ${bytes}0x00};\n\n"
      "} // namespace\n\n"
      "std::string_view ${NAME}() { return {reinterpret_cast<const char *>(kBytes), ${size}}; }\n\n"
      "} // namespace keyseat\n")
   return()
endif()

include_guard(GLOBAL)
set(KEYSEAT_EMBED_FILE_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

function(keyseat_embed_file variable file name)
   cmake_path(ABSOLUTE_PATH file NORMALIZE)
   set(output ${CMAKE_CURRENT_BINARY_DIR}/${name}.cc)
   add_custom_command(
      OUTPUT ${output}
      COMMAND ${CMAKE_COMMAND} -D INPUT=${file} -D OUTPUT=${output} -D NAME=${name} -P
              ${KEYSEAT_EMBED_FILE_SCRIPT}
      DEPENDS ${file} ${KEYSEAT_EMBED_FILE_SCRIPT}
      COMMENT "Embedding ${file}"
      VERBATIM)
   set(${variable} ${output} PARENT_SCOPE)
endfunction()
