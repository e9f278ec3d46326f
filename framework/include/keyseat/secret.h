// SPDX-License-Identifier: Apache-2.0
//
// Secret memory of the process: SecretBytes in two tiers.

#ifndef KEYSEAT_SECRET_H
#define KEYSEAT_SECRET_H

#include <keyseat/sdk/secret.h>

#include <cstddef>

namespace keyseat {

using sdk::as_bytes;
using sdk::as_text;
using sdk::Bytes;
using sdk::BytesView;
using sdk::SecretBytes;
using sdk::SecretMemory;

// Memory for keys, CEKs, PINs and passphrases: 1 MiB for the process, locked into RAM. It is left out
// of core dumps, wiped in a child after fork() and wiped on release; locks are not inherited by such a
// child, so it shall exec. The call throws Error(protector_unavailable) when the memory cannot be
// locked (RLIMIT_MEMLOCK); allocating throws std::bad_alloc when it is spent. Thread-safe.
SecretMemory key_memory();

// Memory for definitions and credential payloads: grows as needed, locked as far as the limit allows,
// otherwise the same. Thread-safe.
SecretMemory document_memory();

// Bytes of document memory that could not be locked into RAM so far; 0 when all of it is.
std::size_t unlocked_document_memory();

} // namespace keyseat

#endif
