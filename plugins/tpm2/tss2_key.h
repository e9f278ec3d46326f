// SPDX-License-Identifier: Apache-2.0
//
// Tss2Key: a key of a TPM outside of the TPM, in the format that the ecosystem's tools share: TSS2
// PRIVATE KEY, ASN.1 in PEM (draft-bottomley, "ASN.1 Specification for TPM 2.0 Key Files").
//
//    TPMKey ::= SEQUENCE {
//      type       OBJECT IDENTIFIER        2.23.133.10.1.3: a loadable key; 2.23.133.10.1.5: a sealed secret
//      emptyAuth  [0] EXPLICIT BOOLEAN     whether it works without a PIN
//      policy     [1] EXPLICIT SEQUENCE OF TPMPolicy OPTIONAL
//      parent     INTEGER                  the handle of the storage root
//      pubkey     OCTET STRING             TPM2B_PUBLIC
//      privkey    OCTET STRING }           TPM2B_PRIVATE
//    TPMPolicy ::= SEQUENCE { commandCode [0] EXPLICIT INTEGER, commandPolicy [1] EXPLICIT OCTET STRING }

#ifndef TPM2_TSS2_KEY_H
#define TPM2_TSS2_KEY_H

#include "policy.h"
#include "storage_root.h"

#include <string>
#include <string_view>

namespace tpm2 {

struct Tss2Key {
   bool is_sealed = false;
   ParentHandle parent = TPM2_RH_OWNER;
   TPM2B_PUBLIC public_area{};
   TPM2B_PRIVATE private_area{};
};

// DER; `policy` is what the TPM asks for, for tools that ask what that is.
Bytes tss2_key_der(const Tss2Key &key, const Policy &policy);

// Reads the DER of a key, its policy aside, which the public area fixes. Throws Failure(E_CONFIG).
Tss2Key read_tss2_key(BytesView der);

// PEM around it, and the first such block in a text. Throws Failure(E_CONFIG) when there is none.
std::string pem_block(BytesView der);
Bytes find_pem_block(std::string_view text);

} // namespace tpm2

#endif
