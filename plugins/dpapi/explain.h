// SPDX-License-Identifier: Apache-2.0
//
// What a blob says to people and tools, on any system: whose key it takes.

#ifndef DPAPI_EXPLAIN_H
#define DPAPI_EXPLAIN_H

#include "blob.h"

#include <keyseat/sdk/jose/details.h>

#include <string>
#include <string_view>

namespace dpapi {

// The members of an explanation of what a Guard has wrapped, in direct mode or in a key file: `needs`, a
// sentence for people, and what can be read of the blob. `kid` and `alg` are those of its header.
keyseat::sdk::jose::Details describe_wrapped(std::string_view alg, std::string_view kid,
                                             BytesView encrypted_key);

// Extension keyseat.inspect/1. Throws not_mine().
std::string inspect(std::string_view header, BytesView encrypted_key);

} // namespace dpapi

#endif
