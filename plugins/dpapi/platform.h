// SPDX-License-Identifier: Apache-2.0
//
// What this plugin needs of Windows: DPAPI, DPAPI-NG, and who is asking. One source for Windows
// implements it, another one says that there is no Windows. Nothing else of the plugin speaks to the
// system.
//
// Thread-safe. Calls act for the identity of the calling thread (R-THR-5). No function shows a dialog.
// All throw WindowsError; secrets leave no copy outside of their SecretMemory.

#ifndef DPAPI_PLATFORM_H
#define DPAPI_PLATFORM_H

#include "windows_error.h"

#include <keyseat/sdk/secret.h>

#include <string>

namespace dpapi {

using keyseat::sdk::Bytes;
using keyseat::sdk::BytesView;
using keyseat::sdk::SecretBytes;
using keyseat::sdk::SecretMemory;

enum class Scope { user, machine };

namespace platform {

// Why DPAPI or DPAPI-NG cannot be used here, in one sentence; empty: it can.
std::string absence();
std::string absence_of_ng();

// What is the same whenever DPAPI opens the same blobs: the account's SID ("S-1-5-21-..."), or the
// machine's MachineGuid.
std::string identity(Scope scope);

// CryptProtectData, CryptUnprotectData. Unprotecting takes the scope from the blob.
Bytes protect(Scope scope, BytesView secret, BytesView entropy);
SecretBytes unprotect(SecretMemory memory, BytesView blob, BytesView entropy);

// NCryptProtectSecret for a protection descriptor ("SID=S-1-5-21-...", "LOCAL=user"), NCryptUnprotectSecret.
// Only where absence_of_ng() is empty.
Bytes protect_ng(const std::string &descriptor, BytesView secret);
SecretBytes unprotect_ng(SecretMemory memory, BytesView blob);

} // namespace platform
} // namespace dpapi

#endif
