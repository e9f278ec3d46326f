// SPDX-License-Identifier: Apache-2.0
//
// inspect: what a credential shows without a key.

#include <fmt/format.h>

#include <optional>
#include <string_view>

#include "base/files.h"
#include "base/text.h"
#include "cli/batch.h"
#include "cli/commands.h"
#include "cli/json_output.h"

namespace keyseat::cli {
namespace {

std::string_view credential_text(const std::string &credential) {
   if (credential == "keyseat") return "made by Keyseat";
   if (credential == "vendor-node") return "a reference into the store of the vendor's node";
   if (credential == "vendor-cloud") return "a reference into the vendor's cloud store";
   if (credential == "damaged") return "damaged, or none that is known";
   return credential == "none" ? "none" : "foreign";
}

// A row of the table; nothing where there is no value.
std::string row(std::string_view label, std::string_view value) {
   return value.empty() ? "" : fmt::format("  {:<12}{}\n", label, printable(value));
}

std::string recipient_text(const RecipientFacts &recipient) {
   return fmt::format("{}  {}{}",
                      recipient.protector.empty() ? "(unknown here)" : recipient.protector,
                      recipient.alg, recipient.kid.empty() ? "" : "  kid " + recipient.kid);
}

// What its plugin says that opening takes.
std::string needs_text(const RecipientFacts &recipient) {
   if (recipient.explanation.empty()) return {};
   const std::string needs = string_member(recipient.explanation, "needs");
   return needs.empty() ? "" : row("", "  needs " + needs);
}

std::string inspection_text(const std::string &file, const Inspection &inspection) {
   std::string text = printable(file) + "\n";
   text += row("definition", inspection.definition);
   text += row("type", inspection.type);
   text += row("credential", credential_text(inspection.credential));
   text += row("id", inspection.id);
   text += row("encryption", inspection.enc);
   for (const RecipientFacts &recipient : inspection.recipients) {
      text += row(&recipient == inspection.recipients.data() ? "recipients" : "",
                  recipient_text(recipient));
      text += needs_text(recipient);
   }
   text += row("binding", inspection.binding);
   if (!inspection.binding.empty()) {
      text += row("", inspection.differing.empty() ? "the definition matches"
                                                   : "these members differ from what was sealed:");
   }
   for (const std::string &pointer : inspection.differing)
      text += row("", "  " + pointer);
   for (const SecretFacts &secret : inspection.plaintext) {
      text += row(&secret == inspection.plaintext.data() ? "in clear" : "",
                  fmt::format("{}:{} {}", secret.line, secret.column, secret.pointer));
   }
   return text;
}

} // namespace

int run(const InspectCommand &command, Session &session) {
   const auto facts = command.file == "-" ? std::nullopt : file_facts(command.file);
   if (facts && facts->is_folder) {
      throw Error(ErrorCode::usage, fmt::format("'{}' is a folder", printable(command.file)))
            .hint("inspect takes one file; plan and verify take folders");
   }
   const LoadedFile loaded = load_file(command.file, command.expect);
   const Inspection inspection = session.driver().inspect(loaded.file);
   for (const Remark &remark : inspection.remarks)
      session.terminal().remark(remark, command.file);
   session.terminal().print(session.options().json ? to_json(command.file, inspection)
                                                   : inspection_text(command.file, inspection));
   return 0;
}

} // namespace keyseat::cli
