// SPDX-License-Identifier: Apache-2.0
#include "host/json_shape.h"

#include <keyseat/sdk/jose/json.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace keyseat {
namespace {

using nlohmann::json;

// Discarded where the text is not JSON. Everything here is public and limited in size by its sink.
json parse(std::string_view text) { return json::parse(text, nullptr, false); }

} // namespace

bool is_json_object(std::string_view text) { return parse(text).is_object(); }

bool is_json_array(std::string_view text) { return parse(text).is_array(); }

bool is_flat_json_object(std::string_view text) {
   const json value = parse(text);
   return value.is_object() && std::all_of(value.begin(), value.end(), [](const json &member) {
             return member.is_string() || member.is_number() || member.is_boolean();
          });
}

bool has_text_member(std::string_view text, std::string_view name) {
   // Of each header that is made: by the reader that only notes where values lie.
   try {
      const sdk::jose::JsonTree tree(text);
      const sdk::jose::JsonValue member = tree.root().find(name);
      return member.is(sdk::jose::JsonKind::string) && !member.text_is("");
   } catch (const sdk::jose::JsonError &) {
      return false;
   }
}

bool has_private_jwk_member(std::string_view text) {
   constexpr std::array kPrivate{"d", "p", "q", "dp", "dq", "qi", "oth", "k"};
   const json value = parse(text);
   return value.is_object() && std::any_of(kPrivate.begin(), kPrivate.end(),
                                           [&](const char *name) { return value.contains(name); });
}

} // namespace keyseat
