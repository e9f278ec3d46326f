// SPDX-License-Identifier: Apache-2.0
#include "cli/argument_flaws.h"

#include <fmt/format.h>

#include <utility>

namespace keyseat::cli {

std::string empty_flaw(const std::string &path) {
   return path.empty() ? "an empty text names no file" : "";
}

std::string descriptor_flaw(const std::string &number) {
   constexpr std::size_t kMostDigits = 9; // of what an int holds in any case
   const bool is_number = !number.empty() && number.size() <= kMostDigits &&
                          number.find_first_not_of("0123456789") == std::string::npos;
   return is_number ? "" : "a descriptor is a number such as 3";
}

std::function<std::string(const std::string &word)> one_of(std::string words) {
   return [words = std::move(words)](const std::string &word) {
      const bool is_one = !word.empty() && word.find('|') == std::string::npos &&
                          ('|' + words + '|').find('|' + word + '|') != std::string::npos;
      return is_one ? std::string() : fmt::format("it takes {}", words);
   };
}

} // namespace keyseat::cli
