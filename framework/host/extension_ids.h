// SPDX-License-Identifier: Apache-2.0
//
// The ids of the extensions that the host knows.

#ifndef KEYSEAT_HOST_EXTENSION_IDS_H
#define KEYSEAT_HOST_EXTENSION_IDS_H

#include <keyseat/plugin/ext_approve.h>
#include <keyseat/plugin/ext_keys.h>
#include <keyseat/plugin/ext_public_key.h>
#include <keyseat/plugin/ext_self_test.h>

#include <array>

namespace keyseat {

// By Extension (protector.h).
inline constexpr std::array kExtensionIds{KEYSEAT_EXT_KEYS, KEYSEAT_EXT_PUBLIC_KEY,
                                          KEYSEAT_EXT_APPROVE, KEYSEAT_EXT_SELF_TEST};

} // namespace keyseat

#endif
