# SPDX-License-Identifier: Apache-2.0
#
# Makes the table of constants that catalogue.h promises of catalogue.json, when the product is built:
#
#    cmake -D INPUT=catalogue.json -D OUTPUT=catalogue_table.cc -P catalogue_table.cmake
#
# Fails on what a catalogue does not have: another member, a path that is no pointer, a reason that is no text, types that
# are not in order. A dialect that does not exist fails in the compiler. What CMake's reader of JSON lets pass (a name
# that stands twice) the tests find, which compare the table with the file.
cmake_minimum_required(VERSION 3.25)

function(refuse what)
   message(FATAL_ERROR "${INPUT}: ${what}")
endfunction()

# `text` as a string literal of C++.
function(literal variable text)
   if("${text}" MATCHES "[\r\n\t]")
      refuse("there is a tab or a line break in ${text}")
   endif()
   string(REPLACE "\\" "\\\\" text "${text}")
   string(REPLACE "\"" "\\\"" text "${text}")
   set(${variable} "\"${text}\"" PARENT_SCOPE)
endfunction()

function(require_kind json name kind)
   string(JSON found TYPE "${json}" ${name})
   if(NOT "${found}" STREQUAL "${kind}")
      refuse("${name} is no ${kind} in ${json}")
   endif()
endfunction()

# Refuses members of `object` other than those that are listed behind it.
function(require_members object)
   string(JSON count LENGTH "${object}")
   if(count EQUAL 0)
      refuse("there is an empty object")
   endif()
   math(EXPR last "${count} - 1")
   foreach(m RANGE ${last})
      string(JSON member MEMBER "${object}" ${m})
      if(NOT "${member}" IN_LIST ARGN)
         refuse("a catalogue knows no member \"${member}\" in ${object}")
      endif()
   endforeach()
endfunction()

# The table's paths so far, and their number.
set_property(GLOBAL PROPERTY PATHS "")
set_property(GLOBAL PROPERTY PATH_COUNT 0)

function(add_path type path kind dialect why)
   if(NOT "${path}" MATCHES "^(/[^/~]+)+$")
      refuse("${type}: \"${path}\" is no pointer without escapes")
   endif()
   literal(path_text "${path}")
   literal(reason_text "${why}")
   set_property(
      GLOBAL APPEND_STRING PROPERTY PATHS
                                    "   {${path_text}, PathKind::${kind}, Dialect::${dialect}, ${reason_text}},\n")
   get_property(count GLOBAL PROPERTY PATH_COUNT)
   math(EXPR count "${count} + 1")
   set_property(GLOBAL PROPERTY PATH_COUNT ${count})
endfunction()

# The paths of `member` in an entry, if it has that: a list of paths, or a map of paths to texts, which are dialects of
# connection strings or the reasons why a path may hold a secret.
function(add_paths entry type member kind)
   string(JSON shape ERROR_VARIABLE none TYPE "${entry}" ${member})
   if(NOT "${none}" STREQUAL "NOTFOUND")
      return()
   endif()
   set(wanted ARRAY)
   if("${kind}" MATCHES "connection_string|free_form")
      set(wanted OBJECT)
   endif()
   require_kind("${entry}" ${member} ${wanted})
   string(JSON size LENGTH "${entry}" ${member})
   if(size EQUAL 0)
      return()
   endif()
   math(EXPR last "${size} - 1")
   foreach(i RANGE ${last})
      set(dialect adonet_sql)
      if("${wanted}" STREQUAL "ARRAY")
         string(JSON path GET "${entry}" ${member} ${i})
      else()
         string(JSON path MEMBER "${entry}" ${member} ${i})
         string(JSON shape TYPE "${entry}" ${member} "${path}")
         if(NOT "${shape}" STREQUAL "STRING")
            refuse("${type}: what stands at ${path} is no string")
         endif()
         string(JSON value GET "${entry}" ${member} "${path}")
      endif()
      set(why "catalogue: ${type} ${path}")
      if("${kind}" STREQUAL "connection_string")
         string(REPLACE "-" "_" dialect "${value}")
      elseif("${kind}" STREQUAL "free_form")
         set(why "${value}")
         if("${why}" STREQUAL "")
            refuse("${type}: ${path} has no reason")
         endif()
      endif()
      add_path("${type}" "${path}" ${kind} "${dialect}" "${why}")
   endforeach()
endfunction()

# One entry of the table. Of two paths that name one value the first counts, in the order below.
function(add_type variable entry)
   require_members("${entry}" type untyped secret secretMap sasUri connectionString freeForm)
   require_kind("${entry}" type STRING)
   string(JSON type GET "${entry}" type)
   set(untyped false)
   string(JSON is_untyped ERROR_VARIABLE none GET "${entry}" untyped)
   if("${none}" STREQUAL "NOTFOUND")
      require_kind("${entry}" untyped BOOLEAN)
      if(is_untyped)
         set(untyped true)
      endif()
   endif()

   get_property(first GLOBAL PROPERTY PATH_COUNT)
   add_paths("${entry}" "${type}" secret secret)
   add_paths("${entry}" "${type}" secretMap secret_map)
   add_paths("${entry}" "${type}" sasUri sas_uri)
   add_paths("${entry}" "${type}" connectionString connection_string)
   add_paths("${entry}" "${type}" freeForm free_form)
   get_property(count GLOBAL PROPERTY PATH_COUNT)
   math(EXPR count "${count} - ${first}")
   literal(type_text "${type}")
   set(${variable} "   {${type_text}, std::span(kPaths).subspan(${first}, ${count}), ${untyped}},\n" PARENT_SCOPE)
endfunction()

file(READ ${INPUT} catalogue)
require_members("${catalogue}" about types)
require_kind("${catalogue}" types ARRAY)
string(JSON type_count LENGTH "${catalogue}" types)
if(type_count EQUAL 0)
   refuse("there are no types")
endif()
math(EXPR last "${type_count} - 1")
set(types "")
set(previous "")
foreach(t RANGE ${last})
   string(JSON entry GET "${catalogue}" types ${t})
   add_type(line "${entry}")
   string(APPEND types "${line}")
   string(JSON type GET "${entry}" type)
   string(TOLOWER "${type}" lower)
   if(NOT "${previous}" STRLESS "${lower}")
      refuse("${type} stands behind ${previous}: no type stands twice, and all are in order")
   endif()
   set(previous "${lower}")
endforeach()

get_property(paths GLOBAL PROPERTY PATHS)
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
