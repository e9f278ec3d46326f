// SPDX-License-Identifier: Apache-2.0
//
// What each function of a plugin came to, and what a test says of it: EXPECT_TRUE(is_ok(outcome)). Where
// it is not as the test wants it, the failure names the status and says what the plugin said.

#ifndef KEYSEAT_TESTS_CONTRACT_OUTCOME_H
#define KEYSEAT_TESTS_CONTRACT_OUTCOME_H

#include <keyseat/plugin/status.h>

#include <gtest/gtest.h>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

namespace contract {

using Bytes = std::vector<std::uint8_t>;

// A text that a plugin may leave out.
inline const char *or_empty(const char *text) { return text == nullptr ? "" : text; }

// What a plugin said about a failure.
struct Explained {
   keyseat_status status;
   std::string message;
   std::string hint;
   std::string option;
   std::string native_domain;
   std::int64_t native_code;

   friend bool operator==(const Explained &a, const Explained &b) {
      return a.status == b.status && a.message == b.message && a.hint == b.hint &&
             a.option == b.option && a.native_domain == b.native_domain &&
             a.native_code == b.native_code;
   }
};

// The values mean something only when `status` is OK.
struct Outcome {
   keyseat_status status = KEYSEAT_E_INTERNAL;
   std::optional<Explained> explained;
};
struct StatusOutcome : Outcome {
   std::uint32_t health = 0;
   std::uint32_t capabilities = 0;
   std::string kid, message, details;
};
struct Wrapped : Outcome {
   std::string header;
   Bytes encrypted_key;
};
struct Unwrapped : Outcome {
   Bytes cek;
};
struct TextOutcome : Outcome {
   std::string text;
};
struct ListedKey {
   std::uint32_t state, capabilities;
   std::int64_t created_at;
   std::string kid, label, key_type, alg;
};
struct ListOutcome : Outcome {
   std::vector<ListedKey> keys;
};

testing::AssertionResult is_ok(const Outcome &outcome);
testing::AssertionResult fails_with(keyseat_status status, const Outcome &outcome);
testing::AssertionResult is_one_of(std::initializer_list<keyseat_status> statuses,
                                   const Outcome &outcome);

// OK, with this CEK. No CEK is shown.
testing::AssertionResult yields(const Bytes &cek, const Unwrapped &outcome);

} // namespace contract

#endif
