// SPDX-License-Identifier: Apache-2.0
//
// Details: a flat JSON object, written member by member: what status() tells tools, and what
// keyseat.inspect/1 explains.

#ifndef KEYSEAT_SDK_JOSE_DETAILS_H
#define KEYSEAT_SDK_JOSE_DETAILS_H

#include <keyseat/sdk/jose/json.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace keyseat::sdk::jose {

class Details {
 public:
   void add(std::string_view name, std::string_view value) { add_raw(name, json_quote(value)); }
   void add(std::string_view name, const char *value) { add(name, std::string_view(value)); }
   void add(std::string_view name, std::int64_t value) { add_raw(name, std::to_string(value)); }
   void add(std::string_view name, bool value) { add_raw(name, value ? "true" : "false"); }

   // All members of `others`, whose names differ from those that are here.
   void add(const Details &others) {
      if (!members_.empty() && !others.members_.empty()) members_ += ',';
      members_ += others.members_;
   }

   std::string json() const { return "{" + members_ + "}"; }

 private:
   void add_raw(std::string_view name, const std::string &value) {
      if (!members_.empty()) members_ += ',';
      members_ += json_quote(name) + ':' + value;
   }

   std::string members_;
};

} // namespace keyseat::sdk::jose

#endif
