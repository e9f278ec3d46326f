// SPDX-License-Identifier: Apache-2.0
//
// PCRs: which platform configuration registers a key is bound to, and to which values.

#ifndef TPM2_PCRS_H
#define TPM2_PCRS_H

#include "tpm.h"

#include <keyseat/sdk/bytes.h>

#include <string>
#include <string_view>
#include <vector>

namespace tpm2 {

using keyseat::sdk::Bytes;
using keyseat::sdk::BytesView;

// Registers of one bank. In the notation of tpm2-tools: "sha256:7,11".
struct PcrSelection {
   TPM2_ALG_ID bank = TPM2_ALG_SHA256;
   std::vector<unsigned> indexes; // ascending, 0 to 23, at least one

   // Throws Failure(E_CONFIG) that names the option `pcrs`.
   static PcrSelection parse(std::string_view text);
   std::string text() const;

   TPML_PCR_SELECTION tpml() const;

   friend bool operator==(const PcrSelection &a, const PcrSelection &b) {
      return a.bank == b.bank && a.indexes == b.indexes;
   }
};

// One value for each register, in the order of `indexes`.
struct PcrValues {
   PcrSelection selection;
   std::vector<Bytes> values;

   // SHA-256 over all values: what TPM2_PolicyPCR takes.
   Bytes digest() const;
};

// Reads the registers as they are now. `session`: one that authenticates the answer, or ESYS_TR_NONE.
// Throws Failure(E_UNSUPPORTED) where the TPM has no such bank; TpmFailure.
PcrValues read_pcrs(Tpm &tpm, const PcrSelection &selection, ESYS_TR session = ESYS_TR_NONE);

// The registers that differ, in words: "PCR 7", "PCRs 7 and 11"; empty where none does.
std::string changed_pcrs(const PcrValues &expected, const PcrValues &now);

} // namespace tpm2

#endif
