// SPDX-License-Identifier: Apache-2.0
//
// jwe_tool: JWEs of this implementation, for the tests against others. Input from standard input,
// output to standard output, exit status 1 and a message for a refusal.
//
//    jwe_tool generate TYPE       draws a private JWK: oct, P-256, P-384, X25519, RSA-2048, ...
//    jwe_tool public JWK          the public JWK of a key file
//    jwe_tool seal JWK...         plaintext in, a credential's JWE out
//    jwe_tool open JWK            a credential's JWE in, plaintext out
//    jwe_tool import JWK          a JWE of others in, plaintext out

#include "base/files.h"
#include "jose/foreign_jwe.h"
#include "jose/jwe.h"

#include <keyseat/sdk/failure.h>
#include <keyseat/sdk/jose/jwk.h>
#include <keyseat/sdk/jose/key_management.h>
#include <keyseat/sdk/jose/primitives.h>

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace keyseat;
using sdk::jose::PrivateJwk;

PrivateJwk read_key(const std::string &path) {
   const SecretBytes text = read_file(document_memory(), path, std::size_t{1} << 16);
   return PrivateJwk::parse(key_memory(), text.reveal_text());
}

SecretBytes read_input() { return read_file(document_memory(), "-", kMaxJweText); }

void seal(const std::vector<std::string> &paths) {
   const SecretBytes cek = sdk::jose::random_secret(key_memory(), kCekSize);
   std::vector<JweRecipient> recipients;
   for (const std::string &path : paths) {
      sdk::WrappedKey wrapped = sdk::jose::wrap_key(read_key(path), cek);
      recipients.push_back(make_recipient(wrapped.header, std::move(wrapped.encrypted_key)));
   }
   CredentialId id{};
   sdk::jose::random_bytes(id.data(), id.size());
   const Jwe jwe = Jwe::seal(id, R"({"members":{},"salt":"AAAAAAAAAAAAAAAAAAAAAA","scope":"type"})",
                             std::move(recipients), read_input(), cek);
   write_stdout(as_bytes(jwe.to_json()));
}

// The first recipient that the key belongs to.
template <class JweType, class HeaderOf>
void open_with(const PrivateJwk &key, const JweType &jwe, const HeaderOf &header_of) {
   for (std::size_t i = 0; i < jwe.recipients().size(); ++i) {
      try {
         const SecretBytes cek = sdk::jose::unwrap_key(key_memory(), key, header_of(i),
                                                       jwe.recipients()[i].encrypted_key);
         write_stdout(jwe.open(document_memory(), cek));
         return;
      } catch (const sdk::Failure &failure) {
         if (failure.status() != KEYSEAT_E_NOT_MINE) throw;
      }
   }
   throw Error(ErrorCode::no_recipient, "no recipient has this key");
}

int run(const std::string &command, const std::vector<std::string> &arguments) {
   if (command == "generate") {
      const auto type = sdk::jose::key_type_from_name(arguments.at(0));
      if (!type) throw Error(ErrorCode::usage, "unknown key type");
      write_stdout(PrivateJwk::generate(key_memory(), *type).to_json());
   } else if (command == "public") {
      write_stdout(as_bytes(read_key(arguments.at(0)).public_half().value().to_json()));
   } else if (command == "seal") {
      seal(arguments);
   } else if (command == "open") {
      const Jwe jwe = Jwe::parse(read_input().reveal_text());
      open_with(read_key(arguments.at(0)), jwe,
                [&](std::size_t i) { return jwe.merged_header(i); });
   } else if (command == "import") {
      const ForeignJwe jwe = ForeignJwe::parse(read_input().reveal_text());
      open_with(read_key(arguments.at(0)), jwe,
                [&](std::size_t i) { return jwe.recipients()[i].header; });
   } else {
      throw Error(ErrorCode::usage, "unknown command");
   }
   return 0;
}

} // namespace

int main(int argc, char **argv) {
   try {
      const std::vector<std::string> arguments(argv + 1, argv + argc);
      return run(arguments.at(0), {arguments.begin() + 1, arguments.end()});
   } catch (const std::exception &error) {
      std::fprintf(stderr, "jwe_tool: %s\n", error.what());
      return 1;
   }
}
