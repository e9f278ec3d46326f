# SPDX-License-Identifier: Apache-2.0
#
# How the parts of this tree become targets.
#
#    keyseat_room(<room> SOURCES <file>... [POSIX_SOURCES <file>...] [WINDOWS_SOURCES <file>...] [LINKS <target>...] [BUILD_LINKS <target>...])
#
# One room of the framework: the static library keyseat_<room>, installed as Keyseat::<room>. LINKS are the rooms below
# and the libraries that whoever links the room needs as well; BUILD_LINKS are libraries of which nothing remains after
# compiling (header-only ones), so that users of the installed library need not have them. A room without sources is an
# interface library.
#
#    keyseat_program(<target> OUTPUT <name> SOURCES <file>... LINKS <target>...)
#
# An installed program, bin/<name>. Without sources there is none.
#
#    keyseat_static_runtime(<program>)
#
# With KEYSEAT_STATIC_RUNTIME a program has the C++ runtime and {fmt} in itself: finding, mapping and relocating three
# shared libraries takes as long as encrypting a file. Debian has no static {fmt}: it is compiled from its headers, once.
#
#    keyseat_test(<name> SOURCES <file>... [POSIX_SOURCES <file>...] [WINDOWS_SOURCES <file>...] LINKS <target>...
#                 [NEEDS <target>...])
#
# The GoogleTest program <name>_test, its tests known to CTest as <name>.<suite>.<test>; with Wine and with sanitizers,
# where a start takes longer than most tests, all of them as <name>.all. NEEDS are programs and plugins that the tests run
# and that are therefore built first. The sources see KEYSEAT_TESTS_DIR (fixtures) and
# KEYSEAT_BUILD_DIR (bin/keyseat, lib/keyseat/plugins), both absolute; where Wine runs them these are Z: and K:
# (scripts/wine). Without sources there is none.
#
#    keyseat_plugin_file(<variable> <target>)
#
# Sets <variable> to the path of a plugin's library as tests see it.
#
#    keyseat_test_plugin(<id> <source>...)
#
# A plugin that only tests load: tests/plugins/<id>.so of the build tree, never installed.

include_guard(GLOBAL)

if(WIN32)
   set(KEYSEAT_PLATFORM WINDOWS)
else()
   set(KEYSEAT_PLATFORM POSIX)
endif()
if(WIN32 AND CMAKE_CROSSCOMPILING)
   set(KEYSEAT_TESTS_DIR Z:${Keyseat_SOURCE_DIR}/tests)
   set(KEYSEAT_BUILD_DIR K:)
else()
   set(KEYSEAT_TESTS_DIR ${Keyseat_SOURCE_DIR}/tests)
   set(KEYSEAT_BUILD_DIR ${Keyseat_BINARY_DIR})
endif()

set(KEYSEAT_STATIC_RUNTIME_OPTIONS -static-libstdc++ -static-libgcc -Wl,--gc-sections -Wl,-O1)
set(KEYSEAT_HAS_STATIC_RUNTIME OFF)
# A program for Windows has everything in itself anyway; sanitizers bring a runtime of their own.
if(KEYSEAT_STATIC_RUNTIME AND NOT WIN32 AND NOT KEYSEAT_SANITIZE)
   set(KEYSEAT_HAS_STATIC_RUNTIME ON)
endif()
# Whether the linker packs them does not tell whether the dynamic linker reads them: a program has to run.
if(KEYSEAT_HAS_STATIC_RUNTIME AND KEYSEAT_PACK_RELOCATIONS AND NOT CMAKE_CROSSCOMPILING)
   include(CheckCXXSourceRuns)
   include(CMakePushCheckState)
   cmake_push_check_state()
   string(APPEND CMAKE_REQUIRED_FLAGS " -fPIE")
   list(APPEND CMAKE_REQUIRED_LINK_OPTIONS -pie -Wl,-z,pack-relative-relocs)
   check_cxx_source_runs(
      "const char *names[] = {\"a\", \"b\"}; int main(int count, char **) { return names[count % 2][0] != 'b'; }"
      KEYSEAT_RUNS_WITH_PACKED_RELOCATIONS)
   cmake_pop_check_state()
   if(KEYSEAT_RUNS_WITH_PACKED_RELOCATIONS)
      list(APPEND KEYSEAT_STATIC_RUNTIME_OPTIONS -Wl,-z,pack-relative-relocs)
   endif()
endif()

function(keyseat_room room)
   cmake_parse_arguments(
      PARSE_ARGV 1 arg "" "" "SOURCES;POSIX_SOURCES;WINDOWS_SOURCES;LINKS;BUILD_LINKS")
   list(APPEND arg_SOURCES ${arg_${KEYSEAT_PLATFORM}_SOURCES})
   set(target keyseat_${room})

   if(arg_SOURCES)
      add_library(${target} STATIC ${arg_SOURCES})
      set(public PUBLIC)
      foreach(library IN LISTS arg_BUILD_LINKS)
         target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:${library}>)
      endforeach()
   else()
      add_library(${target} INTERFACE)
      set(public INTERFACE)
   endif()

   target_include_directories(
      ${target}
      ${public} $<BUILD_INTERFACE:${Keyseat_SOURCE_DIR}/framework>
                $<BUILD_INTERFACE:${Keyseat_SOURCE_DIR}/framework/include>
                $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
   target_compile_features(${target} ${public} cxx_std_20)
   target_link_libraries(${target} ${public} ${arg_LINKS})

   set_target_properties(${target} PROPERTIES EXPORT_NAME ${room})
   install(
      TARGETS ${target}
      EXPORT KeyseatTargets
      ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library)
endfunction()

function(keyseat_program target)
   cmake_parse_arguments(PARSE_ARGV 1 arg "" "OUTPUT" "SOURCES;LINKS")
   if(NOT arg_SOURCES)
      return()
   endif()
   add_executable(${target} ${arg_SOURCES})
   set_target_properties(${target} PROPERTIES OUTPUT_NAME ${arg_OUTPUT})
   target_link_libraries(${target} PRIVATE ${arg_LINKS})
   keyseat_static_runtime(${target})
   install(TARGETS ${target} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)
endfunction()

function(keyseat_static_runtime program)
   if(NOT KEYSEAT_HAS_STATIC_RUNTIME)
      return()
   endif()
   if(NOT TARGET keyseat_fmt)
      add_library(keyseat_fmt OBJECT ${Keyseat_SOURCE_DIR}/cmake/fmt.cc)
      target_include_directories(
         keyseat_fmt SYSTEM PRIVATE $<TARGET_PROPERTY:fmt::fmt,INTERFACE_INCLUDE_DIRECTORIES>)
      set_target_properties(keyseat_fmt PROPERTIES CXX_CLANG_TIDY "")
   endif()
   target_sources(${program} PRIVATE $<TARGET_OBJECTS:keyseat_fmt>)
   # The shared {fmt} stands on the line as well, and is not needed there.
   target_link_options(${program} PRIVATE ${KEYSEAT_STATIC_RUNTIME_OPTIONS} -Wl,--as-needed)
endfunction()

function(keyseat_test name)
   cmake_parse_arguments(
      PARSE_ARGV 1 arg "" "" "SOURCES;POSIX_SOURCES;WINDOWS_SOURCES;LINKS;NEEDS")
   list(APPEND arg_SOURCES ${arg_${KEYSEAT_PLATFORM}_SOURCES})
   if(NOT arg_SOURCES)
      return()
   endif()
   set(target ${name}_test)
   add_executable(${target} ${arg_SOURCES})
   set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${Keyseat_BINARY_DIR}/tests)
   target_include_directories(${target} PRIVATE ${Keyseat_SOURCE_DIR}/tests)
   target_compile_definitions(
      ${target} PRIVATE KEYSEAT_TESTS_DIR="${KEYSEAT_TESTS_DIR}"
                        KEYSEAT_BUILD_DIR="${KEYSEAT_BUILD_DIR}")
   target_link_libraries(
      ${target} PRIVATE ${arg_LINKS} keyseat_test_support GTest::gtest_main GTest::gmock)
   if(arg_NEEDS)
      add_dependencies(${target} ${arg_NEEDS})
   endif()
   if(CMAKE_CROSSCOMPILING OR KEYSEAT_SANITIZE)
      add_test(NAME ${name}.all COMMAND ${target})
      set_tests_properties(
         ${name}.all PROPERTIES LABELS ${name} TIMEOUT 600 FAIL_REGULAR_EXPRESSION "\\[  SKIPPED \\]")
   else()
      gtest_discover_tests(
         ${target}
         TEST_PREFIX ${name}.
         DISCOVERY_MODE PRE_TEST
         PROPERTIES LABELS ${name} TIMEOUT 120)
   endif()
endfunction()

function(keyseat_plugin_file variable target)
   get_target_property(folder ${target} LIBRARY_OUTPUT_DIRECTORY)
   string(REPLACE ${Keyseat_BINARY_DIR} ${KEYSEAT_BUILD_DIR} folder ${folder})
   set(${variable} ${folder}/$<TARGET_FILE_NAME:${target}> PARENT_SCOPE)
endfunction()

function(keyseat_test_plugin id)
   keyseat_add_plugin(${id} NO_INSTALL ${ARGN})
   set_target_properties(
      ${id} PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${Keyseat_BINARY_DIR}/tests/plugins)
endfunction()
