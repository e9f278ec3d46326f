// SPDX-License-Identifier: Apache-2.0
//
// BareTpm: the floor under the plugin tpm2. The ESYS calls of one use of a key, one after the other: connect,
// derive the storage root, load, start a salted session with parameter encryption, use, flush, disconnect.
// Without an error path but for an exception.

#ifndef KEYSEAT_TESTS_BENCH_BARE_TPM_H
#define KEYSEAT_TESTS_BENCH_BARE_TPM_H

#include <tss2/tss2_esys.h>

#include <string>

namespace keyseat::bench {

enum class TpmUse { unseal, agree };

class BareTpm {
 public:
   // Makes a key for this use in the TPM at `tcti`. Throws std::runtime_error, as use() does.
   BareTpm(std::string tcti, TpmUse use);

   void use() const;

 private:
   struct Connection;
   void create(Connection &connection);

   const std::string tcti_;
   const TpmUse use_;
   TPM2B_PRIVATE private_area_{};
   TPM2B_PUBLIC public_area_{};
};

} // namespace keyseat::bench

#endif
