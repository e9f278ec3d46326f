// SPDX-License-Identifier: Apache-2.0
#include "cli/kid_argument.h"

#include <keyseat/sdk/jose/encoding.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace keyseat::cli {

namespace {

bool is_thumbprint_like_option(std::string_view word) {
   constexpr std::size_t kThumbprint = 32; // bytes
   if (!word.starts_with('-')) return false;
   const auto bytes = sdk::jose::base64url_decode(word);
   return bytes && bytes->size() == kThumbprint;
}

} // namespace

std::vector<std::string> with_kid_last(std::vector<std::string> arguments) {
   const auto end = std::find(arguments.begin(), arguments.end(), "--");
   const auto group = std::find(arguments.begin(), end, "protector");
   if (std::find(group, end, "destroy") == end) return arguments;
   const auto kid = std::find_if(group, end, is_thumbprint_like_option);
   if (kid == end) return arguments;
   const bool has_end = end != arguments.end();
   std::string moved = *kid;
   arguments.erase(kid);
   if (!has_end) arguments.emplace_back("--");
   arguments.push_back(std::move(moved));
   return arguments;
}

} // namespace keyseat::cli
