// SPDX-License-Identifier: Apache-2.0
//
// KeyfileProtector: a key file as a protector.

#ifndef KEYFILE_PROTECTOR_H
#define KEYFILE_PROTECTOR_H

#include "loaded_key.h"

#include <keyseat/sdk/protector.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace keyfile {

// Capabilities at best.
inline constexpr std::uint32_t kCapabilities = KEYSEAT_CAP_KEY_PAIR | KEYSEAT_CAP_EXPORTABLE |
                                               KEYSEAT_CAP_NEEDS_PERSON | KEYSEAT_CAP_PARALLEL;

// One key file. Key pairs wrap by the public half, which takes no passphrase; unwrapping, and wrapping
// under an `oct` key, unlock the key once and keep it until the instance is closed. A file that
// another process replaces meanwhile is noticed by status() and read by the next instance.
class KeyfileProtector final : public keyseat::sdk::Protector,
                               public keyseat::sdk::KeyManager,
                               public keyseat::sdk::PublicKeyExporter,
                               public keyseat::sdk::SelfTester {
 public:
   explicit KeyfileProtector(std::string path) : key_(KeyStore(std::move(path))) {}

   keyseat::sdk::Status status(const Call &call) override;
   keyseat::sdk::WrappedKey wrap(const Call &call, BytesView cek) override;
   SecretBytes unwrap(const Call &call, std::string_view header, BytesView encrypted_key) override;

   std::string create_key(const Call &call, const keyseat::sdk::KeyRequest &request) override;
   std::vector<keyseat::sdk::KeyInfo> list_keys(const Call &call) override;
   void destroy_key(const Call &call, std::string_view kid) override;
   std::string export_public_key(const Call &call) override;
   std::string self_test(const Call &call) override;

 private:
   std::string complete_creation(const Call &call);

   LoadedKey key_;

   // The create() that this instance has done last (R-KEYS-2).
   std::array<std::uint8_t, 16> created_by_{};
   std::string created_kid_; // empty: none
};

// Extension keyseat.inspect/1.
std::string inspect(std::string_view header, BytesView encrypted_key);

} // namespace keyfile

#endif
