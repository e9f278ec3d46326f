// SPDX-License-Identifier: Apache-2.0
#include "config/pin.h"

#include <fmt/format.h>
#include <keyseat/sdk/jose/encoding.h>
#include <keyseat/sdk/jose/json.h>
#include <keyseat/sdk/jose/primitives.h>
#include <keyseat/secret.h>

#include <system_error>

#include "base/files.h"
#include "base/path_text.h"
#include "base/text.h"

namespace keyseat {
namespace {

namespace fs = std::filesystem;
using sdk::jose::json_quote;
using sdk::jose::JsonKind;
using sdk::jose::JsonTree;
using sdk::jose::JsonValue;

constexpr std::size_t kMaxPin = std::size_t{4}
                                << 20; // a text of the largest size, all escaped, fits
constexpr std::size_t kNameDigits = 32;

fs::path pin_folder(const fs::path &user_folder) { return user_folder / "trusted"; }

// Why a file or folder is not this user's word; empty when it is.
std::string why_foreign(const FileFacts &facts) {
   if (!facts.owned_by_me && !facts.owned_by_root) return "belongs to another user";
   if (facts.writable_by_others) return "can be written by other users";
   return {};
}

std::string why_foreign(const fs::path &folder) {
   const auto facts = file_facts(folder);
   return facts ? why_foreign(*facts) : "is gone";
}

std::optional<Pin> parse_pin(JsonValue root, const fs::path &file) {
   const JsonValue text = root.find("text");
   const JsonValue key_files = root.find("key-files");
   const bool has_form = root.size() == 4 && root.find("v").raw() == "1" &&
                         root.find("file").text_is(printable(path_text(file))) &&
                         text.is(JsonKind::string) && key_files.is(JsonKind::object);
   if (!has_form) return std::nullopt;

   Pin pin{text.public_text(), {}};
   for (JsonValue state = key_files.first(); state.exists(); state = state.next()) {
      if (!state.is(JsonKind::string)) return std::nullopt;
      pin.key_files.emplace(state.name(), state.public_text());
   }
   return pin;
}

std::optional<Pin> parse_pin(std::string_view json, const fs::path &file) {
   try {
      return parse_pin(JsonTree(json).root(), file);
   } catch (const sdk::jose::JsonError &) {
      return std::nullopt;
   }
}

std::string pin_text(const fs::path &file, const Pin &pin) {
   std::string key_files;
   for (const auto &[path, state] : pin.key_files) {
      key_files += fmt::format("{}\n    {}: {}", key_files.empty() ? "" : ",", json_quote(path),
                               json_quote(state));
   }
   return fmt::format(
         "{{\n  \"v\": 1,\n  \"file\": {},\n  \"text\": {},\n  \"key-files\": {{{}\n  "
         "}}\n}}\n",
         json_quote(printable(path_text(file))), json_quote(pin.text), key_files);
}

} // namespace

fs::path pin_path(const fs::path &file, const fs::path &user_folder) {
   const auto digest = sdk::jose::sha256(as_bytes(path_text(file)));
   return pin_folder(user_folder) /
          (sdk::jose::hex_encode(digest).substr(0, kNameDigits) + ".json");
}

PinReading read_pin(const fs::path &file, const fs::path &user_folder) {
   if (user_folder.empty()) return {std::nullopt, "this user has no configuration folder"};
   const fs::path path = pin_path(file, user_folder);
   if (!file_facts(path)) return {std::nullopt, "nobody has trusted it yet"};

   const auto disbelief = [](const fs::path &part, std::string_view why) -> PinReading {
      return {std::nullopt, fmt::format("the record of trust in it does not count, since '{}' {}",
                                        printable(path_text(part)), why)};
   };
   for (const fs::path &part : {user_folder, pin_folder(user_folder)}) {
      if (const std::string why = why_foreign(part); !why.empty()) return disbelief(part, why);
   }
   std::string why;
   const SecretBytes content =
         read_regular_file(document_memory(), path, kMaxPin,
                           [&](const FileFacts &facts) { why = why_foreign(facts); });
   if (!why.empty()) return disbelief(path, why);
   auto pin = parse_pin(content.reveal_text(), file);
   if (pin) return {std::move(pin), {}};
   return {std::nullopt,
           fmt::format("the record of trust in it, '{}', is damaged", printable(path_text(path)))};
}

void write_pin(const fs::path &file, const fs::path &user_folder, const Pin &pin) {
   if (user_folder.empty()) {
      throw Error(ErrorCode::io, "this user has no configuration folder to record trust in")
            .hint("set HOME or XDG_CONFIG_HOME");
   }
   make_private_folder(user_folder);
   make_private_folder(pin_folder(user_folder));
   write_file(pin_path(file, user_folder), as_bytes(pin_text(file, pin)), {true, true});
}

} // namespace keyseat
