// SPDX-License-Identifier: Apache-2.0
#include <keyseat/sdk/jose/sealed_jwk.h>

#include <keyseat/sdk/failure.h>
#include <keyseat/sdk/jose/encoding.h>
#include <keyseat/sdk/jose/json.h>
#include <keyseat/sdk/jose/primitives.h>

#include "compact_jwe.h"

namespace keyseat::sdk::jose {
namespace {

constexpr std::string_view kCommonMembers = R"("cty":"jwk+json","enc":"A256GCM","ks_v":1)";

Failure not_sealed(const std::string &why) { return {KEYSEAT_E_CONFIG, "the sealed key " + why}; }

Bytes decoded_part(const std::string &text, const char *name) {
   std::optional<Bytes> bytes = base64url_decode(text);
   if (!bytes) throw not_sealed(std::string("has an ") + name + " that is no base64url");
   return std::move(*bytes);
}

// Returns `alg`.
std::string check_header(std::string_view header) {
   const JsonTree tree(header);
   const JsonValue root = tree.root();
   if (!root.find("alg").is(JsonKind::string)) throw not_sealed("has a header without `alg`");
   if (const JsonValue version = root.find("ks_v"); version.raw() != "1") {
      if (!version.is(JsonKind::number)) throw not_sealed("has a header without `ks_v`");
      throw Failure(KEYSEAT_E_TOO_NEW, "the sealed key is of format " + std::string(version.raw()) +
                                             ", and 1 is known here")
            .with_hint("update the plugin");
   }
   if (!root.find("enc").text_is("A256GCM") || !root.find("cty").text_is("jwk+json") ||
       root.find("crit").exists() || root.find("zip").exists()) {
      throw not_sealed("has a header that says something else than A256GCM and jwk+json");
   }
   return root.find("alg").public_text();
}

} // namespace

std::string seal_jwk(const PrivateJwk &key, const std::function<WrappedKey(BytesView cek)> &wrap) {
   const SecretBytes cek = random_secret(key.memory(), KEYSEAT_CEK_SIZE);
   const WrappedKey wrapped = wrap(cek);
   std::string header = wrapped.header;
   header.insert(header.rfind('}'), ',' + std::string(kCommonMembers));
   check_header(header);
   return seal_compact(header, wrapped.encrypted_key, cek, key.to_json());
}

SealedJwk read_sealed_jwk(std::string_view text) {
   const auto parts = compact_parts(trimmed(text));
   if (!parts) throw not_sealed("is no JWE in compact serialization");
   SealedJwk sealed;
   sealed.encoded_header = (*parts)[0];
   sealed.header = as_text(decoded_part((*parts)[0], "header"));
   try {
      sealed.alg = check_header(sealed.header);
   } catch (const JsonError &error) {
      throw not_sealed(std::string("has a header that is no JSON: ") + error.what());
   }
   sealed.encrypted_key = decoded_part((*parts)[1], "encrypted key");
   sealed.iv = decoded_part((*parts)[2], "IV");
   sealed.ciphertext = decoded_part((*parts)[3], "ciphertext");
   sealed.tag = decoded_part((*parts)[4], "authentication tag");
   if (sealed.iv.size() != kGcmIvSize || sealed.tag.size() != kGcmTagSize)
      throw not_sealed("has an IV or authentication tag of the wrong length");
   return sealed;
}

std::optional<PrivateJwk> open_sealed_jwk(SecretMemory memory, const SealedJwk &sealed,
                                          BytesView cek) {
   const std::optional<SecretBytes> json = aes_gcm_open(
         memory, cek, sealed.iv, as_bytes(sealed.encoded_header), sealed.ciphertext, sealed.tag);
   if (!json) return std::nullopt;
   return PrivateJwk::parse(memory, json->reveal_text());
}

} // namespace keyseat::sdk::jose
