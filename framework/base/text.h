// SPDX-License-Identifier: Apache-2.0
//
// Small questions about public text: showing it, comparing it without case.

#ifndef KEYSEAT_BASE_TEXT_H
#define KEYSEAT_BASE_TEXT_H

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace keyseat {

// `text` with control characters (C0, DEL, C1), bidirectional overrides and invalid UTF-8 written as
// \xNN or \u{NNNN}, so that a name from a file cannot steer a terminal.
std::string printable(std::string_view text);
std::string cut_short(std::string text, std::size_t most); // bytes, whole characters, then "..."
std::string quoted_name(std::string_view name); // in quotes, printable, at most some 80 bytes
std::string printable_list(const std::vector<std::string> &texts); // with ", " between them

// ASCII letters in lower case, everything else unchanged.
std::string ascii_lower(std::string_view text);
bool equal_no_case(std::string_view a, std::string_view b); // ASCII letters only
bool less_no_case(std::string_view a, std::string_view b);  // likewise

// True when `text` matches `pattern`, where * stands for any run of characters other than '/', ** for
// any run at all, ? for one character other than '/'. ASCII letters match without case where
// `no_case`. Linear in text times pattern at worst.
bool matches_glob(std::string_view text, std::string_view pattern, bool no_case);

// The second since 1970-01-01 as RFC 3339 writes it, "2026-11-28T11:45:00Z"; empty before and at it, and
// from the year 10000 on.
std::string utc_text(std::int64_t seconds);

} // namespace keyseat

#endif
