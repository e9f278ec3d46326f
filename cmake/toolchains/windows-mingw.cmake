# SPDX-License-Identifier: Apache-2.0
#
# Builds for Windows (x86-64) on Debian: MinGW-w64 with POSIX threads, everything linked statically, run by Wine.
# Plugins out of tree use it as well: cmake --toolchain <this file> ...
#
# OPENSSL_ROOT_DIR, where it is not given, is what scripts/windows-openssl builds once and keeps.
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR x86_64)

set(CMAKE_C_COMPILER x86_64-w64-mingw32-gcc-posix)
set(CMAKE_CXX_COMPILER x86_64-w64-mingw32-g++-posix)
set(CMAKE_RC_COMPILER x86_64-w64-mingw32-windres)

# The runtime libraries of the compiler are in no Windows. A file that is aligned as memory is, Wine maps; any other it
# reads and copies, which takes a fifth of a program's start.
set(CMAKE_EXE_LINKER_FLAGS_INIT "-static -Wl,--file-alignment,4096")
set(CMAKE_MODULE_LINKER_FLAGS_INIT "-static -Wl,--file-alignment,4096")
set(CMAKE_SHARED_LINKER_FLAGS_INIT "-static -Wl,--file-alignment,4096")
# Nothing of this machine is for the target, but programs.
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH /usr/x86_64-w64-mingw32)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE BOTH)
set(CMAKE_FIND_USE_CMAKE_SYSTEM_PATH OFF)

if(NOT OPENSSL_ROOT_DIR)
   execute_process(
      COMMAND ${CMAKE_CURRENT_LIST_DIR}/../../scripts/windows-openssl
      OUTPUT_VARIABLE openssl
      OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
   set(OPENSSL_ROOT_DIR "${openssl}" CACHE PATH "OpenSSL for Windows")
   message(STATUS "OpenSSL for Windows: ${openssl}")
endif()
set(OPENSSL_USE_STATIC_LIBS ON)
list(APPEND CMAKE_FIND_ROOT_PATH ${OPENSSL_ROOT_DIR})

set(CMAKE_CROSSCOMPILING_EMULATOR ${CMAKE_CURRENT_LIST_DIR}/../../scripts/wine ${CMAKE_BINARY_DIR})
