// SPDX-License-Identifier: Apache-2.0
#include "cli/help.h"

#include <algorithm>
#include <array>

namespace keyseat::cli {
namespace {

constexpr std::array kTexts{
      HelpText{"",
               "Encrypts the credentials in linked-service definitions with a key of your choice.",
               "Example:\n"
               "  keyseat init\n"
               "  keyseat encrypt SqlServer.json -o encryptedSqlServer.json\n"
               "  keyseat decrypt encryptedSqlServer.json"},
      HelpText{"init", "Makes a first configuration and a key pair, in your configuration folder.",
               "Example:\n  keyseat init"},
      HelpText{"encrypt",
               "Encrypts the secrets of definitions. One file goes to standard output unless told "
               "otherwise.",
               "Example:\n"
               "  keyseat encrypt SqlServer.json > encryptedSqlServer.json\n"
               "  keyseat encrypt linkedService/ --output-dir encrypted -p node -r recovery.jwk"},
      HelpText{
            "decrypt",
            "Decrypts credentials back into their definitions. Files with secrets get mode 0600.",
            "Example:\n"
            "  keyseat decrypt encryptedSqlServer.json\n"
            "  keyseat decrypt encrypted/ --output-dir plain"},
      HelpText{"plan", "Shows what encrypt would do. Needs no key.",
               "Example:\n  keyseat plan linkedService/"},
      HelpText{
            "inspect",
            "Shows a credential's recipients, algorithms and binding, and whether the definition "
            "still matches. Needs no key.",
            "Example:\n  keyseat inspect encryptedSqlServer.json"},
      HelpText{"verify", "Opens every credential in memory: does everything open on this node?",
               "Example:\n  keyseat verify encrypted/"},
      HelpText{"import",
               "Takes a credential that another JOSE library encrypted to a key of yours and seals "
               "it anew.",
               "Example:\n  keyseat import fromPartner.json -o SqlServer.json"},
      HelpText{"protector", "Looks at protectors; makes and destroys their keys.",
               "Example:\n  keyseat protector status"},
      HelpText{"protector list", "Lists the protectors of the configuration. Runs no plugin.",
               "Example:\n  keyseat protector list"},
      HelpText{"protector status", "Shows whether a protector, or each of them, can be used.",
               "Example:\n  keyseat protector status dev"},
      HelpText{"protector create", "Makes the key of a protector.",
               "Example:\n"
               "  keyseat protector create dev\n"
               "  keyseat protector create node --key-type X25519 --encrypted"},
      HelpText{"protector keys", "Lists the keys of a protector that its plugin can reach.",
               "Example:\n  keyseat protector keys hsm"},
      HelpText{"protector destroy",
               "Destroys a key of a protector, once that is confirmed. What was encrypted with it "
               "alone is then lost.",
               "Example:\n"
               "  keyseat protector destroy hsm AZyhXDUqjZzJGTIvBBvkKqzvvvrMdDiXBbQ0ra0gCzM"},
      HelpText{"protector export-public",
               "Writes a protector's public key as a JWK, for others to encrypt to.",
               "Example:\n  keyseat protector export-public node -o node.pub.jwk"},
      HelpText{"protector test", "Wraps and unwraps a random key and runs the plugin's self-test.",
               "Example:\n  keyseat protector test dev"},
      HelpText{
            "protector approve",
            "Approves the machine's present state for a key whose policy allows that (TPM PCRs).",
            "Example:\n  keyseat protector approve node"},
      HelpText{"plugin", "Looks at plugins.", "Example:\n  keyseat plugin list"},
      HelpText{"plugin list", "Lists the installed plugins. Loads none.",
               "Example:\n  keyseat plugin list"},
      HelpText{"plugin info",
               "Shows what a plugin is and which options it has. A library that is named by its "
               "path is loaded in a process of its own.",
               "Example:\n"
               "  keyseat plugin info keyfile\n"
               "  keyseat plugin info ./com.example.vault.so"},
      HelpText{"config", "Looks at the configuration and decides on trust in it.",
               "Example:\n  keyseat config show"},
      HelpText{"config show", "Shows the effective configuration and where each value comes from.",
               "Example:\n  keyseat config show"},
      HelpText{"config check", "Checks the configuration and names every mistake.",
               "Example:\n  keyseat config check"},
      HelpText{"config schema", "Prints the JSON Schema of keyseat.json, for editors.",
               "Example:\n  keyseat config schema > keyseat.schema.json"},
      HelpText{"config trust",
               "Shows a configuration that was found in the working tree, and trusts it as it is.",
               "Example:\n  keyseat config trust"},
};

} // namespace

HelpText help_text(std::string_view command) {
   const auto *const found = std::find_if(kTexts.begin(), kTexts.end(), [&](const HelpText &text) {
      return text.command == command;
   });
   return found == kTexts.end() ? HelpText{command, {}, {}} : *found;
}

} // namespace keyseat::cli
