// SPDX-License-Identifier: Apache-2.0

#include "account_sealing.h"

#include "explain.h"
#include "wrapped_cek.h"

#include <keyseat/sdk/jose/key_management.h>
#include <keyseat/sdk/jose/sealed_jwk.h>

namespace dpapi {

namespace jose = keyseat::sdk::jose;
using keyseat::sdk::as_bytes;
using keyseat::sdk::Failure;

namespace {

std::string kid_of(const jose::SealedJwk &sealed) {
   const auto header = jose::read_jose_header(sealed.header);
   return header ? header->kid.value_or("") : "";
}

// Which of the two the file is under decides what can open it, and the configuration says which.
void require_alg(const jose::SealedJwk &sealed, const Guard &guard) {
   if (sealed.alg == guard.alg()) return;
   const bool is_known = sealed.alg == kDpapiAlg || sealed.alg == kDpapiNgAlg;
   throw Failure(KEYSEAT_E_CONFIG, "the key file is sealed by " +
                                         std::string(is_known ? sealed.alg : "something else") +
                                         ", and the configuration is for " +
                                         std::string(guard.alg()))
         .with_option("key")
         .with_hint(is_known ? "`descriptor` selects keyseat.dpapi-ng, its absence keyseat.dpapi"
                             : "see whether it is a key file of another plugin");
}

Failure altered(const std::string &path) {
   return Failure(KEYSEAT_E_CONFIG, path + " has been altered")
         .with_option("key")
         .with_hint("bring it back from a backup");
}

// Whose key it takes, as far as the file shows.
std::string owner_hint(const jose::SealedJwk &sealed, const Guard &guard) {
   if (sealed.alg != kDpapiAlg) return {};
   std::string text;
   try {
      if (const std::string kid = kid_of(sealed); kid != guard.kid())
         text = "it was sealed as " + kid + ", and this is " + guard.kid();
   } catch (const WindowsError &) {
      text.clear(); // the account cannot be told; the master key can
   }
   const auto bytes = blob_of(sealed.encrypted_key);
   if (const auto blob = bytes ? read_blob(*bytes) : std::nullopt) {
      text += (text.empty() ? "it" : "; it") +
              (" takes the master key " + guid_text(blob->master_key));
   }
   return text;
}

Failure unopened(const std::string &path, const jose::SealedJwk &sealed, const Guard &guard,
                 const WindowsError &error) {
   const Failure failure = failure_of(path + " does not open", error);
   std::string hint = owner_hint(sealed, guard);
   if (!hint.empty() && !failure.hint().empty()) hint += "; ";
   hint += failure.hint();
   return Failure(failure.status(), failure.message()).with_hint(std::move(hint));
}

} // namespace

jose::SealingFacts AccountSealing::read(std::string_view content) const {
   const jose::SealedJwk sealed = jose::read_sealed_jwk(content);
   require_alg(sealed, *guard_);
   jose::SealingFacts facts;
   facts.capabilities = guard_->capabilities();
   facts.description = guard_->description();
   if (const std::string file = guard_->missing_file(); !file.empty())
      facts.description += ", which is missing: nothing can be opened";
   facts.details.add("mode", "key");
   facts.details.add(describe_wrapped(sealed.alg, kid_of(sealed), sealed.encrypted_key));
   return facts;
}

jose::PrivateJwk AccountSealing::unseal(const Call &call, const std::string &path,
                                        std::string_view content) const {
   const jose::SealedJwk sealed = jose::read_sealed_jwk(content);
   require_alg(sealed, *guard_);
   std::optional<SecretBytes> cek;
   try {
      cek = unwrap_cek(call, *guard_, sealed.encrypted_key);
   } catch (const WindowsError &error) {
      throw unopened(path, sealed, *guard_, error);
   }
   if (!cek) throw altered(path);
   auto key = jose::open_sealed_jwk(call.secret_memory(), sealed, *cek);
   if (!key) throw altered(path);
   return std::move(*key);
}

SecretBytes AccountSealing::seal(const Call &call, const std::string &path,
                                 const jose::PrivateJwk &key, bool encrypted) const {
   if (encrypted) {
      throw Failure(KEYSEAT_E_UNSUPPORTED, "a key under DPAPI has no passphrase")
            .with_hint("leave out --encrypted; entropy-file adds a secret of its own");
   }
   try {
      const std::string content =
            jose::seal_jwk(key, [&](BytesView cek) { return wrap_cek(call, *guard_, cek); });
      return {call.secret_memory(), as_bytes(content)};
   } catch (const WindowsError &error) {
      throw failure_of("the key cannot be put " + guard_->description() + " into " + path, error);
   }
}

} // namespace dpapi
