// SPDX-License-Identifier: Apache-2.0
#include "host/secret_source.h"

#include <keyseat/plugin/values.h>
#include <keyseat/prompter.h>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>
#include <utility>

#include "base/files.h"
#include "base/path_text.h"
#include "base/platform.h"
#include "host/foreign_text.h"

namespace keyseat {
namespace {

constexpr std::string_view kDescriptor = "fd:";
constexpr std::string_view kCredential = "credential:";
constexpr std::size_t kMaxFile = KEYSEAT_MAX_TEXT + 2; // an answer and its line end

bool begins_with(std::string_view text, std::string_view prefix) {
   return text.substr(0, prefix.size()) == prefix;
}

// The N of "fd:N"; none when it is no descriptor for input.
std::optional<int> descriptor_of(std::string_view source) {
   const std::string_view digits = source.substr(kDescriptor.size());
   int descriptor = -1;
   const auto [end, error] =
         std::from_chars(digits.data(), digits.data() + digits.size(), descriptor);
   const bool is_output = descriptor == 1 || descriptor == 2;
   if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
   if (descriptor < 0 || is_output) return std::nullopt;
   return descriptor;
}

// A file name of systemd (LoadCredential=): never a path.
bool is_credential_name(std::string_view name) {
   return !name.empty() && name != "." && name != ".." &&
          name.find('/') == std::string_view::npos && is_printable(name);
}

Error refused(std::string_view source, std::string_view why) {
   return Error(ErrorCode::auth_required,
                fmt::format("'{}' cannot answer: {}", foreign_text(source), why));
}

void drop_line_end(SecretBytes &secret) {
   if (secret.empty() || secret.reveal_text().back() != '\n') return;
   secret.resize(secret.size() - 1);
   if (!secret.empty() && secret.reveal_text().back() == '\r') secret.resize(secret.size() - 1);
}

SecretBytes read_line_of(const std::string &source, int descriptor) {
   try {
      std::optional<SecretBytes> line =
            platform::read_line(key_memory(), descriptor, KEYSEAT_MAX_TEXT);
      if (line) return std::move(*line);
   } catch (const Error &error) {
      throw refused(source, error.message());
   }
   throw refused(source, "it has no further line");
}

SecretBytes read_whole_file(const std::string &source, const std::filesystem::path &path,
                            const FileCheck &check) {
   try {
      SecretBytes secret = read_regular_file(key_memory(), path, kMaxFile, check);
      drop_line_end(secret);
      return secret;
   } catch (const Error &error) {
      if (error.code() != ErrorCode::io) throw; // by `check`
      throw refused(source, error.message());
   }
}

// systemd has set owner and mode of what stands in the folder, and may have widened the group's bits
// as the mask of an access control list: the mode says nothing there.
SecretBytes read_credential(const std::string &source) {
   const std::optional<std::string> folder = platform::environment("CREDENTIALS_DIRECTORY");
   if (!folder || !path_of_text(*folder).is_absolute()) {
      throw refused(source, "this process has no credentials of systemd")
            .hint("run it in a unit with LoadCredential= or LoadCredentialEncrypted=");
   }
   return read_whole_file(
         source, path_of_text(*folder) / path_of_text(source.substr(kCredential.size())), {});
}

SecretBytes read_private_file(const std::string &source) {
   const std::filesystem::path path = path_of_text(source);
   return read_whole_file(source, path, [&](const FileFacts &facts) {
      if (!facts.owned_by_me && !facts.owned_by_root) {
         throw refused(source, "it belongs to another user");
      }
      if (facts.readable_by_others || facts.writable_by_others) {
         throw refused(source, "others may read or change it")
               .hint(platform::command_to_keep_private(path));
      }
   });
}

} // namespace

bool is_path_source(std::string_view source) {
   return !begins_with(source, kDescriptor) && !begins_with(source, kCredential);
}

std::string secret_source_mistake(std::string_view source) {
   if (source.empty()) return "is empty";
   if (source.find('\0') != std::string_view::npos) return "has a NUL inside";
   if (begins_with(source, kDescriptor) && !descriptor_of(source)) {
      return "names no descriptor to read from: fd:N, N being neither 1 nor 2";
   }
   if (begins_with(source, kCredential) && !is_credential_name(source.substr(kCredential.size()))) {
      return "names no credential: credential:NAME";
   }
   if (source.front() == '|') return "is a command, and commands are not run";
   return {};
}

SecretBytes read_secret_source(const std::string &source) {
   if (const std::string mistake = secret_source_mistake(source); !mistake.empty()) {
      throw Error(ErrorCode::config_invalid,
                  fmt::format("the source '{}' {}", foreign_text(source), mistake))
            .hint("a path, fd:N or credential:NAME");
   }
   if (begins_with(source, kDescriptor)) return read_line_of(source, *descriptor_of(source));
   if (begins_with(source, kCredential)) return read_credential(source);
   return read_private_file(source);
}

} // namespace keyseat
