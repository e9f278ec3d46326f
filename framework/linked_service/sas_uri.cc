// SPDX-License-Identifier: Apache-2.0

#include "linked_service/sas_uri.h"

#include "linked_service/expression.h"

#include "base/text.h"

#include <algorithm>

namespace keyseat {

namespace {

constexpr auto kNone = std::string_view::npos;

// The value of the parameter `sig`; empty where there is none.
std::string_view signature(std::string_view query) {
   while (!query.empty()) {
      const std::size_t end = std::min(find_outside_interpolations(query, "&", 0), query.size());
      const std::string_view parameter = query.substr(0, end);
      if (parameter.size() >= 4 && equal_no_case(parameter.substr(0, 4), "sig=")) {
         return parameter.substr(4);
      }
      query.remove_prefix(std::min(end + 1, query.size()));
   }
   return {};
}

} // namespace

std::optional<SplitText> split_sas_uri(std::string_view text) {
   SplitText result;
   const std::size_t begin = find_outside_interpolations(text, "?#", 0);
   const std::string_view base = text.substr(0, begin);
   result.is_redirectable = has_interpolation(base);
   result.has_expression = has_interpolation(text);
   if (!signature(base).empty()) return std::nullopt;
   if (begin == kNone || text[begin] == '#') return result;
   const std::size_t end = std::min(find_outside_interpolations(text, "#", begin), text.size());
   const std::string_view query = text.substr(begin + 1, end - begin - 1);
   if (query.empty() || is_interpolation(query) || is_interpolation(signature(query)))
      return result;
   result.secrets.push_back({begin, end});
   return result;
}

bool has_signature(std::string_view text) {
   const std::size_t begin = text.find('?');
   if (begin == kNone || text.find("://") > begin) return false;
   const std::string_view value = signature(text.substr(begin + 1));
   return !value.empty() && !is_interpolation(value);
}

} // namespace keyseat
