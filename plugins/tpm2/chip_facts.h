// SPDX-License-Identifier: Apache-2.0
//
// ChipFacts: what a TPM says about itself to anybody, without using a key and without a try of a PIN.

#ifndef TPM2_CHIP_FACTS_H
#define TPM2_CHIP_FACTS_H

#include "tpm.h"

#include <cstdint>
#include <string>

namespace tpm2 {

struct ChipFacts {
   std::string manufacturer; // "IFX", "INTC", "IBM"
   std::string firmware;     // "7.85.4555.0"
   bool is_locked = false;   // dictionary-attack lockout
   std::uint32_t tries_left = 0;
   std::uint32_t recovery_seconds = 0; // after which one try comes back; 0: never by itself
};

// Throws TpmFailure.
ChipFacts read_chip_facts(Tpm &tpm);

// "another 118 s": the longest that the lockout can last if nobody tries meanwhile. Throws
// Failure(E_AUTH_LOCKED) when `facts` says that the TPM is locked.
void require_unlocked(const ChipFacts &facts);

} // namespace tpm2

#endif
