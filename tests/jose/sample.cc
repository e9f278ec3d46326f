// SPDX-License-Identifier: Apache-2.0

#include "jose/sample.h"

#include "jose/digest.h"

#include <keyseat/sdk/jose/encoding.h>
#include <keyseat/sdk/jose/key_management.h>
#include <keyseat/sdk/jose/primitives.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace keyseat::test {

using sdk::jose::KeyType;
using sdk::jose::PrivateJwk;

JweRecipient recipient_for(const PrivateJwk &key, BytesView cek) {
   sdk::WrappedKey wrapped = sdk::jose::wrap_key(key, cek);
   return make_recipient(wrapped.header, std::move(wrapped.encrypted_key));
}

Sample make_sample() {
   PrivateJwk owner = PrivateJwk::generate(key_memory(), KeyType::oct);
   PrivateJwk backup = PrivateJwk::generate(key_memory(), KeyType::p256);
   SecretBytes cek = sdk::jose::random_secret(key_memory(), kCekSize);
   CredentialId id{};
   sdk::jose::random_bytes(id.data(), id.size());
   Jwe jwe = Jwe::seal(id, kBinding, {recipient_for(owner, cek), recipient_for(backup, cek)},
                       as_bytes(kPlaintext), cek);
   return {std::move(owner), std::move(backup), std::move(cek), std::move(jwe)};
}

namespace {

// Objects of nlohmann::json are sorted and dumped without white space; with ASCII names and texts
// that is the canonical form.
std::string rewritten(const Jwe &jwe, const Change &change, bool mend) {
   nlohmann::json members = nlohmann::json::parse(jwe.to_json());
   const auto decoded =
         sdk::jose::base64url_decode(members["protected"].get<std::string>()).value();
   nlohmann::json header = nlohmann::json::parse(as_text(decoded));
   members.erase("protected");
   change(members, header);
   if (mend) header["ks_recipients"] = plain_digest(as_bytes(members["recipients"].dump()));
   if (!members.contains("protected")) {
      members["protected"] = sdk::jose::base64url_encode(as_bytes(header.dump()));
   }
   return members.dump();
}

} // namespace

std::string forged(const Jwe &jwe, const Change &change) { return rewritten(jwe, change, true); }
std::string altered(const Jwe &jwe, const Change &change) { return rewritten(jwe, change, false); }

std::string refusal(std::string_view json, BytesView cek) {
   try {
      Jwe::parse(json).open(document_memory(), cek);
      return {};
   } catch (const Error &error) {
      EXPECT_EQ(error.code(), ErrorCode::credential_refused) << error.message();
      return error.message();
   }
}

std::string parse_refusal(std::string_view json) {
   try {
      Jwe::parse(json);
      return {};
   } catch (const Error &error) {
      EXPECT_EQ(error.code(), ErrorCode::credential_refused) << error.message();
      return error.message();
   }
}

} // namespace keyseat::test
