# SPDX-License-Identifier: Apache-2.0
#
#    keyseat_add_plugin(<id> [NO_INSTALL] <source>...)
#
# Makes the target <id>, a protector plugin: the loadable library <id>.so (<id>.dll on Windows), which exports the entry
# of the contract and nothing else, leaves no symbol undefined, and is linked with read-only relocations. It stands in lib/keyseat/plugins of the build
# tree and, without NO_INSTALL, is installed to ${CMAKE_INSTALL_LIBDIR}/keyseat/plugins. Its sources, C11 or C++17, see
# <keyseat/plugin.h> and <keyseat/sdk/...>; a plugin that uses the JOSE helpers links KeyseatSDK::jose as well:
#
#    find_package(KeyseatSDK 0.1 REQUIRED)
#    keyseat_add_plugin(com.example.vault vault.cc)
#    target_link_libraries(com.example.vault PRIVATE KeyseatSDK::jose)

include_guard(GLOBAL)

# Whether the compiler leaves the functions of its sanitizers undefined in a library, for the program to bring along: clang
# does, gcc does not.
function(keyseat_leaves_symbols_undefined variable)
   get_directory_property(options LINK_OPTIONS)
   string(JOIN " " flags ${options} ${CMAKE_C_FLAGS} ${CMAKE_CXX_FLAGS} ${CMAKE_MODULE_LINKER_FLAGS})
   set(${variable} FALSE PARENT_SCOPE)
   if(flags MATCHES "-fsanitize" AND "${CMAKE_C_COMPILER_ID} ${CMAKE_CXX_COMPILER_ID}" MATCHES "Clang")
      set(${variable} TRUE PARENT_SCOPE)
   endif()
endfunction()

function(keyseat_add_plugin id)
   cmake_parse_arguments(PARSE_ARGV 1 arg "NO_INSTALL" "" "")
   set(sources ${arg_UNPARSED_ARGUMENTS})
   if(NOT sources)
      message(FATAL_ERROR "keyseat_add_plugin(${id}): no sources")
   endif()
   include(GNUInstallDirs)
   set(here ${CMAKE_CURRENT_FUNCTION_LIST_DIR})

   add_library(${id} MODULE ${sources})
   target_link_libraries(${id} PRIVATE KeyseatSDK::plugin)
   get_property(languages GLOBAL PROPERTY ENABLED_LANGUAGES)
   if(C IN_LIST languages)
      target_compile_features(${id} PRIVATE c_std_11)
   endif()
   if(CXX IN_LIST languages)
      target_compile_features(${id} PRIVATE cxx_std_17)
   endif()
   set_target_properties(
      ${id}
      PROPERTIES PREFIX ""
                 OUTPUT_NAME ${id}
                 C_VISIBILITY_PRESET hidden
                 CXX_VISIBILITY_PRESET hidden
                 VISIBILITY_INLINES_HIDDEN ON
                 LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib/keyseat/plugins)

   if(WIN32)
      set_target_properties(${id} PROPERTIES SUFFIX .dll)
      target_sources(${id} PRIVATE ${here}/plugin.def)
   else()
      set_target_properties(${id} PROPERTIES SUFFIX .so LINK_DEPENDS ${here}/plugin.map)
      target_link_options(
         ${id} PRIVATE -Wl,--version-script=${here}/plugin.map -Wl,-z,relro -Wl,-z,now)
      keyseat_leaves_symbols_undefined(undefined)
      if(NOT undefined)
         target_link_options(${id} PRIVATE -Wl,-z,defs)
      endif()
   endif()

   if(NOT arg_NO_INSTALL)
      install(
         TARGETS ${id}
         LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/keyseat/plugins COMPONENT plugins)
   endif()
endfunction()
