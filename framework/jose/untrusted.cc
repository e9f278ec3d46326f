// SPDX-License-Identifier: Apache-2.0

#include "jose/untrusted.h"

#include <keyseat/sdk/jose/encoding.h>

#include <charconv>
#include <cmath>
#include <system_error>

namespace keyseat {

using sdk::jose::JsonKind;
using sdk::jose::JsonValue;

Error refused(std::string_view why) {
   return {ErrorCode::credential_refused, "the credential is refused: " + std::string(why)};
}

void require_members(JsonValue object, std::string_view what,
                     std::initializer_list<std::string_view> names) {
   if (!object.is(JsonKind::object)) throw refused(std::string(what) + " is no JSON object");
   for (const std::string_view name : names) {
      if (object.find(name).exists()) continue;
      throw refused(std::string(what) + " has no member \"" + std::string(name) + '"');
   }
   if (object.size() != names.size()) {
      throw refused(std::string(what) + " has a member that does not belong there");
   }
}

bool has_exact_numbers(JsonValue value) {
   if (value.is(JsonKind::number)) {
      constexpr double kLimit = 9007199254740992.0; // 2^53
      const std::string_view raw = value.raw();
      double number = 0;
      const auto result = std::from_chars(raw.data(), raw.data() + raw.size(), number);
      return result.ec == std::errc() && std::fabs(number) < kLimit;
   }
   for (JsonValue child = value.first(); child.exists(); child = child.next()) {
      if (!has_exact_numbers(child)) return false;
   }
   return true;
}

std::string read_text(JsonValue object, std::string_view member) {
   const JsonValue value = object.find(member);
   if (!value.is(JsonKind::string)) {
      throw refused('"' + std::string(member) + "\" is no string");
   }
   return value.public_text();
}

Bytes read_octets(JsonValue object, std::string_view member) {
   const JsonValue value = object.find(member);
   if (value.is(JsonKind::string) && value.raw().find('\\') == std::string_view::npos) {
      const std::string_view text = value.raw().substr(1, value.raw().size() - 2);
      if (auto octets = sdk::jose::base64url_decode(text)) return std::move(*octets);
   }
   return decode_octets(read_text(object, member), '"' + std::string(member) + '"');
}

Bytes read_octets(JsonValue object, std::string_view member, std::size_t size) {
   Bytes octets = read_octets(object, member);
   if (octets.size() != size) {
      throw refused('"' + std::string(member) + "\" has the wrong size");
   }
   return octets;
}

Bytes decode_octets(std::string_view text, std::string_view what) {
   std::optional<Bytes> octets = sdk::jose::base64url_decode(text);
   if (!octets) throw refused(std::string(what) + " is no base64url");
   return std::move(*octets);
}

} // namespace keyseat
