// SPDX-License-Identifier: Apache-2.0
//
// A complete plugin: wraps CEKs by A256KW (RFC 7518 section 4.4) under a file of 32 random bytes.
//
//    head -c 32 /dev/urandom > raw.key; chmod 600 raw.key

#include <keyseat/sdk/jose/encoding.h>
#include <keyseat/sdk/jose/json.h>
#include <keyseat/sdk/jose/key_file.h>
#include <keyseat/sdk/jose/key_management.h>
#include <keyseat/sdk/jose/primitives.h>
#include <keyseat/sdk/plugin.h>

namespace {

namespace jose = keyseat::sdk::jose;
using namespace keyseat::sdk;

constexpr std::uint32_t kCapabilities = KEYSEAT_CAP_EXPORTABLE | KEYSEAT_CAP_PARALLEL;

class RawKey final : public Protector {
 public:
   explicit RawKey(std::string path) : path_(std::move(path)) {}

   Status status(const Call &call) override {
      try {
         return {KEYSEAT_HEALTH_OK, kCapabilities, kid_of(read(call)), "the key is there", ""};
      } catch (const Failure &failure) {
         const bool missing = failure.status() == KEYSEAT_E_KEY_MISSING;
         return {missing ? KEYSEAT_HEALTH_KEY_MISSING : KEYSEAT_HEALTH_DOWN, kCapabilities, "",
                 failure.message(), ""};
      }
   }

   WrappedKey wrap(const Call &call, BytesView cek) override {
      const SecretBytes key = read(call);
      return {R"({"alg":"A256KW","kid":)" + jose::json_quote(kid_of(key)) + "}",
              jose::aes_key_wrap(key, cek)};
   }

   SecretBytes unwrap(const Call &call, std::string_view header, BytesView encrypted_key) override {
      const SecretBytes key = read(call);
      jose::require_mine(header, encrypted_key, jose::KeyType::oct, "A256KW", kid_of(key));
      auto cek = jose::aes_key_unwrap(call.secret_memory(), key, encrypted_key);
      if (!cek) throw tampered();
      return std::move(*cek);
   }

 private:
   SecretBytes read(const Call &call) const {
      SecretBytes key = jose::read_key_file(call.secret_memory(), path_, true);
      if (key.size() != 32) {
         throw Failure(KEYSEAT_E_CONFIG, "the key file does not have 32 bytes").with_option("key");
      }
      return key;
   }

   // Names the key without telling anything about it: half of a digest of 256 random bits.
   static std::string kid_of(const SecretBytes &key) {
      const jose::Digest digest = jose::sha256({as_bytes("com.example.rawkey kid"), key.view()});
      return jose::hex_encode({digest.data(), 16});
   }

   std::string path_;
};

Description describe() {
   Description d;
   d.id = "com.example.rawkey";
   d.name = "Raw key file";
   d.vendor = "Example Inc.";
   d.version = "1.0.0";
   d.description = "Wraps keys under 32 random bytes in a file.";
   d.license = "Apache-2.0";
   d.capabilities = kCapabilities;
   d.options = {{"key", "The file of 32 random bytes.", KEYSEAT_OPTION_STRING,
                 KEYSEAT_MARK_REQUIRED | KEYSEAT_MARK_PATH_READ}};
   d.open = [](const Host &, const Call &, const Settings &settings) -> std::unique_ptr<Protector> {
      return std::make_unique<RawKey>(*settings.text("key"));
   };
   return d;
}

} // namespace

KEYSEAT_PLUGIN(describe());
