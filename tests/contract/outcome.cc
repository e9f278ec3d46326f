// SPDX-License-Identifier: Apache-2.0

#include "contract/outcome.h"

#include "contract/status_name.h"

#include <algorithm>

namespace contract {

namespace {

std::string text_of(const Outcome &outcome) {
   std::string text = status_name(outcome.status);
   if (!outcome.explained) return text;
   text += ", explained by \"" + outcome.explained->message + "\"";
   if (!outcome.explained->hint.empty()) text += ", hint \"" + outcome.explained->hint + "\"";
   if (!outcome.explained->option.empty()) text += ", option '" + outcome.explained->option + "'";
   return text;
}

} // namespace

testing::AssertionResult is_ok(const Outcome &outcome) { return is_one_of({KEYSEAT_OK}, outcome); }

testing::AssertionResult fails_with(keyseat_status status, const Outcome &outcome) {
   return is_one_of({status}, outcome);
}

testing::AssertionResult is_one_of(std::initializer_list<keyseat_status> statuses,
                                   const Outcome &outcome) {
   if (std::find(statuses.begin(), statuses.end(), outcome.status) != statuses.end())
      return testing::AssertionSuccess() << text_of(outcome);
   std::string wanted;
   for (const keyseat_status status : statuses)
      wanted += (wanted.empty() ? "" : " or ") + status_name(status);
   return testing::AssertionFailure()
          << "the plugin answers " << text_of(outcome) << "; wanted: " << wanted;
}

testing::AssertionResult yields(const Bytes &cek, const Unwrapped &outcome) {
   if (outcome.status != KEYSEAT_OK) return is_ok(outcome);
   if (outcome.cek.size() != cek.size()) {
      return testing::AssertionFailure() << "the CEK has " << outcome.cek.size()
                                         << " bytes; wanted: " << cek.size() << " (R-WRAP-2)";
   }
   if (outcome.cek != cek) return testing::AssertionFailure() << "another CEK (R-INT-3)";
   return testing::AssertionSuccess();
}

} // namespace contract
