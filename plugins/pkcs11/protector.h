// SPDX-License-Identifier: Apache-2.0
//
// Pkcs11Protector: a key on a PKCS #11 token as a protector.

#ifndef PKCS11_PROTECTOR_H
#define PKCS11_PROTECTOR_H

#include "device.h"

#include <keyseat/sdk/protector.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace pkcs11 {

// Capabilities at best.
inline constexpr std::uint32_t kCapabilities = KEYSEAT_CAP_KEY_PAIR | KEYSEAT_CAP_HARDWARE |
                                               KEYSEAT_CAP_EXPORTABLE | KEYSEAT_CAP_NEEDS_PERSON |
                                               KEYSEAT_CAP_PARALLEL;

// Key pairs wrap by the public half, in software; everything else happens on the token, after a login.
// Nothing is loaded and nobody is asked before the first call that needs it.
class Pkcs11Protector final : public keyseat::sdk::Protector,
                              public keyseat::sdk::KeyManager,
                              public keyseat::sdk::PublicKeyExporter,
                              public keyseat::sdk::SelfTester {
 public:
   explicit Pkcs11Protector(DeviceSettings settings) : device_(std::move(settings)) {}

   keyseat::sdk::Status status(const Call &call) override;
   WrappedKey wrap(const Call &call, BytesView cek) override;
   SecretBytes unwrap(const Call &call, std::string_view header, BytesView encrypted_key) override;

   std::string create_key(const Call &call, const keyseat::sdk::KeyRequest &request) override;
   std::vector<keyseat::sdk::KeyInfo> list_keys(const Call &call) override;
   void destroy_key(const Call &call, std::string_view kid) override;
   std::string export_public_key(const Call &call) override;
   std::string self_test(const Call &call) override;

 private:
   void refuse_foreign(const Call &call, std::string_view header, BytesView encrypted_key);
   SecretBytes unwrap_on_token(const Call &call, Attached &attached, const KnownKey &known,
                               const jose::JoseHeader &header, BytesView encrypted_key);

   Device device_;

   // The create() that this instance has done last (R-KEYS-2).
   std::array<std::uint8_t, 16> created_by_{};
   std::string created_kid_; // empty: none
};

// Extension keyseat.inspect/1.
std::string inspect(std::string_view header, BytesView encrypted_key);

} // namespace pkcs11

#endif
