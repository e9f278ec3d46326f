# SPDX-License-Identifier: Apache-2.0
#
# The zip for Windows: keyseat-<version>-windows-x86_64.zip, made by the target "package" (cpack). In it, below one folder:
#
#    bin/keyseat.exe                         needs no other file but its plugins
#    libexec/keyseat/keyseat-worker.exe      runs plugins in a process of their own
#    lib/keyseat/plugins/*.dll               the built-in plugins
#    include/, lib/cmake/KeyseatSDK/         the SDK for plugins: headers, CMake package
#    share/keyseat/sdk/                      how to write a plugin, and examples
#    libexec/keyseat/contract_test.exe       holds a plugin to the contract; where the tests were built
#    lib/libkeyseat_sdk_jose.a               its JOSE library, for MinGW-w64; links OpenSSL's libcrypto
#    lib/libkeyseat_*.a, lib/cmake/Keyseat/  what a program that embeds Keyseat links, for MinGW-w64
#    Protect-LinkedService.ps1               the function for PowerShell
#    README.md, docs/, plugins/*/README.md   at the places where their links lead
#    LICENSE, licenses/
#
# Where other products have an import library there are these static ones: libkeyseat has no DLL until its ABI can be kept,
# and plugins link nothing of their host.

install(
   FILES ${PROJECT_SOURCE_DIR}/scripts/Protect-LinkedService.ps1
   DESTINATION .
   COMPONENT program)
foreach(file IN ITEMS CHANGELOG.md LICENSE README.md SECURITY.md docs plugins/dpapi/README.md plugins/keyfile/README.md)
   cmake_path(GET file PARENT_PATH folder)
   if(IS_DIRECTORY ${PROJECT_SOURCE_DIR}/${file})
      install(DIRECTORY ${PROJECT_SOURCE_DIR}/${file} DESTINATION . COMPONENT documentation)
   else()
      install(FILES ${PROJECT_SOURCE_DIR}/${file} DESTINATION ./${folder} COMPONENT documentation)
   endif()
endforeach()
# What is linked in, under its own licence.
install(
   FILES ${OPENSSL_ROOT_DIR}/LICENSE.txt
   DESTINATION licenses
   RENAME openssl.txt
   COMPONENT documentation)
foreach(package IN ITEMS libboost1.81-dev libcli11-dev libfmt-dev mingw-w64-x86-64-dev nlohmann-json3-dev)
   install(
      FILES /usr/share/doc/${package}/copyright
      DESTINATION licenses
      RENAME ${package}.txt
      COMPONENT documentation)
endforeach()

set(CPACK_GENERATOR ZIP)
set(CPACK_PACKAGE_NAME keyseat)
set(CPACK_PACKAGE_FILE_NAME keyseat-${PROJECT_VERSION}-windows-x86_64)
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR})
set(CPACK_COMPONENTS_ALL program plugins sdk library documentation)
set(CPACK_ARCHIVE_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_COMPONENT_INCLUDE_TOPLEVEL_DIRECTORY ON)
set(CPACK_STRIP_FILES ON)
include(CPack)
