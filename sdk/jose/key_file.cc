// SPDX-License-Identifier: Apache-2.0
#include <keyseat/sdk/jose/key_file.h>

#include <keyseat/sdk/failure.h>
#include <keyseat/sdk/jose/json.h>

#include "jwk_reader.h"
#include "jwk_writer.h"
#include "platform.h"

namespace keyseat::sdk::jose {

SecretBytes read_key_file(SecretMemory memory, const std::string &path, bool is_private) {
   return platform::read_file(memory, path, is_private, kMaxKeyFileSize);
}

void write_key_file(const std::string &path, BytesView content, bool is_private, bool replace) {
   if (content.size() > kMaxKeyFileSize) {
      throw Failure(KEYSEAT_E_LIMIT,
                    "the content of " + path + " is larger than a key file may be");
   }
   platform::write_file(path, content, is_private, replace);
}

bool key_file_exists(const std::string &path) { return platform::file_exists(path); }
void remove_key_file(const std::string &path) { platform::remove_file(path); }
std::int64_t key_file_time(const std::string &path) { return platform::file_time(path); }

std::string public_key_path(const std::string &path) { return path + ".pub"; }

std::string write_key_facts(const PrivateJwk &key) {
   if (key.public_half()) return key.public_half()->to_json();
   std::string json;
   JwkWriter<std::string> writer(json);
   writer.text("alg", key.alg());
   writer.text("kid", key.kid());
   writer.text("kty", shape_of(key.type()).kty);
   writer.finish();
   return json;
}

KeyFacts read_key_facts(std::string_view text) {
   if (const std::optional<JwkMembers> oct = read_oct_facts(text))
      return {oct->type, oct->kid, oct->alg, std::nullopt};
   PublicJwk key = PublicJwk::parse(text);
   return {key.type(), key.kid(), std::string(key.alg()), std::move(key)};
}

KeyFacts key_facts(const PrivateJwk &key) {
   return {key.type(), key.kid(), std::string(key.alg()), key.public_half()};
}

} // namespace keyseat::sdk::jose
