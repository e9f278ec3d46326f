// SPDX-License-Identifier: Apache-2.0

#include "driver/recipients.h"

#include "base/path_text.h"
#include "base/text.h"
#include "jose/recipient_header.h"

#include <keyseat/sdk/failure.h>
#include <keyseat/sdk/jose/key_management.h>

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace keyseat {

namespace {

void add_once(std::vector<std::string> &names, const std::string &name) {
   if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

bool has(const std::vector<std::string> &words, std::string_view word) {
   return std::find(words.begin(), words.end(), word) != words.end();
}

// A protector that can die with its machine is never the only recipient without a warning.
void warn_of_lonely(WrappedRecipients &wrapped, const std::vector<Protector *> &used,
                    ProtectorSet &protectors, const CallContext &call) {
   if (wrapped.recipients.size() != 1 || used.size() != 1) return;
   const auto capabilities = protectors.capabilities(*used.front(), call);
   if (!has(capabilities, "machine-bound") && !has(capabilities, "user-bound")) return;
   wrapped.remarks.push_back(
         {"machine-bound",
          fmt::format(
                "'{}' is the only recipient, and its key cannot leave this {}: when that is lost, "
                "so is the credential. Add a recovery recipient: its public key, by a protector "
                "with \"public-key\" or by -r",
                used.front()->name(), has(capabilities, "machine-bound") ? "machine" : "account"),
          "", 0, 0});
}

class Wrapping {
 public:
   Wrapping(const Config &config, ProtectorSet &protectors, BytesView cek)
         : config_(config), protectors_(protectors), cek_(cek) {}

   // `entry`: none for a key that only the user has named.
   void add(const std::string &protector, const ProtectorEntry *entry, std::string_view header,
            Bytes encrypted_key) {
      JweRecipient recipient = make_recipient(header, std::move(encrypted_key));
      require_own_kid(protector, recipient);
      require_allowed(protector, entry, recipient);
      // Two symmetric keys of one kid may well be two: nothing but their owner names them.
      for (const JweRecipient &other : result_.recipients) {
         if (is_key_pair_alg(recipient.alg) && other.kid == recipient.kid &&
             other.alg == recipient.alg)
            return;
      }
      if (result_.recipients.size() == kMaxRecipients) {
         throw Error(ErrorCode::config_invalid,
                     fmt::format("a credential has at most {} recipients", kMaxRecipients));
      }
      result_.facts.push_back({protector, recipient.alg, recipient.kid.value_or(""), ""});
      result_.recipients.push_back(std::move(recipient));
   }

   void add_public_key(const ProtectorEntry &entry) {
      wrap_to(entry.name, &entry, entry.public_key, protectors_.public_key(entry));
   }

   void add_public_key(const std::filesystem::path &path) {
      wrap_to(path_text(path), nullptr, path, protectors_.public_key(path));
   }

   WrappedRecipients take() { return std::move(result_); }

 private:
   void wrap_to(const std::string &protector, const ProtectorEntry *entry,
                const std::filesystem::path &path, const sdk::jose::PublicJwk &key) {
      try {
         auto wrapped = sdk::jose::wrap_key(key_memory(), key, cek_);
         add(protector, entry, wrapped.header, std::move(wrapped.encrypted_key));
      } catch (const sdk::Failure &failure) {
         throw Error(ErrorCode::config_invalid,
                     fmt::format("nothing can be encrypted to '{}': {}", printable(path_text(path)),
                                 failure.message()))
               .at({path_text(path), 0, 0, {}});
      }
   }

   // A symmetric key's kid is what its file says. It is not to pass for a key pair that is known here.
   void require_own_kid(const std::string &protector, const JweRecipient &recipient) const {
      if (is_key_pair_alg(recipient.alg) || !recipient.kid) return;
      const std::string owner = protectors_.name_of_public_key(*recipient.kid);
      if (owner.empty()) return;
      throw Error(
            ErrorCode::config_invalid,
            fmt::format("the key of '{}' bears the key id {}, which is the thumbprint of '{}'",
                        printable(protector), *recipient.kid, printable(owner)))
            .hint("see who made that key; a symmetric key has a key id of its own");
   }

   // A thumbprint says which key it is. The kid of a symmetric key says nothing of the kind, so that the
   // system's configuration has to name that protector itself.
   void require_allowed(const std::string &protector, const ProtectorEntry *entry,
                        const JweRecipient &recipient) const {
      const auto &allowed = config_.policy().allow_kids;
      if (allowed.empty()) return;
      const bool is_listed = recipient.kid && has(allowed, *recipient.kid);
      const bool is_systems = entry != nullptr && entry->layer == ConfigLayer::system;
      if (is_listed && (is_key_pair_alg(recipient.alg) || is_systems)) return;
      throw Error(ErrorCode::config_invalid,
                  fmt::format("'{}' shall not be a recipient: the system's configuration does not "
                              "allow its key {}{}",
                              printable(protector), recipient.kid.value_or("without kid"),
                              is_listed ? ", which is symmetric, by another's protector" : ""))
            .hint("use another protector, or have the key id added to \"allow-kids\"");
   }

   const Config &config_;
   ProtectorSet &protectors_;
   BytesView cek_;
   WrappedRecipients result_;
};

} // namespace

RecipientChoice choose_recipients(const Config &config, const DefinitionFacts &facts,
                                  const SealOptions &options) {
   const Selection selection = config.select(facts);
   RecipientChoice choice;
   for (const auto &name : options.protectors.empty() ? selection.protect : options.protectors)
      add_once(choice.protectors, config.protector(name).name);
   for (const auto &name : config.policy().require)
      add_once(choice.protectors, name);
   choice.public_keys = options.public_keys;
   if (choice.protectors.empty() && choice.public_keys.empty()) {
      throw Error(ErrorCode::config_invalid, "no rule of the configuration says who protects it")
            .hint("add a rule for it to keyseat.json, or name a protector by -p or a public key by "
                  "-r; `keyseat init` makes a first configuration");
   }
   const std::string binding = options.binding.value_or(selection.binding);
   config.check_binding(binding);
   choice.scope = binding_scope_from_name(binding).value();
   return choice;
}

std::vector<RecipientFacts> name_recipients(const RecipientChoice &choice) {
   std::vector<RecipientFacts> facts;
   for (const auto &name : choice.protectors)
      facts.push_back({name, "", "", ""});
   for (const auto &path : choice.public_keys)
      facts.push_back({path_text(path), "", "", ""});
   return facts;
}

WrappedRecipients wrap_for(const RecipientChoice &choice, const Config &config,
                           ProtectorSet &protectors, const CallContext &call, BytesView cek) {
   Wrapping wrapping(config, protectors, cek);
   std::vector<Protector *> used;
   for (const auto &name : choice.protectors) {
      const ProtectorEntry &entry = config.protector(name);
      if (entry.plugin.empty()) {
         wrapping.add_public_key(entry);
         continue;
      }
      Protector &protector = protectors.open(name);
      WrappedCek wrapped = protector.wrap(call, cek);
      wrapping.add(name, &entry, wrapped.header, std::move(wrapped.encrypted_key));
      config.require_pinned(entry);
      used.push_back(&protector);
   }
   for (const auto &path : choice.public_keys)
      wrapping.add_public_key(path);
   WrappedRecipients wrapped = wrapping.take();
   warn_of_lonely(wrapped, used, protectors, call);
   return wrapped;
}

} // namespace keyseat
