// SPDX-License-Identifier: Apache-2.0
//
// ResidentProtector: a protector of mode `resident`. The private key was born in the TPM and works
// there; the public key, in the key file, wraps in software.

#ifndef TPM2_RESIDENT_PROTECTOR_H
#define TPM2_RESIDENT_PROTECTOR_H

#include "loaded_key.h"

#include <keyseat/sdk/protector.h>

#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tpm2 {

// wrap() and unwrap() may run concurrently; uses of the TPM follow each other, each waiting for its own
// deadline. Where a resource manager shares the TPM, the connection and the loaded key are kept.
class ResidentProtector final : public keyseat::sdk::Protector,
                                public keyseat::sdk::KeyManager,
                                public keyseat::sdk::PublicKeyExporter,
                                public keyseat::sdk::Approver,
                                public keyseat::sdk::SelfTester {
 public:
   explicit ResidentProtector(TpmSettings settings);
   ResidentProtector(const ResidentProtector &) = delete;
   ResidentProtector &operator=(const ResidentProtector &) = delete;
   ~ResidentProtector() override;

   keyseat::sdk::Status status(const keyseat::sdk::Call &call) override;
   keyseat::sdk::WrappedKey wrap(const keyseat::sdk::Call &call, BytesView cek) override;
   SecretBytes unwrap(const keyseat::sdk::Call &call, std::string_view header,
                      BytesView encrypted_key) override;

   std::string create_key(const keyseat::sdk::Call &call,
                          const keyseat::sdk::KeyRequest &request) override;
   std::vector<keyseat::sdk::KeyInfo> list_keys(const keyseat::sdk::Call &call) override;
   void destroy_key(const keyseat::sdk::Call &call, std::string_view kid) override;
   std::string export_public_key(const keyseat::sdk::Call &call) override;
   std::string approve(const keyseat::sdk::Call &call) override;
   std::string self_test(const keyseat::sdk::Call &call) override;

 private:
   // The key file as it was read.
   struct Key {
      TpmKeyFile file;
      jose::PublicJwk public_key;
   };
   struct Kept; // a connection and what is loaded over it

   std::shared_ptr<const Key> key(const keyseat::sdk::Call &call);
   void forget();

   template <class Use>
   SecretBytes with_key(const keyseat::sdk::Call &call, const Key &key, Use use);
   template <class Use>
   SecretBytes use_kept(Deadline &deadline, const Key &key, Use &use);

   TpmSettings settings_;
   std::mutex mutex_; // guards `key_`
   std::shared_ptr<const Key> key_;

   std::timed_mutex tpm_mutex_; // guards what follows
   std::optional<SecretBytes> pin_;
   std::unique_ptr<Kept> kept_;

   // The create() that this instance has done last (R-KEYS-2).
   std::array<std::uint8_t, 16> created_by_{};
   std::string created_kid_; // empty: none
};

} // namespace tpm2

#endif
