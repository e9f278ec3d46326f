// SPDX-License-Identifier: Apache-2.0
//
// KeyFileProtector: a private JWK in a file as a protector, whatever seals the file: a plugin that
// brings a KeySealing is done.
//
//    class Vault final : public jose::KeySealing { ... read, unseal, seal ... };
//
//    std::unique_ptr<Protector> open(const Host &, const Call &, const Settings &settings) {
//       return std::make_unique<jose::KeyFileProtector>(*settings.text("key"),
//                                                       std::make_unique<Vault>());
//    }

#ifndef KEYSEAT_SDK_JOSE_KEY_FILE_PROTECTOR_H
#define KEYSEAT_SDK_JOSE_KEY_FILE_PROTECTOR_H

#include <keyseat/sdk/jose/stored_key.h>
#include <keyseat/sdk/protector.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace keyseat::sdk::jose {

// Key pairs wrap by the public half, which takes no unsealing; unwrapping, and wrapping under an `oct`
// key, unseal the key once and keep it until the instance is closed. A file that another process
// replaces meanwhile is noticed by status() and read by the next instance.
class KeyFileProtector : public Protector,
                         public KeyManager,
                         public PublicKeyExporter,
                         public SelfTester {
 public:
   KeyFileProtector(std::string path, std::unique_ptr<const KeySealing> sealing)
         : key_(KeyStore(std::move(path)), std::move(sealing)) {}

   Status status(const Call &call) override;
   WrappedKey wrap(const Call &call, BytesView cek) override;
   SecretBytes unwrap(const Call &call, std::string_view header, BytesView encrypted_key) override;

   std::string create_key(const Call &call, const KeyRequest &request) override;
   std::vector<KeyInfo> list_keys(const Call &call) override;
   void destroy_key(const Call &call, std::string_view kid) override;
   std::string export_public_key(const Call &call) override;
   std::string self_test(const Call &call) override;

 private:
   std::string complete_creation(const Call &call);

   StoredKey key_;

   // The create() that this instance has done last (R-KEYS-2).
   std::array<std::uint8_t, 16> created_by_{};
   std::string created_kid_; // empty: none
};

// keyseat.inspect/1 for what a KeyFileProtector wraps: the key's `kid`, algorithm and curve. `needs`
// completes the sentence "to open it takes ...". Throws not_mine().
std::string explain_wrapped_key(std::string_view header, BytesView encrypted_key,
                                std::string_view needs);

} // namespace keyseat::sdk::jose

#endif
