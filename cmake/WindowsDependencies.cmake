# SPDX-License-Identifier: Apache-2.0
#
# The libraries of a Windows build on Debian, for the same find_package() calls as elsewhere. Debian's own packages serve
# where they are headers, seen through a folder of links to just them, since the rest of /usr/include belongs to Linux.
# GoogleTest is built from Debian's package of its source. OpenSSL comes with the toolchain file.

include_guard(GLOBAL)

set(KEYSEAT_HEADERS ${PROJECT_BINARY_DIR}/include)
file(MAKE_DIRECTORY ${KEYSEAT_HEADERS})

# Has find_package(<package>) read a file that says `content`. `version_file` judges the version asked for.
function(keyseat_redirect package content version_file)
   file(WRITE ${CMAKE_FIND_PACKAGE_REDIRECTS_DIR}/${package}Config.cmake "${content}")
   file(WRITE ${CMAKE_FIND_PACKAGE_REDIRECTS_DIR}/${package}ConfigVersion.cmake "${version_file}")
endfunction()

# The headers /usr/include/<folder> as <target>, under the version that Debian's package states in <version_file>.
function(keyseat_header_library package target folder version_file)
   if(NOT EXISTS /usr/include/${folder} OR NOT EXISTS ${version_file})
      message(FATAL_ERROR "There is no ${package} here: run scripts/install-packages core windows")
   endif()
   file(CREATE_LINK /usr/include/${folder} ${KEYSEAT_HEADERS}/${folder} SYMBOLIC)
   add_library(${target} INTERFACE IMPORTED GLOBAL)
   target_include_directories(${target} SYSTEM INTERFACE ${KEYSEAT_HEADERS})
   keyseat_redirect(${package} "" "include(${version_file})\n")
endfunction()

keyseat_header_library(
   Boost Boost::headers boost
   /usr/lib/x86_64-linux-gnu/cmake/Boost-1.81.0/BoostConfigVersion.cmake)
keyseat_header_library(CLI11 CLI11::CLI11 CLI /usr/share/cmake/CLI11/CLI11ConfigVersion.cmake)
keyseat_header_library(
   fmt fmt::fmt fmt /usr/lib/x86_64-linux-gnu/cmake/fmt/fmt-config-version.cmake)
target_compile_definitions(fmt::fmt INTERFACE FMT_HEADER_ONLY)
keyseat_header_library(
   nlohmann_json nlohmann_json::nlohmann_json nlohmann
   /usr/share/cmake/nlohmann_json/nlohmann_jsonConfigVersion.cmake)

if(KEYSEAT_BUILD_TESTS)
   if(NOT EXISTS /usr/src/googletest/CMakeLists.txt)
      message(FATAL_ERROR "There is no /usr/src/googletest: run scripts/install-packages test")
   endif()
   set(INSTALL_GTEST OFF CACHE BOOL "Install GoogleTest" FORCE)
   set(CMAKE_UNITY_BUILD_BEFORE ${CMAKE_UNITY_BUILD})
   set(CMAKE_UNITY_BUILD OFF)
   add_subdirectory(/usr/src/googletest ${PROJECT_BINARY_DIR}/googletest EXCLUDE_FROM_ALL SYSTEM)
   set(CMAKE_UNITY_BUILD ${CMAKE_UNITY_BUILD_BEFORE})
   foreach(target IN ITEMS gtest gtest_main gmock)
      if(NOT TARGET GTest::${target})
         add_library(GTest::${target} ALIAS ${target})
      endif()
      target_compile_options(${target} PRIVATE -w)
   endforeach()
   keyseat_redirect(GTest "" "set(PACKAGE_VERSION_COMPATIBLE TRUE)\n")
endif()
