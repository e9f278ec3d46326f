// SPDX-License-Identifier: Apache-2.0
//
// Approvals: PCR values that an approval key has signed, in a file beside the key file:
//
//    PATH.approvals    {"format":"keyseat-tpm2-approvals/1","ref":"<hex: policyRef>","approvals":[
//                        {"pcrs":"sha256:7,11","values":["<hex>","<hex>"],
//                         "signature":"<hex: r, s>","approved_at":1750000000}]}
//
// The approval that a key is made with stands in the key file itself; a file of another key's
// approvals is passed over.
//
// Nothing in it is secret, and nothing is believed: the TPM checks the signature. What is signed is
// SHA-256(PolicyPCR digest, policyRef) (TPM 2.0 Library Part 3 section 23.16). An approval stays good
// as long as the key lives; who wants to withdraw one makes a new key.

#ifndef TPM2_APPROVALS_H
#define TPM2_APPROVALS_H

#include "pcrs.h"

#include <keyseat/sdk/call.h>
#include <keyseat/sdk/jose/json.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tpm2 {

struct Approval {
   PcrValues pcrs;
   Bytes signature; // r and s, 32 bytes each
   std::int64_t approved_at = 0;

   TPMT_SIGNATURE tpm_signature() const;
};

class Approvals {
 public:
   static constexpr std::size_t kMost = 16; // kept; older ones are dropped

   Approvals() = default;

   // The JSON array of approvals. Throws Failure(E_CONFIG).
   static Approvals read(keyseat::sdk::jose::JsonValue array);
   std::string json() const;

   // The one of exactly these values, or null; the last one that was added, or null.
   const Approval *find(const PcrValues &values) const;
   const Approval *newest() const { return approvals_.empty() ? nullptr : &approvals_.back(); }

   void add(Approval approval); // in place of one of the same values
   void add(const Approvals &others);

 private:
   std::vector<Approval> approvals_; // oldest first
};

std::string approvals_path(const std::string &key_path); // PATH.approvals

// What stands there; none without such a file, or where it is of a key with another policyRef. Throws
// Failure: E_CONFIG for what is no such file, E_TOO_NEW, and what reading a file can throw.
Approvals read_approvals(const keyseat::sdk::Call &call, const std::string &key_path,
                         BytesView ref);
void write_approvals(const std::string &key_path, BytesView ref, const Approvals &approvals);
void remove_approvals(const std::string &key_path);

} // namespace tpm2

#endif
