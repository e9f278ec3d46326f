// SPDX-License-Identifier: Apache-2.0
//
// Fuzz target of the codec between host and worker: bytes that decode to a message are encoded to the
// same bytes again; whatever else they are, nothing but a refusal comes of them.
//
//    build/asan/tests/frame_fuzz CORPUS tests/vectors/frames/valid      # until it is stopped

#include <keyseat/secret.h>

#include <cstdint>
#include <cstdlib>

#include "host/messages.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
   using namespace keyseat;
   const BytesView input(data, size);
   const auto frame = Frame::decode(SecretBytes(document_memory(), input));
   if (!frame) return 0;
   try {
      const SecretBytes again = canonical(*frame);
      if (as_text(again) != as_text(input)) std::abort();
   } catch (const FrameError &) {
      return 0; // a frame, and no message
   }
   return 0;
}
