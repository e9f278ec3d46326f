// SPDX-License-Identifier: Apache-2.0
//
// Details: a flat JSON object, written member by member.

#ifndef PKCS11_DETAILS_H
#define PKCS11_DETAILS_H

#include <keyseat/sdk/jose/json.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace pkcs11 {

class Details {
 public:
   void add(std::string_view name, std::string_view value) {
      add_raw(name, keyseat::sdk::jose::json_quote(value));
   }
   void add(std::string_view name, const char *value) { add(name, std::string_view(value)); }
   void add(std::string_view name, std::int64_t value) { add_raw(name, std::to_string(value)); }
   void add(std::string_view name, bool value) { add_raw(name, value ? "true" : "false"); }

   std::string json() const { return "{" + members_ + "}"; }

 private:
   void add_raw(std::string_view name, const std::string &value) {
      if (!members_.empty()) members_ += ',';
      members_ += keyseat::sdk::jose::json_quote(name) + ':' + value;
   }

   std::string members_;
};

} // namespace pkcs11

#endif
