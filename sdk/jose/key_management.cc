// SPDX-License-Identifier: Apache-2.0
#include <keyseat/sdk/jose/key_management.h>

#include <keyseat/sdk/jose/primitives.h>

#include "jwk_writer.h"
#include "key_operations.h"

namespace keyseat::sdk::jose {
namespace {

constexpr std::string_view kEcdhAlg = "ECDH-ES+A256KW";
constexpr std::size_t kKekSize = 32;

void check_cek(BytesView cek) {
   if (cek.size() != KEYSEAT_CEK_SIZE)
      throw Failure(KEYSEAT_E_INTERNAL, "a content-encryption key has 32 bytes");
}

std::string write_header(std::string_view alg, std::string_view epk, std::string_view kid) {
   std::string header;
   JwkWriter<std::string> writer(header);
   writer.text("alg", alg);
   if (!epk.empty()) writer.json("epk", epk);
   writer.text("kid", kid);
   writer.finish();
   return header;
}

// RFC 7518 section 4.6: an ephemeral key, its secret with the recipient's, a KEK from that.
WrappedKey wrap_by_agreement(SecretMemory memory, const PublicJwk &recipient, BytesView cek) {
   const KeyMaterialPtr ephemeral = generate_key(recipient.type());
   const std::optional<SecretBytes> shared_secret = agree(memory, *ephemeral, recipient.material());
   if (!shared_secret)
      throw Failure(KEYSEAT_E_INTERNAL, "OpenSSL agrees on no secret with a valid public key");
   const SecretBytes kek = concat_kdf(memory, *shared_secret, kEcdhAlg, {}, {}, kKekSize);
   return {write_header(kEcdhAlg, key_members_json(*ephemeral), recipient.kid()),
           aes_key_wrap(kek, cek)};
}

std::optional<SecretBytes> unwrap_by_agreement(SecretMemory memory, const PrivateJwk &key,
                                               const JoseHeader &header, BytesView encrypted_key) {
   const std::optional<SecretBytes> shared_secret = ecdh(memory, key, *header.epk);
   if (!shared_secret) return std::nullopt;
   return unwrap_with_shared_secret(memory, *shared_secret, header, encrypted_key);
}

} // namespace

WrappedKey wrap_key(SecretMemory memory, const PublicJwk &recipient, BytesView cek) {
   check_cek(cek);
   if (!is_rsa(recipient.type())) return wrap_by_agreement(memory, recipient, cek);
   return {write_header(recipient.alg(), {}, recipient.kid()),
           rsa_oaep_encrypt(recipient, recipient.alg() == "RSA-OAEP", cek)};
}

WrappedKey wrap_key(const PrivateJwk &key, BytesView cek) {
   if (key.public_half()) return wrap_key(key.memory(), *key.public_half(), cek);
   check_cek(cek);
   return {write_header(key.alg(), {}, key.kid()), aes_key_wrap(key.secret_octets(), cek)};
}

SecretBytes unwrap_key(SecretMemory memory, const PrivateJwk &key, std::string_view header,
                       BytesView encrypted_key) {
   const std::optional<JoseHeader> read = read_jose_header(header);
   if (!read) throw not_mine();
   return unwrap_key(memory, key, *read, encrypted_key);
}

SecretBytes unwrap_key(SecretMemory memory, const PrivateJwk &key, const JoseHeader &header,
                       BytesView encrypted_key) {
   require_mine(header, encrypted_key, key.type(), key.alg(), key.kid());
   std::optional<SecretBytes> cek;
   if (key.type() == KeyType::oct) {
      cek = aes_key_unwrap(memory, key.secret_octets(), encrypted_key);
   } else if (is_rsa(key.type())) {
      if (encrypted_key.size() != key.material().numbers.n.size()) throw not_mine();
      cek = rsa_oaep_decrypt(memory, key, header.alg == "RSA-OAEP", encrypted_key);
   } else {
      cek = unwrap_by_agreement(memory, key, header, encrypted_key);
   }
   if (!cek || cek->size() != KEYSEAT_CEK_SIZE) throw tampered();
   return std::move(*cek);
}

SecretBytes unwrap_with_shared_secret(SecretMemory memory, BytesView shared_secret,
                                      const JoseHeader &header, BytesView encrypted_key) {
   const SecretBytes kek =
         concat_kdf(memory, shared_secret, kEcdhAlg, header.apu, header.apv, kKekSize);
   std::optional<SecretBytes> cek = aes_key_unwrap(memory, kek, encrypted_key);
   if (header.alg != kEcdhAlg || !cek || cek->size() != KEYSEAT_CEK_SIZE) throw tampered();
   return std::move(*cek);
}

} // namespace keyseat::sdk::jose
