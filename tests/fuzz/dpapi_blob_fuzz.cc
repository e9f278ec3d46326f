// SPDX-License-Identifier: Apache-2.0
//
// Anything at all as a DPAPI blob: it is read or refused, and what is read is no longer than it was.

#include "dpapi/blob.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
   const auto blob = dpapi::read_blob({data, size});
   if (!blob) return 0;
   const std::size_t described = blob->salt_size + blob->strong_size + blob->hmac_key_size +
                                 blob->data_size + blob->signature_size;
   // UTF-8 takes three bytes for two of UTF-16 at most.
   if (described > size || 2 * blob->description.size() > 3 * size) std::abort();
   dpapi::guid_text(blob->master_key);
   dpapi::algorithm_name(blob->cipher);
   return 0;
}
