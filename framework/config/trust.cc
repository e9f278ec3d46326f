// SPDX-License-Identifier: Apache-2.0
#include "config/trust.h"

#include <fmt/format.h>
#include <keyseat/sdk/jose/encoding.h>
#include <keyseat/sdk/jose/primitives.h>
#include <keyseat/secret.h>

#include <set>
#include <system_error>
#include <utility>

#include "base/path_text.h"
#include "base/text.h"
#include "config/pin.h"
#include "config/search.h"
#include "config/trust_check.h"

namespace keyseat {
namespace {

namespace fs = std::filesystem;

fs::path canonical_path(const fs::path &file) {
   std::error_code error;
   fs::path result = fs::canonical(file, error);
   if (!error) return result;
   throw Error(ErrorCode::io,
               fmt::format("cannot look at '{}': {}", printable(path_text(file)), error.message()))
         .in_file(path_text(file));
}

// A found file, read and free of mistakes of its own.
class FoundFile {
 public:
   explicit FoundFile(const fs::path &file)
         : path_(canonical_path(file)),
           source_(path_, read_text(path_, owner_and_mode_check(path_))) {
      Mistakes mistakes;
      content_ = read_file_content(source_, ConfigLayer::found, mistakes);
      mistakes.throw_if_any();
   }

   const SourceText &source() const { return source_; }
   const FileContent &content() const { return content_; }

 private:
   fs::path path_;
   SourceText source_;
   FileContent content_;
};

// Sizes stand before texts, so that no two inputs run together to the same bytes.
std::string fingerprint_of(std::string_view text, const KeyFileStates &states) {
   std::string all = fmt::format("{}:{}", text.size(), text);
   for (const auto &[path, state] : states) {
      all += fmt::format("{}:{}{}:{}", path.size(), path, state.size(), state);
   }
   return sdk::jose::hex_encode(sdk::jose::sha256(as_bytes(all)));
}

// The printable paths of one protector's key files.
std::set<std::string> files_of_protector(const FileContent &content, std::string_view name) {
   std::set<std::string> files;
   for (const ProtectorEntry &protector : content.protectors) {
      if (protector.name != name) continue;
      for (const fs::path &file : key_files_of(protector))
         files.insert(printable(path_text(file)));
   }
   return files;
}

} // namespace

TrustState check_trust(const fs::path &file, const fs::path &user_folder) {
   const FoundFile found(file);
   TrustState state = compare_with_pin(found.source(), found.content(), user_folder);
   state.fingerprint = fingerprint_of(found.source().text(), key_file_states(found.content()));
   return state;
}

void trust(const fs::path &file, const fs::path &user_folder, std::string_view fingerprint) {
   const FoundFile found(file);
   Pin pin{std::string(found.source().text()), key_file_states(found.content())};
   if (!fingerprint.empty() && fingerprint != fingerprint_of(pin.text, pin.key_files)) {
      throw Error(
            ErrorCode::config_untrusted,
            fmt::format("configuration '{}' or a key file of it changed while it was looked at",
                        printable(path_text(found.source().file()))))
            .hint("look at it again: keyseat config trust")
            .in_file(path_text(found.source().file()));
   }
   write_pin(found.source().file(), user_folder, pin);
}

bool trust_again(const fs::path &file, const fs::path &user_folder, std::string_view protector) {
   const FoundFile found(file);
   PinReading reading = read_pin(found.source().file(), user_folder);
   if (!reading.pin || reading.pin->text != found.source().text()) return false;

   const std::set<std::string> ours = files_of_protector(found.content(), protector);
   Pin pin{std::move(reading.pin->text), key_file_states(found.content())};
   if (pin.key_files.size() != reading.pin->key_files.size()) return false;
   for (const auto &[path, state] : pin.key_files) {
      const auto before = reading.pin->key_files.find(path);
      if (before == reading.pin->key_files.end()) return false;
      if (before->second != state && !ours.contains(path)) return false;
   }
   write_pin(found.source().file(), user_folder, pin);
   return true;
}

} // namespace keyseat
