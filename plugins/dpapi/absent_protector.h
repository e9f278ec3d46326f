// SPDX-License-Identifier: Apache-2.0
//
// AbsentProtector: a configured dpapi protector where there is no DPAPI. It says so, in its status and
// to whoever wants to open what could be its own.

#ifndef DPAPI_ABSENT_PROTECTOR_H
#define DPAPI_ABSENT_PROTECTOR_H

#include "guard.h"

#include <keyseat/sdk/protector.h>

#include <string>
#include <vector>

namespace dpapi {

// `why`: platform::absence() or absence_of_ng(). `alg`: of direct mode; empty: mode `key`, where what is
// its own cannot be told without the key.
class AbsentProtector final : public keyseat::sdk::Protector,
                              public keyseat::sdk::KeyManager,
                              public keyseat::sdk::PublicKeyExporter,
                              public keyseat::sdk::SelfTester {
 public:
   AbsentProtector(std::string why, std::string alg) : why_(std::move(why)), alg_(std::move(alg)) {}

   keyseat::sdk::Status status(const Call &call) override;
   keyseat::sdk::WrappedKey wrap(const Call &call, BytesView cek) override;
   SecretBytes unwrap(const Call &call, std::string_view header, BytesView encrypted_key) override;

   std::string create_key(const Call &, const keyseat::sdk::KeyRequest &) override {
      throw absent();
   }
   std::vector<keyseat::sdk::KeyInfo> list_keys(const Call &) override { throw absent(); }
   void destroy_key(const Call &, std::string_view) override { throw absent(); }
   std::string export_public_key(const Call &) override { throw absent(); }
   std::string self_test(const Call &) override { throw absent(); }

 private:
   keyseat::sdk::Failure absent() const;

   std::string why_;
   std::string alg_;
};

} // namespace dpapi

#endif
