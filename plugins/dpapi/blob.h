// SPDX-License-Identifier: Apache-2.0
//
// Blob: what can be read of the output of CryptProtectData() without opening it, on any system.
//
// Microsoft does not document the layout; it has been the same since Windows 2000. Numbers are
// little-endian, a field without a size is a DWORD, "counted" bytes have their size before them:
//
//    version                1
//    provider               GUID, 16 bytes: df9d8cd0-1501-11d1-8c7a-00c04fc297eb
//    master key version     1
//    master key             GUID, 16 bytes: the name of the master key's file
//    flags                  4: CRYPTPROTECT_LOCAL_MACHINE
//    description            counted; UTF-16, ended by a NUL
//    cipher                 ALG_ID
//    cipher key             bits
//    salt                   counted
//    strong key             counted; empty as a rule
//    hash                   ALG_ID
//    hash output            bits
//    HMAC key               counted
//    data                   counted
//    signature              counted; nothing follows
//
// Wine writes the same layout, with "Wine Crypt32 ok" for both GUIDs.

#ifndef DPAPI_BLOB_H
#define DPAPI_BLOB_H

#include <keyseat/sdk/bytes.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace dpapi {

using keyseat::sdk::Bytes;
using keyseat::sdk::BytesView;

using Guid = std::array<std::uint8_t, 16>; // in the order of the blob

inline constexpr std::uint32_t kLocalMachineFlag = 0x4; // CRYPTPROTECT_LOCAL_MACHINE

// Sizes are in bytes.
struct Blob {
   std::uint32_t version;
   Guid provider;
   std::uint32_t master_key_version;
   Guid master_key;
   std::uint32_t flags;
   std::string description; // UTF-8; what is no UTF-16 shows as U+FFFD
   std::uint32_t cipher;    // ALG_ID
   std::uint32_t cipher_bits;
   std::size_t salt_size;
   std::size_t strong_size;
   std::uint32_t hash; // ALG_ID
   std::uint32_t hash_bits;
   std::size_t hmac_key_size;
   std::size_t data_size;
   std::size_t signature_size;
};

// None for bytes of any other layout. `bytes` is untrusted; the result is as large as they are at most.
std::optional<Blob> read_blob(BytesView bytes);

// "df9d8cd0-1501-11d1-8c7a-00c04fc297eb"
std::string guid_text(const Guid &guid);

// "the system's provider", "Wine's imitation", or "an unknown provider".
std::string provider_name(const Guid &guid);

// "AES-256", "SHA-512", ... of wincrypt.h; otherwise "ALG_ID 0x1234".
std::string algorithm_name(std::uint32_t alg_id);

} // namespace dpapi

#endif
