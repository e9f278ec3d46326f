// SPDX-License-Identifier: Apache-2.0
//
// StorageRoot: the key under which this plugin's keys lie, and to which its sessions are salted.

#ifndef TPM2_STORAGE_ROOT_H
#define TPM2_STORAGE_ROOT_H

#include "tpm.h"

#include <keyseat/sdk/bytes.h>

#include <string>

namespace tpm2 {

using keyseat::sdk::Bytes;
using keyseat::sdk::BytesView;

// Where the storage root is: TPM2_RH_OWNER, to be made from its template each time, or the handle of a
// persistent one.
using ParentHandle = TPM2_HANDLE;

// "owner", or a persistent handle "0x81000001". Throws Failure(E_CONFIG) that names the option `parent`.
ParentHandle parse_parent(const std::string &text);
std::string parent_text(ParentHandle parent);

struct StorageRoot {
   Handle handle;
   Bytes name;
};

// Throws TpmFailure; Failure(E_UNAVAILABLE) where there is no such persistent key, E_DENIED where the
// owner hierarchy has a password.
StorageRoot load_storage_root(Tpm &tpm, ParentHandle parent);

// Throws Failure(E_KEY_LOST) unless the storage root has this name. To be asked before a session is
// salted to it: another chip, put in place of the right one, would learn what crosses.
void require_name(const StorageRoot &root, BytesView expected);

} // namespace tpm2

#endif
