// SPDX-License-Identifier: Apache-2.0
//
// The floor: the cryptographic primitives of one sealing and one opening, called on OpenSSL directly
// with fetched algorithms and kept contexts, without a document, a plugin or an error path.

#ifndef KEYSEAT_TESTS_BENCH_FLOOR_H
#define KEYSEAT_TESTS_BENCH_FLOOR_H

#include <cstddef>
#include <memory>

namespace keyseat::bench {

enum class FloorKey {
   oct,  // CEK under AES key wrap
   p256, // CEK under ECDH-ES+A256KW on P-256
};

class Floor {
 public:
   // `plaintext`, `associated`, `digested`: bytes that one credential encrypts, authenticates beside it
   // and digests for recipients and binding.
   Floor(FloorKey key, std::size_t plaintext, std::size_t associated, std::size_t digested);
   ~Floor();

   void seal(); // random bytes, key wrap, HKDF, digests, AES-256-GCM
   void open(); // key unwrap, HKDF, digests, AES-256-GCM

 private:
   struct State;
   std::unique_ptr<State> state_;
};

} // namespace keyseat::bench

#endif
