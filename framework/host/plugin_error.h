// SPDX-License-Identifier: Apache-2.0
//
// From a plugin's status and explanation to an Error.

#ifndef KEYSEAT_HOST_PLUGIN_ERROR_H
#define KEYSEAT_HOST_PLUGIN_ERROR_H

#include <keyseat/error.h>
#include <keyseat/plugin/status.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace keyseat {

// What a plugin said by keyseat_call.fail: a copy of keyseat_error, its text printable.
struct Explanation {
   keyseat_status status = KEYSEAT_OK;
   std::uint32_t retry_after_ms = 0;
   std::int32_t tries_left = -1;
   std::int64_t native_code = 0;
   std::string native_domain;
   std::string message;
   std::string hint;
   std::string option;
};

// None when `error` is too short to be one.
std::optional<Explanation> copy_explanation(const keyseat_error &error);

// The Error for a status that is not KEYSEAT_OK. Its message is "WHO: what happened", with tries left,
// when to try again and the native code in words. An explanation of another status does not count
// (R-ERR-1); a status that nobody knows is a defect (R-ERR-3). An option that is to blame is in
// place().pointer, relative to the protector's `config` object.
Error plugin_error(std::string_view who, keyseat_status status,
                   const std::optional<Explanation> &explanation);

// Error(plugin_defect): `who` broke a rule of the contract; `what` says how.
Error plugin_defect(std::string_view who, std::string_view what);

// "/NAME" as a JSON pointer (RFC 6901).
std::string pointer_to(std::string_view name);

} // namespace keyseat

#endif
