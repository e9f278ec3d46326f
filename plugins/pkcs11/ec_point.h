// SPDX-License-Identifier: Apache-2.0
//
// Curves and points as Cryptoki writes them: CKA_EC_PARAMS and CKA_EC_POINT (PKCS #11 2.40 section
// 2.3.3; RFC 5480; SEC 1 section 2.3).

#ifndef PKCS11_EC_POINT_H
#define PKCS11_EC_POINT_H

#include "cryptoki.h"

#include <keyseat/sdk/jose/jwk.h>

#include <optional>

namespace pkcs11 {

struct EcPoint {
   Bytes x;
   Bytes y;
};

// P-256 or P-384, by its object identifier in DER; none for other curves and forms.
std::optional<keyseat::sdk::jose::KeyType> curve_of(BytesView parameters);

// CKA_EC_PARAMS of a curve.
Bytes parameters_of(keyseat::sdk::jose::KeyType type);

// An uncompressed point, in the DER OCTET STRING that the standard wants or as it is, which some
// modules return: its length tells. None for anything else. Whether it lies on the curve is not
// judged.
std::optional<EcPoint> read_point(keyseat::sdk::jose::KeyType type, BytesView encoded);

// The same the other way round, for CK_ECDH1_DERIVE_PARAMS.
Bytes write_point(const EcPoint &point, bool in_der);

} // namespace pkcs11

#endif
