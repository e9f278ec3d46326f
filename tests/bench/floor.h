// SPDX-License-Identifier: Apache-2.0
//
// The floor: the cryptographic primitives that the format asks for in one sealing and one opening, each
// once, called on OpenSSL directly with fetched algorithms and kept contexts, without a document, a
// plugin or an error path.

#ifndef KEYSEAT_TESTS_BENCH_FLOOR_H
#define KEYSEAT_TESTS_BENCH_FLOOR_H

#include <cstddef>
#include <memory>
#include <vector>

namespace keyseat::bench {

enum class FloorKey {
   oct,  // CEK under AES key wrap
   p256, // CEK under ECDH-ES+A256KW on P-256
};

class Floor {
 public:
   // Bytes that one credential encrypts and authenticates beside it, and what it digests: each bound
   // member, the recipients, the text that is left.
   Floor(FloorKey key, std::size_t plaintext, std::size_t associated,
         std::vector<std::size_t> digested);
   ~Floor();

   void seal(); // CEK, id, salt and IV drawn; key wrap, HKDF, digests, AES-256-GCM
   void open(); // key unwrap, HKDF, digests, AES-256-GCM

 private:
   struct State;
   std::unique_ptr<State> state_;
};

} // namespace keyseat::bench

#endif
