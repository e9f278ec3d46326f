// SPDX-License-Identifier: Apache-2.0
#include "host/plugin_error.h"

#include <fmt/format.h>

#include <array>
#include <system_error>
#include <vector>

#include "host/foreign_text.h"

namespace keyseat {
namespace {

// What each status is to the caller, and what to say where the plugin does not.
struct Meaning {
   keyseat_status status;
   ErrorCode code;
   const char *message;
   const char *hint;
};

constexpr std::array kMeanings{
      Meaning{KEYSEAT_E_UNSUPPORTED, ErrorCode::unsupported, "does not offer that", ""},
      Meaning{KEYSEAT_E_CONFIG, ErrorCode::config_invalid, "its configuration cannot be used", ""},
      Meaning{KEYSEAT_E_KEY_MISSING, ErrorCode::key_missing, "there is no key", ""},
      Meaning{KEYSEAT_E_KEY_EXISTS, ErrorCode::key_exists, "there is a key already", ""},
      Meaning{KEYSEAT_E_LIMIT, ErrorCode::unsupported, "a value is larger than it takes", ""},
      Meaning{KEYSEAT_E_DENIED, ErrorCode::protector_unavailable, "permission denied", ""},
      Meaning{KEYSEAT_E_KEY_LOST, ErrorCode::no_recipient, "the key is lost for good",
              "open the credential with another of its recipients"},
      Meaning{KEYSEAT_E_AUTH_REQUIRED, ErrorCode::auth_required, "needs a PIN or passphrase", ""},
      Meaning{KEYSEAT_E_AUTH_FAILED, ErrorCode::auth_failed, "wrong PIN or passphrase", ""},
      Meaning{KEYSEAT_E_AUTH_LOCKED, ErrorCode::auth_locked, "locked after wrong answers", ""},
      Meaning{KEYSEAT_E_DECLINED, ErrorCode::declined, "declined", ""},
      Meaning{KEYSEAT_E_TAMPERED, ErrorCode::credential_refused,
              "the encrypted key does not unwrap under this key", ""},
      Meaning{KEYSEAT_E_TOO_NEW, ErrorCode::credential_refused,
              "the encrypted key was made by a newer version of the plugin", "update the plugin"},
      Meaning{KEYSEAT_E_UNAVAILABLE, ErrorCode::protector_unavailable, "cannot be reached", ""},
      Meaning{KEYSEAT_E_BUSY, ErrorCode::protector_unavailable, "busy", "try again"},
      Meaning{KEYSEAT_E_TIMEOUT, ErrorCode::protector_unavailable, "took too long", "try again"},
      Meaning{KEYSEAT_E_CANCELLED, ErrorCode::protector_unavailable, "cancelled", ""},
      Meaning{KEYSEAT_E_NO_MEMORY, ErrorCode::protector_unavailable, "out of memory", ""},
      Meaning{KEYSEAT_E_IO, ErrorCode::protector_unavailable, "reading or writing failed", ""},
      Meaning{KEYSEAT_E_INTERNAL, ErrorCode::plugin_defect, "a defect in the plugin", ""},
};

const Meaning *meaning_of(keyseat_status status) {
   for (const Meaning &meaning : kMeanings) {
      if (meaning.status == status) return &meaning;
   }
   return nullptr; // NOT_MINE, too: an answer of unwrap and inspect only, and no failure there
}

std::string wait_in_words(std::uint32_t milliseconds) {
   const std::uint32_t seconds = milliseconds / 1000 + (milliseconds % 1000 != 0 ? 1 : 0);
   return seconds < 120 ? fmt::format("try again in {} s", seconds)
                        : fmt::format("try again in {} min", (seconds + 59) / 60);
}

std::string native_in_words(const Explanation &said) {
   if (said.native_domain == "errno") {
      return std::generic_category().message(static_cast<int>(said.native_code));
   }
   const std::string domain = said.native_domain.empty() ? "native" : said.native_domain;
   return said.native_code < 0 ? fmt::format("{} code {}", domain, said.native_code)
                               : fmt::format("{} code {:#x}", domain, said.native_code);
}

std::string details_in_words(const Explanation &said) {
   std::vector<std::string> details;
   if (said.tries_left == 1) details.emplace_back("1 try left");
   if (said.tries_left == 0 || said.tries_left > 1) {
      details.push_back(fmt::format("{} tries left", said.tries_left));
   }
   if (said.retry_after_ms > 0) details.push_back(wait_in_words(said.retry_after_ms));
   if (said.native_code != 0) details.push_back(native_in_words(said));
   return details.empty() ? "" : fmt::format(" ({})", fmt::join(details, "; "));
}

} // namespace

std::optional<Explanation> copy_explanation(const keyseat_error &error) {
   if (!KEYSEAT_HAS(keyseat_error, &error, option)) return std::nullopt;
   Explanation said;
   said.status = error.status;
   said.retry_after_ms = error.retry_after_ms;
   said.tries_left = error.tries_left;
   said.native_code = error.native_code;
   said.native_domain = foreign_text(error.native_domain);
   said.message = foreign_text(error.message);
   said.hint = foreign_text(error.hint);
   said.option = foreign_text(error.option);
   return said;
}

Error plugin_error(std::string_view who, keyseat_status status,
                   const std::optional<Explanation> &explanation) {
   const Meaning *meaning = meaning_of(status);
   if (meaning == nullptr) {
      return plugin_defect(
            who, fmt::format("it returned the status {}, which has no meaning here", status));
   }
   Explanation said;
   if (explanation && explanation->status == status) said = *explanation;

   std::string message = fmt::format("{}: ", who);
   if (!said.option.empty()) message += fmt::format("option '{}': ", said.option);
   message += said.message.empty() ? meaning->message : said.message;
   message += details_in_words(said);

   Error error(meaning->code, std::move(message));
   error.hint(said.hint.empty() ? meaning->hint : said.hint);
   if (!said.option.empty()) error.at(Place{.file = {}, .pointer = pointer_to(said.option)});
   return error;
}

Error plugin_defect(std::string_view who, std::string_view what) {
   return Error(ErrorCode::plugin_defect, fmt::format("{}: a defect in the plugin: {}", who, what))
         .hint("report it to the plugin's vendor");
}

std::string pointer_to(std::string_view name) {
   std::string pointer = "/";
   for (const char c : name) {
      if (c == '~') {
         pointer += "~0";
      } else if (c == '/') {
         pointer += "~1";
      } else {
         pointer += c;
      }
   }
   return pointer;
}

} // namespace keyseat
