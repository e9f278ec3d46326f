// SPDX-License-Identifier: Apache-2.0
#include <keyseat/error.h>

#include <algorithm>
#include <array>
#include <utility>

namespace keyseat {
namespace {

struct CodeFacts {
   ErrorCode code;
   std::string_view name;
   int exit_code;
};

constexpr std::array kCodes{
      CodeFacts{ErrorCode::usage, "usage", 2},
      CodeFacts{ErrorCode::output_exists, "output-exists", 2},
      CodeFacts{ErrorCode::config_invalid, "config-invalid", 3},
      CodeFacts{ErrorCode::config_untrusted, "config-untrusted", 3},
      CodeFacts{ErrorCode::plugin_unknown, "plugin-unknown", 3},
      CodeFacts{ErrorCode::protector_unknown, "protector-unknown", 3},
      CodeFacts{ErrorCode::definition_invalid, "definition-invalid", 4},
      CodeFacts{ErrorCode::definition_contradicts, "definition-contradicts", 4},
      CodeFacts{ErrorCode::plugin_refused, "plugin-refused", 5},
      CodeFacts{ErrorCode::plugin_defect, "plugin-defect", 5},
      CodeFacts{ErrorCode::unsupported, "unsupported", 5},
      CodeFacts{ErrorCode::protector_unavailable, "protector-unavailable", 6},
      CodeFacts{ErrorCode::key_missing, "key-missing", 6},
      CodeFacts{ErrorCode::key_exists, "key-exists", 6},
      CodeFacts{ErrorCode::auth_required, "auth-required", 7},
      CodeFacts{ErrorCode::auth_failed, "auth-failed", 7},
      CodeFacts{ErrorCode::auth_locked, "auth-locked", 7},
      CodeFacts{ErrorCode::declined, "declined", 7},
      CodeFacts{ErrorCode::credential_refused, "credential-refused", 8},
      CodeFacts{ErrorCode::binding_differs, "binding-differs", 8},
      CodeFacts{ErrorCode::no_recipient, "no-recipient", 9},
      CodeFacts{ErrorCode::io, "io", 11},
      CodeFacts{ErrorCode::internal, "internal", 70},
};

// The table stands in the order of the enumeration, so that a code is its own index.
constexpr bool in_order() {
   for (std::size_t i = 0; i < kCodes.size(); ++i) {
      if (static_cast<std::size_t>(kCodes[i].code) != i) return false;
   }
   return kCodes.back().code == ErrorCode::internal;
}
static_assert(in_order());

const CodeFacts &facts(ErrorCode code) {
   return kCodes[std::min(static_cast<std::size_t>(code), kCodes.size() - 1)];
}

} // namespace

std::string_view error_name(ErrorCode code) { return facts(code).name; }

int exit_code(ErrorCode code) { return facts(code).exit_code; }

Error::Error(ErrorCode code, std::string message) : code_(code), message_(std::move(message)) {}

Error &Error::hint(std::string text) & {
   hint_ = std::move(text);
   return *this;
}

Error &&Error::hint(std::string text) && {
   hint_ = std::move(text);
   return std::move(*this);
}

Error &Error::at(Place place) & {
   place_ = std::move(place);
   return *this;
}

Error &&Error::at(Place place) && {
   place_ = std::move(place);
   return std::move(*this);
}

Error &Error::in_file(std::string file) & {
   for (Error &other : others_)
      other.in_file(file);
   if (place_.file.empty()) place_.file = std::move(file);
   return *this;
}

Error &&Error::in_file(std::string file) && {
   static_cast<Error &>(*this).in_file(std::move(file));
   return std::move(*this);
}

Error &&Error::with(std::vector<Error> others) && {
   others_ = std::move(others);
   return std::move(*this);
}

} // namespace keyseat
