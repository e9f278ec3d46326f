// SPDX-License-Identifier: Apache-2.0

#include "driver/inspecting.h"

#include "driver/binding_digest.h"
#include "driver/credential_text.h"
#include "jose/recipient_header.h"
#include "linked_service/credential_kind.h"
#include "linked_service/take_out.h"

#include <keyseat/sdk/jose/encoding.h>

#include <algorithm>

#include <fmt/format.h>

namespace keyseat {

namespace {

std::string_view credential_name(const Definition &definition) {
   if (!definition.credential.exists()) return "none";
   if (!definition.credential.is(JsonKind::string)) return "damaged";
   switch (classify_credential(definition.credential.public_text())) {
      case CredentialKind::keyseat:
         return "keyseat";
      case CredentialKind::vendor_node:
         return "vendor-node";
      case CredentialKind::vendor_cloud:
         return "vendor-cloud";
      case CredentialKind::damaged:
         return "damaged";
   }
   return "damaged";
}

// The protector whose current key has this `kid`, if the configuration may open any. A symmetric key may
// bear any name, that of a key pair too, and the other way round.
std::string protector_with(const Config &config, ProtectorSet &protectors,
                           const JweRecipient &recipient) {
   const std::string kid = recipient.kid.value_or("");
   if (kid.empty()) return {};
   for (const ProtectorEntry &entry : config.protectors()) {
      if (entry.plugin.empty()) continue;
      try {
         const ProtectorStatus status = protectors.open(entry.name).status({});
         const bool is_key_pair = std::find(status.capabilities.begin(), status.capabilities.end(),
                                            "key-pair") != status.capabilities.end();
         if (status.kid == kid && is_key_pair == is_key_pair_alg(recipient.alg)) return entry.name;
      } catch (const Error &) {
         continue; // untrusted, absent, out of order: inspecting goes on without it
      }
   }
   return {};
}

// What a plugin says of a recipient: that of the protector `who`, if it is known, before the others.
// Only those that a trusted configuration names are asked: that a library is installed is nobody's
// wish to run it.
std::string explanation(const Config &config, ProtectorSet &protectors, std::string_view who,
                        const std::string &header, const Bytes &encrypted_key) {
   std::vector<std::string> plugins;
   for (const ProtectorEntry &entry : config.protectors()) {
      if (entry.plugin.empty() || !protectors.is_trusted(entry)) continue;
      if (std::find(plugins.begin(), plugins.end(), entry.plugin) != plugins.end()) continue;
      plugins.insert(entry.name == who ? plugins.begin() : plugins.end(), entry.plugin);
   }
   for (const std::string &plugin : plugins) {
      try {
         auto text = protectors.plugins()
                           .load(plugin, default_isolation(plugin))
                           .inspect(header, encrypted_key);
         if (!text.empty()) return text;
      } catch (const Error &) {
         continue; // absent, refused, out of order: inspecting goes on without it
      }
   }
   return {};
}

void inspect_credential(Inspection &inspection, const LoadedDefinition &loaded,
                        const Config &config, ProtectorSet &protectors) {
   const Jwe jwe = read_credential(loaded);
   const ParsedBinding binding = parse_binding(jwe.binding());
   inspection.id = sdk::jose::hex_encode(jwe.id());
   inspection.enc = "A256GCM";
   inspection.binding = binding_scope_name(binding.scope);
   std::vector<std::string> bound;
   for (const auto &[pointer, digest] : binding.members)
      bound.push_back(pointer);
   inspection.bound = own_spelling(bound, loaded.definition);
   const LoadedDefinition left =
         load_edited(remove_credential(loaded.document, loaded.definition), loaded.document.name());
   inspection.differing = differing_members(binding, left.definition);
   for (std::size_t i = 0; i < jwe.recipients().size(); ++i) {
      const JweRecipient &recipient = jwe.recipients()[i];
      const std::string kid = recipient.kid.value_or("");
      // Which protector has a key, only its plugin knows.
      std::string who = protectors.name_of_public_key(kid, recipient.alg);
      if (who.empty()) who = protector_with(config, protectors, recipient);
      inspection.recipients.push_back(
            {who, recipient.alg, kid,
             explanation(config, protectors, who, jwe.merged_header(i), recipient.encrypted_key)});
   }
}

} // namespace

Inspection inspect(const LoadedDefinition &loaded, const Config &config, ProtectorSet &protectors) {
   Inspection inspection;
   inspection.definition = loaded.definition.name;
   inspection.type = loaded.definition.type;
   inspection.credential = credential_name(loaded.definition);
   const Discovery discovery = discover_secrets(loaded.definition);
   inspection.plaintext = describe(loaded, discovery.secrets);
   inspection.remarks = describe(loaded, discovery.notices);
   if (inspection.credential == "keyseat") {
      try {
         inspect_credential(inspection, loaded, config, protectors);
      } catch (const Error &error) {
         inspection.credential = "damaged";
         inspection.remarks.push_back(
               {"damaged", error.message(), "", error.place().line, error.place().column});
      }
   }
   return inspection;
}

} // namespace keyseat
