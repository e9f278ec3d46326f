// SPDX-License-Identifier: Apache-2.0
//
// TpmKeyFile: the key file of this plugin, format "keyseat-tpm2/1". A JSON object, and behind it the key as
// other TPM tools read it, which pass over text before a PEM block (RFC 7468 section 2):
//
//    {
//      "format": "keyseat-tpm2/1",
//      "mode": "sealed",                     or "resident"
//      "key_type": "P-256",
//      "root_name": "<hex>",                 the name of the storage root, checked before it is trusted
//      "pin": true,                          absent: false
//      "pcrs": "sha256:7,11",                absent: none
//      "values": ["<hex>", "<hex>"],         bound to these, where there is no approval key
//      "approval_key": {"x": "<hex>", "y": "<hex>"},
//      "ref": "<hex>",                       policyRef of its approvals
//      "approvals": [ ... ],                 the one from the beginning (approvals.h)
//      "created_at": 1750000000,
//      "jwk": "<JWE>"                        mode sealed: the private JWK
//    }
//    -----BEGIN TSS2 PRIVATE KEY-----
//    ...
//
// A sealed key is 32 random bytes, and "jwk" is a JWE in compact serialization under them ("alg":"dir",
// "enc":"A256GCM"), so that a TPM, which seals 128 bytes at most, keeps a key of any type, and whoever
// unseals it with other tools opens the rest with any JOSE library. Members that are not known are
// passed over; what changes the meaning of others changes the number of the format.

#ifndef TPM2_TPM_KEY_FILE_H
#define TPM2_TPM_KEY_FILE_H

#include "approvals.h"
#include "policy.h"
#include "tss2_key.h"

#include <keyseat/sdk/jose/jwk.h>

#include <string>
#include <string_view>

namespace tpm2 {

namespace jose = keyseat::sdk::jose;

struct TpmKeyFile {
   jose::KeyType type = jose::KeyType::p256;
   Bytes root_name;
   Policy policy;
   Approvals approvals;
   std::int64_t created_at = 0;
   std::string sealed_jwk; // mode sealed
   Tss2Key key;            // key.is_sealed: mode sealed

   // Throws Failure: E_CONFIG for what is no such file, or one whose parts contradict each other;
   // E_TOO_NEW for a later format.
   static TpmKeyFile parse(std::string_view content);

   std::string text() const;
};

} // namespace tpm2

#endif
