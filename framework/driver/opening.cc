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

void require_no_plaintext(const LoadedDefinition &left) {
   const Discovery discovery = discover_secrets(left.definition);
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
// what the credential is bound to, as `left` is.
Discovery require_honest(const LoadedDefinition &restored, const LoadedDefinition &left,
                         const Payload &payload, const ParsedBinding &binding) {
   const auto refuse = [&](std::string_view why) {
      return Error(ErrorCode::credential_refused,
                   fmt::format("the credential of {} {}", restored.called(), why))
            .at(restored.document.place(restored.definition.object));
   };
   if (!equal_no_case(restored.definition.type, left.definition.type) ||
       !equal_no_case(restored.definition.integration_runtime,
                      left.definition.integration_runtime)) {
      throw refuse("would change its type or integration runtime");
   }
   Discovery discovery = discover_secrets(restored.definition);
   // Names may have been written in another case since: the binding allows it.
   std::vector<std::string> found;
   std::vector<std::string> claimed;
   for (const Secret &secret : discovery.secrets)
      found.push_back(ascii_lower(secret.pointer));
   for (const TakenSecret &secret : payload.secrets)
      claimed.push_back(ascii_lower(secret.pointer));
   std::sort(found.begin(), found.end());
   std::sort(claimed.begin(), claimed.end());
   if (found != claimed) throw refuse("holds values that are no secrets of such a definition");
   SecretsBeside beside;
   for (const TakenSecret &secret : payload.secrets)
      beside.add(secret.pointer);
   if (!beside.empty() && !differing_members(binding, left.definition, beside).empty()) {
      throw refuse("holds secrets beside typeProperties that it is not bound to");
   }
   const SecretBytes again = text_without(restored.document, discovery.secrets);
   if (again.reveal_text() == left.document.text()) return discovery; // which is bound
   const LoadedDefinition changed = load_edited(again, restored.document.name());
   if (!differing_members(binding, changed.definition).empty()) {
      throw refuse("would change members that it is bound to");
   }
   return discovery;
}

// Whether a protector that fails so has seen that a part is its own: it asked for a PIN, or tried it.
// A missing key or device cannot say so.
bool is_claim(const Error &error) {
   switch (error.code()) {
      case ErrorCode::auth_required:
      case ErrorCode::auth_failed:
      case ErrorCode::auth_locked:
      case ErrorCode::declined:
      case ErrorCode::credential_refused:
         return true;
      default:
         return false;
   }
}

std::string messages_of(const std::vector<Error> &errors) {
   std::vector<std::string_view> messages;
   messages.reserve(errors.size());
   for (const Error &error : errors)
      messages.emplace_back(error.message());
   return fmt::format("{}", fmt::join(messages, "; "));
}

// Two hints, either of which may be empty.
std::string joined(const std::string &one, const std::string &other) {
   return one.empty() || other.empty() ? one + other : one + "; " + other;
}

class Search {
 public:
   Search(const CallContext &call, std::string called) : call_(call), called_(std::move(called)) {}

   // The CEK if `entry` can unwrap one of the parts; its failure is kept otherwise.
   std::optional<UnwrappedCek> try_protector(const ProtectorEntry &entry, ProtectorSet &protectors,
                                             const std::vector<WrappedPart> &parts) {
      std::optional<Error> refusal;
      try {
         Protector &protector = protectors.open(entry.name);
         for (const WrappedPart &part : parts) {
            auto cek = unwrap(protector, part, refusal);
            if (cek) return UnwrappedCek{std::move(*cek), {entry.name, part.alg, part.kid, ""}};
         }
      } catch (const Error &error) {
         if (error.code() == ErrorCode::declined) throw;
         if (is_claim(error) || !refusal) refusal = error;
      }
      if (refusal) (is_claim(*refusal) ? claimants_ : bystanders_).push_back(*refusal);
      return std::nullopt;
   }

   // With one candidate, its own error: the one that claimed a part, or else the one that could not
   // say whether it does.
   [[noreturn]] void fail(const std::vector<WrappedPart> &parts, ProtectorSet &protectors) const {
      if (claimants_.size() == 1) throw with_bystanders(claimants_.front());
      if (claimants_.empty() && bystanders_.size() == 1)
         throw with_others(bystanders_.front(), parts, protectors);
      if (claimants_.empty() && bystanders_.empty()) throw no_candidate(parts, protectors);
      std::vector<Error> all = claimants_;
      all.insert(all.end(), bystanders_.begin(), bystanders_.end());
      throw Error(ErrorCode::no_recipient,
                  fmt::format("no protector can open the credential of {}: {}", called_,
                              messages_of(all)))
            .hint(joined("`keyseat protector status` says more of each",
                         others_text(parts, protectors)));
   }

 private:
   // A part that is refused does not end the search: another one may be a protector's own, too. Every
   // other failure would be the same for each part, or cost another try of a PIN.
   std::optional<SecretBytes> unwrap(Protector &protector, const WrappedPart &part,
                                     std::optional<Error> &refusal) const {
      try {
         return protector.unwrap(call_, part.header, part.encrypted_key);
      } catch (const Error &error) {
         if (error.code() != ErrorCode::credential_refused) throw;
         if (!refusal) refusal = error;
         return std::nullopt;
      }
   }

   Error with_bystanders(Error error) const {
      if (bystanders_.empty()) return error;
      error.hint(joined(error.hint(), "not tried: " + messages_of(bystanders_)));
      return error;
   }

   static Error with_others(Error error, const std::vector<WrappedPart> &parts,
                            ProtectorSet &protectors) {
      error.hint(joined(error.hint(), others_text(parts, protectors)));
      return error;
   }

   // The recipients of whom only the public key is here: their owners can open it elsewhere.
   static std::string others_text(const std::vector<WrappedPart> &parts, ProtectorSet &protectors) {
      std::vector<std::string> names;
      for (const WrappedPart &part : parts) {
         if (std::string name = protectors.name_of_public_key(part.kid, part.alg); !name.empty())
            names.push_back(std::move(name));
      }
      if (names.empty()) return {};
      return fmt::format("this credential also has recipients: {}", fmt::join(names, ", "));
   }

   Error no_candidate(const std::vector<WrappedPart> &parts, ProtectorSet &protectors) const {
      std::vector<std::string> recipients;
      recipients.reserve(parts.size());
      for (const WrappedPart &part : parts) {
         const std::string name = protectors.name_of_public_key(part.kid, part.alg);
         recipients.push_back(fmt::format("{}{}{} {}", name, name.empty() ? "" : ", ", part.alg,
                                          part.kid.empty() ? "without kid" : part.kid));
      }
      return Error(ErrorCode::no_recipient,
                   fmt::format("no protector of the configuration is a recipient of the credential "
                               "of {}, which is sealed for: {}",
                               called_, fmt::join(recipients, "; ")))
            .hint("decrypt it where one of these keys is, or configure its protector here");
   }

   const CallContext &call_;
   std::string called_;
   std::vector<Error> claimants_;  // the failures of protectors that claimed a part
   std::vector<Error> bystanders_; // of those that could not say
};

} // namespace

void require_bound(const LoadedDefinition &left, const ParsedBinding &binding) {
   const auto differing = differing_members(binding, left.definition);
   if (differing.empty()) return;
   throw Error(ErrorCode::binding_differs,
               fmt::format("{} is not the definition that its credential was sealed for: {} {}",
                           left.called(), readable_pointers(differing),
                           differing.size() == 1 ? "differs" : "differ"))
         .hint("undo the edit; whoever changes a definition on the way shall not get its "
               "credential")
         .at(left.place_of(differing.front()));
}

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
   search.fail(parts, protectors);
}

OpenedDefinition open_credential(const LoadedDefinition &loaded, const Config &config,
                                 ProtectorSet &protectors) {
   const Jwe jwe = read_credential(loaded);
   const SecretBytes left_text = remove_credential(loaded.document, loaded.definition);
   const LoadedDefinition left = load_edited(left_text, loaded.document.name());
   const ParsedBinding binding = parse_binding(jwe.binding());
   require_bound(left, binding);
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
   Restored whole = put_back(left.document, left.definition, payload, &plain_digest);
   LoadedDefinition restored{std::move(whole.document), std::move(whole.definition)};
   Discovery discovery = require_honest(restored, left, payload, binding);
   return {std::move(restored), std::move(discovery), std::move(unwrapped.by),
           std::string(binding_scope_name(binding.scope))};
}

} // namespace keyseat
