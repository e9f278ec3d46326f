// SPDX-License-Identifier: Apache-2.0

#include "driver/recipients.h"

#include "base/path_text.h"
#include "base/text.h"

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

   void add(const std::string &protector, std::string_view header, Bytes encrypted_key) {
      JweRecipient recipient = make_recipient(header, std::move(encrypted_key));
      for (const JweRecipient &other : result_.recipients) {
         if (other.kid && other.kid == recipient.kid && other.alg == recipient.alg) return;
      }
      require_allowed(protector, recipient);
      if (result_.recipients.size() == kMaxRecipients) {
         throw Error(ErrorCode::config_invalid,
                     fmt::format("a credential has at most {} recipients", kMaxRecipients));
      }
      result_.facts.push_back({protector, recipient.alg, recipient.kid.value_or(""), ""});
      result_.recipients.push_back(std::move(recipient));
   }

   void add_public_key(const std::string &protector, const std::filesystem::path &path) {
      const sdk::jose::PublicJwk key = protectors_.public_key(path);
      try {
         auto wrapped = sdk::jose::wrap_key(key_memory(), key, cek_);
         add(protector, wrapped.header, std::move(wrapped.encrypted_key));
      } catch (const sdk::Failure &failure) {
         throw Error(ErrorCode::config_invalid,
                     fmt::format("nothing can be encrypted to {}: {}", printable(path_text(path)),
                                 failure.message()))
               .at({path_text(path), 0, 0, {}});
      }
   }

   WrappedRecipients take() { return std::move(result_); }

 private:
   void require_allowed(const std::string &protector, const JweRecipient &recipient) const {
      const auto &allowed = config_.policy().allow_kids;
      if (allowed.empty() || (recipient.kid && has(allowed, *recipient.kid))) return;
      throw Error(ErrorCode::config_invalid,
                  fmt::format("'{}' shall not be a recipient: the system's configuration does not "
                              "allow its key {}",
                              protector, recipient.kid.value_or("without kid")))
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
         wrapping.add_public_key(name, entry.public_key);
         continue;
      }
      Protector &protector = protectors.open(name);
      WrappedCek wrapped = protector.wrap(call, cek);
      wrapping.add(name, wrapped.header, std::move(wrapped.encrypted_key));
      used.push_back(&protector);
   }
   for (const auto &path : choice.public_keys)
      wrapping.add_public_key(path_text(path), path);
   WrappedRecipients wrapped = wrapping.take();
   warn_of_lonely(wrapped, used, protectors, call);
   return wrapped;
}

} // namespace keyseat
