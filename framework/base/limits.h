// SPDX-License-Identifier: Apache-2.0
//
// Limits that several rooms hold to.

#ifndef KEYSEAT_BASE_LIMITS_H
#define KEYSEAT_BASE_LIMITS_H

#include <cstddef>

namespace keyseat {

inline constexpr std::size_t kMaxRecipients = 16; // of one credential

} // namespace keyseat

#endif
