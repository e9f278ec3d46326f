// SPDX-License-Identifier: Apache-2.0

#include "absent_protector.h"

#include "explain.h"

#include <keyseat/sdk/jose/key_management.h>

namespace dpapi {

using keyseat::sdk::Failure;

Failure AbsentProtector::absent() const { return {KEYSEAT_E_UNAVAILABLE, why_}; }

keyseat::sdk::Status AbsentProtector::status(const Call &) {
   keyseat::sdk::Status status;
   status.health = KEYSEAT_HEALTH_DOWN;
   status.message = why_;
   return status;
}

keyseat::sdk::WrappedKey AbsentProtector::wrap(const Call &, BytesView) {
   throw absent().with_hint(
         "encrypt to its public key: keyseat protector export-public, on Windows");
}

SecretBytes AbsentProtector::unwrap(const Call &, std::string_view header,
                                    BytesView encrypted_key) {
   inspect(header, encrypted_key); // throws not_mine()
   const auto read = keyseat::sdk::jose::read_jose_header(header);
   const bool is_direct = read->alg == kDpapiAlg || read->alg == kDpapiNgAlg;
   if (alg_.empty() ? is_direct : read->alg != alg_) throw keyseat::sdk::not_mine();
   throw absent();
}

} // namespace dpapi
