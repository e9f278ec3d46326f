// SPDX-License-Identifier: Apache-2.0
//
// Descriptor: a protection descriptor of DPAPI-NG, as far as this plugin reads it. Windows alone decides
// what one means; this is what a protector says of itself before Windows is asked.
//
//    descriptor    conjunction *(" OR " conjunction)
//    conjunction   protector *(" AND " protector)
//    protector     name "=" value      SID, SDDL, LOCAL, WEBCREDENTIALS, CERTIFICATE, in any case
//
// The separators are in capitals ("Protection Descriptors", CNG DPAPI, Microsoft).

#ifndef DPAPI_DESCRIPTOR_H
#define DPAPI_DESCRIPTOR_H

#include <cstdint>
#include <string_view>

namespace dpapi {

// KEYSEAT_CAP_MACHINE_BOUND and _USER_BOUND where every alternative is, KEYSEAT_CAP_NETWORK where one
// may ask a domain controller. Thread-safe.
std::uint32_t capabilities_of_descriptor(std::string_view descriptor);

// Whether every alternative has LOCAL=logon: what it protects nobody opens after the session. Thread-safe.
bool ends_with_session(std::string_view descriptor);

} // namespace dpapi

#endif
