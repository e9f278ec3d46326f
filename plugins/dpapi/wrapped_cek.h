// SPDX-License-Identifier: Apache-2.0
//
// A CEK under a Guard. The encrypted key is
//
//    blob         what CryptProtectData() or NCryptProtectSecret() made of the CEK's 32 bytes
//    commitment   32 bytes: HKDF-SHA-256 of the CEK, no salt, info "keyseat.dpapi commitment", a NUL, and
//                 the SHA-256 of the header's `alg`, a NUL and the blob
//
// Rationale: DPAPI authenticates the secret, but not every byte of its blob (Wine's ignores a third of
// them). With the commitment a blob opens as it was made or not at all, whoever's DPAPI it is, and
// nobody can offer a second blob that opens to the same CEK.

#ifndef DPAPI_WRAPPED_CEK_H
#define DPAPI_WRAPPED_CEK_H

#include "guard.h"

#include <keyseat/sdk/protector.h>

#include <string_view>

namespace dpapi {

using keyseat::sdk::WrappedKey;

inline constexpr std::size_t kCommitmentSize = 32;

// Wraps `cek`, 32 bytes. Throws WindowsError, and Failure for the entropy file.
WrappedKey wrap_cek(const Call &call, const Guard &guard, BytesView cek);

// The blob of an encrypted key; none when it is too short to have one.
std::optional<BytesView> blob_of(BytesView encrypted_key);

// Opens what wrap_cek() made; none when the commitment says that it is something else. Throws
// WindowsError, and Failure for the entropy file.
std::optional<SecretBytes> unwrap_cek(const Call &call, const Guard &guard,
                                      BytesView encrypted_key);

} // namespace dpapi

#endif
