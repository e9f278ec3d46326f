// SPDX-License-Identifier: Apache-2.0
//
// The option names of the cloud vendor's PowerShell command, so that its scripts keep working:
//
//    -File X, -DefinitionFile X       the file
//    -Name X                          --expect-name=X
//    -IntegrationRuntimeName X        --expect-runtime=X
//    -Force                           --force
//    -WhatIf                          --what-if
//    -ResourceGroupName X, -DataFactoryName X, -DataFactory X    nothing
//
// In any case, and also as -Option:X.

#ifndef KEYSEAT_CLI_VENDOR_ALIASES_H
#define KEYSEAT_CLI_VENDOR_ALIASES_H

#include <map>
#include <string>
#include <vector>

namespace keyseat::cli {

struct RewrittenArguments {
   std::vector<std::string> arguments;
   std::vector<std::string> ignored;         // the vendor's options that mean nothing here
   std::map<std::string, std::string> typed; // the alias that an option was typed as
};

// Rewrites the aliases; everything else stays as it is, as does what follows "--". Throws
// Error(usage) when an alias lacks its value.
RewrittenArguments rewrite_vendor_aliases(const std::vector<std::string> &arguments);

} // namespace keyseat::cli

#endif
