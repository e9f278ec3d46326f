// SPDX-License-Identifier: Apache-2.0
#include "config/key_files.h"

#include <keyseat/sdk/jose/encoding.h>
#include <keyseat/sdk/jose/primitives.h>
#include <keyseat/secret.h>

#include "base/files.h"
#include "base/path_text.h"
#include "base/text.h"

namespace keyseat {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSourceSuffix = "-source";

bool is_source(std::string_view option) {
   return option.size() >= kSourceSuffix.size() &&
          option.substr(option.size() - kSourceSuffix.size()) == kSourceSuffix;
}

} // namespace

std::string key_file_state(BytesView content) {
   return "sha256:" + sdk::jose::hex_encode(sdk::jose::sha256(content));
}

std::string key_file_state(const fs::path &path) {
   try {
      const auto facts = file_facts(path);
      if (!facts) return "absent";
      if (!facts->is_regular) return "special";
      const SecretBytes content = read_regular_file(document_memory(), path, kMaxDefinitionFile);
      return key_file_state(content);
   } catch (const Error &error) {
      if (error.code() != ErrorCode::io) throw;
      return "unreadable"; // for this user; text too long for a path is so, too
   }
}

std::set<fs::path> key_files_of(const ProtectorEntry &protector) {
   std::set<fs::path> files;
   if (!protector.public_key.empty()) files.insert(protector.public_key);
   for (const auto &[name, option] : protector.options) {
      const auto *text = std::get_if<std::string>(&option.value);
      if (text == nullptr || text->empty() || is_source(name)) continue;
      const fs::path file = (protector.folder / path_of_text(*text)).lexically_normal();
      files.insert(file);
      files.insert(fs::path(file).concat(".pub"));
   }
   return files;
}

std::string key_file_name(const fs::path &path) { return printable(path_text(path)); }

KeyFileStates key_file_states(const FileContent &content) {
   KeyFileStates states;
   for (const ProtectorEntry &protector : content.protectors) {
      for (const fs::path &file : key_files_of(protector)) {
         states.emplace(key_file_name(file), key_file_state(file));
      }
   }
   return states;
}

} // namespace keyseat
