// SPDX-License-Identifier: Apache-2.0

#include "driver/opening.h"

#include "base/text.h"
#include "driver/binding_digest.h"
#include "jose/digest.h"
#include "linked_service/take_out.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace keyseat {

namespace {

void require_bound(const LoadedDefinition &left, const Jwe &jwe) {
   const auto differing = differing_members(parse_binding(jwe.binding()), left.definition);
   if (differing.empty()) return;
   std::vector<std::string> names;
   names.reserve(differing.size());
   for (const auto &pointer : differing)
      names.push_back(readable_pointer(pointer));
   throw Error(ErrorCode::binding_differs,
               fmt::format("{} is not the definition that its credential was sealed for: {} {}",
                           left.called(), fmt::join(names, ", "),
                           names.size() == 1 ? "differs" : "differ"))
         .hint("undo the edit; whoever changes a definition on the way shall not get its "
               "credential")
         .at(left.place_of(differing.front()));
}

void require_no_plaintext(const LoadedDefinition &left) {
   const Discovery discovery = discover_secrets(left.definition, Catalogue::built_in());
   if (discovery.secrets.empty()) return;
   const Secret &first = discovery.secrets.front();
   throw Error(ErrorCode::definition_invalid,
               fmt::format("{} stands in clear beside the credential of {}",
                           readable_pointer(first.pointer), left.called()))
         .hint("remove it, decrypt the file, set the value there, and encrypt it again")
         .at(left.document.place(first.value));
}

// The payload is untrusted, too: anyone can encrypt to a public key. What it puts into the definition
// is accepted only if discovery calls exactly that secret, and if taking it out again leads back to
// what the credential is bound to.
Discovery require_honest(const LoadedDefinition &restored, const Payload &payload, const Jwe &jwe) {
   const auto refuse = [&](std::string_view why) {
      return Error(ErrorCode::credential_refused,
                   fmt::format("the credential of {} {}", restored.called(), why))
            .at(restored.document.place(restored.definition.object));
   };
   Discovery discovery = discover_secrets(restored.definition, Catalogue::built_in());
   std::vector<std::string_view> found;
   std::vector<std::string_view> claimed;
   for (const Secret &secret : discovery.secrets)
      found.push_back(secret.pointer);
   for (const TakenSecret &secret : payload.secrets)
      claimed.push_back(secret.pointer);
   std::sort(found.begin(), found.end());
   std::sort(claimed.begin(), claimed.end());
   if (found != claimed) throw refuse("holds values that are no secrets of such a definition");
   const TakenOut again =
         take_out(restored.document, restored.definition, discovery.secrets, &plain_digest);
   const LoadedDefinition left = load_edited(again.text, restored.document.name());
   if (!differing_members(parse_binding(jwe.binding()), left.definition).empty()) {
      throw refuse("would change members that it is bound to");
   }
   return discovery;
}

class Search {
 public:
   Search(const CallContext &call, std::string called) : call_(call), called_(std::move(called)) {}

   // The CEK if `entry` can unwrap one of the parts; its failure is kept otherwise.
   std::optional<UnwrappedCek> try_protector(const ProtectorEntry &entry, ProtectorSet &protectors,
                                             const std::vector<WrappedPart> &parts) {
      try {
         Protector &protector = protectors.open(entry.name);
         for (const WrappedPart &part : parts) {
            auto cek = protector.unwrap(call_, part.header, part.encrypted_key);
            if (cek) return UnwrappedCek{std::move(*cek), {entry.name, part.alg, part.kid, ""}};
         }
      } catch (const Error &error) {
         if (error.code() == ErrorCode::declined) throw;
         failures_.push_back(error);
      }
      return std::nullopt;
   }

   [[noreturn]] void fail(const std::vector<WrappedPart> &parts) const {
      if (failures_.size() == 1) throw Error(failures_.front());
      std::vector<std::string> reasons;
      for (const Error &error : failures_)
         reasons.push_back(error.message());
      if (reasons.empty()) {
         for (const WrappedPart &part : parts) {
            reasons.push_back(
                  fmt::format("{} {}", part.alg, part.kid.empty() ? "without kid" : part.kid));
         }
         throw Error(
               ErrorCode::no_recipient,
               fmt::format("no protector of the configuration is a recipient of the credential of "
                           "{}, which is sealed for: {}",
                           called_, fmt::join(reasons, "; ")))
               .hint("decrypt it where one of these keys is, or configure its protector here");
      }
      throw Error(ErrorCode::no_recipient,
                  fmt::format("no protector can open the credential of {}: {}", called_,
                              fmt::join(reasons, "; ")))
            .hint("`keyseat protector status` says more of each");
   }

 private:
   const CallContext &call_;
   std::string called_;
   std::vector<Error> failures_;
};

} // namespace

UnwrappedCek unwrap_any(const std::vector<WrappedPart> &parts, const Config &config,
                        ProtectorSet &protectors, const CallContext &call,
                        const std::string &called) {
   Search search(call, called);
   for (const ProtectorEntry &entry : config.protectors()) {
      if (entry.plugin.empty()) continue;
      if (auto unwrapped = search.try_protector(entry, protectors, parts)) {
         return std::move(*unwrapped);
      }
   }
   search.fail(parts);
}

OpenedDefinition open_credential(const LoadedDefinition &loaded, const Config &config,
                                 ProtectorSet &protectors) {
   const Jwe jwe = read_credential(loaded);
   const SecretBytes left_text = remove_credential(loaded.document, loaded.definition);
   const LoadedDefinition left = load_edited(left_text, loaded.document.name());
   require_bound(left, jwe);
   require_no_plaintext(left);

   CallContext call;
   call.subject = loaded.subject("decrypt");
   call.context = loaded.context();
   call.credential_id = jwe.id();
   std::vector<WrappedPart> parts;
   for (std::size_t i = 0; i < jwe.recipients().size(); ++i) {
      const JweRecipient &recipient = jwe.recipients()[i];
      parts.push_back({jwe.merged_header(i), recipient.encrypted_key, recipient.alg,
                       recipient.kid.value_or("")});
   }
   UnwrappedCek unwrapped = unwrap_any(parts, config, protectors, call, loaded.called());

   const SecretBytes plaintext = jwe.open(document_memory(), unwrapped.cek);
   const Payload payload = read_payload(plaintext.reveal_text());
   LoadedDefinition restored = load_edited(
         put_back(left.document, left.definition, payload, &plain_digest), loaded.document.name());
   Discovery discovery = require_honest(restored, payload, jwe);
   return {std::move(restored), std::move(discovery), std::move(unwrapped.by),
           std::string(binding_scope_name(parse_binding(jwe.binding()).scope))};
}

} // namespace keyseat
