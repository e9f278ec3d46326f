// SPDX-License-Identifier: Apache-2.0
//
// SelfTestReport: what keyseat.self-test/1 answers, and tests that every plugin can run.

#ifndef KEYSEAT_SDK_JOSE_SELF_TEST_REPORT_H
#define KEYSEAT_SDK_JOSE_SELF_TEST_REPORT_H

#include <keyseat/sdk/jose/json.h>
#include <keyseat/sdk/protector.h>

#include <string>
#include <string_view>

namespace keyseat::sdk::jose {

class SelfTestReport {
 public:
   void add(std::string_view name, bool passed, std::string_view detail) {
      if (!rows_.empty()) rows_ += ',';
      rows_ += "{\"name\":" + json_quote(name) + ",\"passed\":" + (passed ? "true" : "false") +
               ",\"detail\":" + json_quote(detail) + "}";
   }
   std::string json() const { return "[" + rows_ + "]"; }

 private:
   std::string rows_;
};

// Rows `aes-key-wrap` and `concat-kdf`: known answers of RFC 3394 and RFC 7518.
void test_primitives(const Call &call, SelfTestReport &report);

// Rows `round-trip` and `refusal`: a random CEK comes back from the protector, and does not when the
// last bit of its encrypted key is another one. Throws what the protector throws but E_TAMPERED.
void test_round_trip(const Call &call, Protector &protector, SelfTestReport &report);

} // namespace keyseat::sdk::jose

#endif
