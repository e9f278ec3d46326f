// SPDX-License-Identifier: Apache-2.0
//
// DirectProtector: mode `direct`. Each CEK lies under DPAPI itself; there is no key file to lose, and
// no public half to encrypt to from elsewhere.

#ifndef DPAPI_DIRECT_PROTECTOR_H
#define DPAPI_DIRECT_PROTECTOR_H

#include "wrapped_cek.h"

#include <keyseat/sdk/protector.h>

#include <memory>

namespace dpapi {

// Holds no state but its guard. Thread-safe.
class DirectProtector final : public keyseat::sdk::Protector, public keyseat::sdk::SelfTester {
 public:
   explicit DirectProtector(std::unique_ptr<const Guard> guard) : guard_(std::move(guard)) {}

   keyseat::sdk::Status status(const Call &call) override;
   WrappedKey wrap(const Call &call, BytesView cek) override;
   SecretBytes unwrap(const Call &call, std::string_view header, BytesView encrypted_key) override;
   std::string self_test(const Call &call) override;

 private:
   void require_files() const;
   void require_mine(std::string_view header, BytesView encrypted_key) const;

   std::unique_ptr<const Guard> guard_;
};

} // namespace dpapi

#endif
