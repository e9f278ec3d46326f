// SPDX-License-Identifier: Apache-2.0
//
// Whether the numbers of an RSA key pair belong together.

#ifndef KEYSEAT_SDK_JOSE_RSA_CONSISTENCY_H
#define KEYSEAT_SDK_JOSE_RSA_CONSISTENCY_H

#include "key_material.h"

namespace keyseat::sdk::jose {

// True when `n`, `e` and the secrets (those of kRsaSecretNames, each once) are one key pair as RFC 8017
// section 3.2 defines it: n = p q; d inverts e modulo p-1 and q-1; dp, dq and qi follow from them.
// Does not test that p and q are primes: that takes as long as a hundred unwraps, for a file whose
// author could give the key away in simpler ways. In a time that depends on the sizes of the secrets
// only. Throws Failure(KEYSEAT_E_INTERNAL) when OpenSSL fails.
bool rsa_numbers_agree(const PublicNumbers &numbers, const PrivateNumbers &secrets);

} // namespace keyseat::sdk::jose

#endif
