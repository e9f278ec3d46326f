// SPDX-License-Identifier: Apache-2.0
//
// The commands. Each returns the exit code of the program; failures are thrown as Error and mapped in
// main.cc.

#ifndef KEYSEAT_CLI_COMMANDS_H
#define KEYSEAT_CLI_COMMANDS_H

#include "cli/arguments.h"
#include "cli/session.h"

namespace keyseat::cli {

int run(const InitCommand &command, Session &session);
int run(const EncryptCommand &command, Session &session);
int run(const DecryptCommand &command, Session &session);
int run(const PlanCommand &command, Session &session);
int run(const InspectCommand &command, Session &session);
int run(const VerifyCommand &command, Session &session);
int run(const ImportCommand &command, Session &session);
int run(const ProtectorListCommand &command, Session &session);
int run(const ProtectorStatusCommand &command, Session &session);
int run(const ProtectorCreateCommand &command, Session &session);
int run(const ProtectorKeysCommand &command, Session &session);
int run(const ProtectorDestroyCommand &command, Session &session);
int run(const ProtectorExportPublicCommand &command, Session &session);
int run(const ProtectorTestCommand &command, Session &session);
int run(const ProtectorApproveCommand &command, Session &session);
int run(const PluginListCommand &command, Session &session);
int run(const PluginInfoCommand &command, Session &session);
int run(const PluginDescribeCommand &command, Session &session);
int run(const ConfigShowCommand &command, Session &session);
int run(const ConfigCheckCommand &command, Session &session);
int run(const ConfigSchemaCommand &command, Session &session);
int run(const ConfigTrustCommand &command, Session &session);
inline int run(const ShowText &command, Session &session) {
   session.terminal().print(command.text);
   return 0;
}

} // namespace keyseat::cli

#endif
