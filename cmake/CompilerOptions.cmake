# SPDX-License-Identifier: Apache-2.0
#
# Warnings, hardening and sanitizers. They are set for the directory and not for targets, so that plugins, which know
# nothing of this tree, get them as well.

set(CMAKE_COMPILE_WARNING_AS_ERROR ${KEYSEAT_WERROR})

add_compile_options(
   -Wall
   -Wextra
   -Wpedantic
   -Wcast-align
   -Wconversion
   -Wno-sign-conversion
   -Wformat=2
   -Wshadow
   -Wundef
   $<$<COMPILE_LANGUAGE:CXX>:-Wextra-semi>
   $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor>
   $<$<COMPILE_LANGUAGE:CXX>:-Wold-style-cast>
   $<$<COMPILE_LANGUAGE:CXX>:-Woverloaded-virtual>)

# GCC 12 sees overlapping copies in `"text" + std::string` (its bug 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
   add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict>)
endif()

# Where many files are compiled at once, each of them is an included one, and GCC takes their anonymous namespaces for a
# header's.
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_UNITY_BUILD)
   add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-Wno-subobject-linkage>)
endif()

# Static libraries end up in position-independent programs and in plugins.
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
include(CheckPIESupported)
check_pie_supported(LANGUAGES C CXX)

if(KEYSEAT_HARDEN)
   add_compile_options(
      -fstack-protector-strong
      # Some distributions predefine it, which would be a redefinition.
      -U_FORTIFY_SOURCE
      # glibc warns where nothing is optimised.
      $<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=2>
      -D_GLIBCXX_ASSERTIONS)
   if(WIN32)
      # Stack probes are part of the ABI there; GCC has no control-flow guard.
      add_link_options(
         -fstack-protector-strong -Wl,--dynamicbase -Wl,--high-entropy-va -Wl,--nxcompat)
   else()
      add_compile_options(-fstack-clash-protection -fcf-protection)
      add_link_options(-Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
   endif()
endif()

if(KEYSEAT_SANITIZE)
   add_compile_options(
      -fsanitize=${KEYSEAT_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
   add_link_options(-fsanitize=${KEYSEAT_SANITIZE})
endif()
