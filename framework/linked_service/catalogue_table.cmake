# SPDX-License-Identifier: Apache-2.0
#
# Makes the table of constants that catalogue.h promises of catalogue.json, when the product is built:
#
#    cmake -D INPUT=catalogue.json -D OUTPUT=catalogue_table.cc -P catalogue_table.cmake
#
# Fails on what a catalogue does not have: another member, a path that is no pointer, types that are not in order. A
# kind of path or a dialect that does not exist fails in the compiler.
cmake_minimum_required(VERSION 3.25)

set(paths)
set(path_count 0)

function(literal variable text)
   string(REPLACE "\\" "\\\\" text "${text}")
   string(REPLACE "\"" "\\\"" text "${text}")
   set(${variable} "\"${text}\"" PARENT_SCOPE)
endfunction()

function(require_kind json name kind)
   string(JSON found TYPE "${json}" ${name})
   if(NOT "${found}" STREQUAL "${kind}")
      message(FATAL_ERROR "${INPUT}: ${name} is no ${kind} in ${json}")
   endif()
endfunction()

# One path of `type`; without `why`, for a path that is known to hold a secret.
macro(add_path type path kind dialect why)
   if(NOT "${path}" MATCHES "^(/[^/~]+)+$")
      message(FATAL_ERROR "${INPUT}: ${type}: \"${path}\" is no pointer without escapes")
   endif()
   set(reason "${why}")
   if("${reason}" STREQUAL "")
      set(reason "catalogue: ${type} ${path}")
   endif()
   literal(path_text "${path}")
   literal(reason_text "${reason}")
   string(APPEND paths "   {${path_text}, PathKind::${kind}, Dialect::${dialect}, ${reason_text}},\n")
   math(EXPR path_count "${path_count} + 1")
endmacro()

# A list of paths.
macro(add_list type entry member kind)
   require_kind("${entry}" ${member} ARRAY)
   string(JSON size LENGTH "${entry}" ${member})
   foreach(i RANGE ${size})
      if(i LESS size)
         string(JSON path GET "${entry}" ${member} ${i})
         add_path("${type}" "${path}" ${kind} adonet_sql "")
      endif()
   endforeach()
endmacro()

# Paths, each with its dialect or with the reason why it may hold a secret.
macro(add_map type entry member kind)
   require_kind("${entry}" ${member} OBJECT)
   string(JSON size LENGTH "${entry}" ${member})
   foreach(i RANGE ${size})
      if(i LESS size)
         string(JSON path MEMBER "${entry}" ${member} ${i})
         string(JSON value GET "${entry}" ${member} "${path}")
         if("${kind}" STREQUAL "connection_string")
            string(REPLACE "-" "_" value "${value}")
            add_path("${type}" "${path}" ${kind} "${value}" "")
         else()
            add_path("${type}" "${path}" ${kind} adonet_sql "${value}")
         endif()
      endif()
   endforeach()
endmacro()

file(READ ${INPUT} catalogue)
require_kind("${catalogue}" types ARRAY)
string(JSON type_count LENGTH "${catalogue}" types)
math(EXPR last "${type_count} - 1")
set(types)
set(previous "")
foreach(t RANGE ${last})
   string(JSON entry GET "${catalogue}" types ${t})
   require_kind("${entry}" type STRING)
   string(JSON type GET "${entry}" type)
   string(TOLOWER "${type}" lower)
   if(NOT "${previous}" STRLESS "${lower}")
      message(FATAL_ERROR "${INPUT}: ${type} stands behind ${previous}: no type stands twice, and all are in order")
   endif()
   set(previous "${lower}")

   set(untyped false)
   set(first ${path_count})
   string(JSON member_count LENGTH "${entry}")
   math(EXPR last_member "${member_count} - 1")
   foreach(m RANGE ${last_member})
      string(JSON member MEMBER "${entry}" ${m})
      if("${member}" STREQUAL "untyped")
         require_kind("${entry}" untyped BOOLEAN)
         set(untyped true)
      elseif("${member}" STREQUAL "secret")
         add_list("${type}" "${entry}" secret secret)
      elseif("${member}" STREQUAL "sasUri")
         add_list("${type}" "${entry}" sasUri sas_uri)
      elseif("${member}" STREQUAL "secretMap")
         add_list("${type}" "${entry}" secretMap secret_map)
      elseif("${member}" STREQUAL "connectionString")
         add_map("${type}" "${entry}" connectionString connection_string)
      elseif("${member}" STREQUAL "freeForm")
         add_map("${type}" "${entry}" freeForm free_form)
      elseif(NOT "${member}" STREQUAL "type")
         message(FATAL_ERROR "${INPUT}: ${type}: a catalogue knows no member \"${member}\"")
      endif()
   endforeach()
   literal(type_text "${type}")
   math(EXPR count "${path_count} - ${first}")
   string(APPEND types "   {${type_text}, std::span(kPaths).subspan(${first}, ${count}), ${untyped}},\n")
endforeach()

file(
   WRITE ${OUTPUT}
   "// Made of catalogue.json by catalogue_table.cmake.\n\n"
   "#include \"linked_service/catalogue.h\"\n\n"
   "namespace keyseat {\n\n"
   "namespace {\n\n"
   "constexpr CataloguePath kPaths[] = {\n${paths}};\n\n"
   "constexpr CatalogueType kTypes[] = {\n${types}};\n\n"
   "} // namespace\n\n"
   "std::span<const CatalogueType> catalogue() { return kTypes; }\n\n"
   "} // namespace keyseat\n")
