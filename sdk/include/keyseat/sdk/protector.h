// SPDX-License-Identifier: Apache-2.0
//
// The interfaces that a plugin author implements. Protector is the whole duty; the others are
// optional: a Protector that also derives from one of them offers that extension.
//
// All functions throw Failure. Threads as in keyseat/plugin.h (R-THR-3): one call at a time on one
// object, unless status() reports KEYSEAT_CAP_PARALLEL.

#ifndef KEYSEAT_SDK_PROTECTOR_H
#define KEYSEAT_SDK_PROTECTOR_H

#include <keyseat/plugin/ext_keys.h>
#include <keyseat/plugin/instance.h>
#include <keyseat/sdk/bytes.h>
#include <keyseat/sdk/call.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace keyseat::sdk {

struct Status {
   std::uint32_t health = KEYSEAT_HEALTH_UNKNOWN; // KEYSEAT_HEALTH_*
   std::uint32_t capabilities = 0;                // KEYSEAT_CAP_*
   std::string kid;                               // of the current key; may be empty
   std::string message;                           // one line for people
   std::string details;                           // a JSON object for tools; may be empty
};

// What wrap() made: both parts are public.
struct WrappedKey {
   std::string header; // a JSON object with `alg`, usually `kid`
   Bytes encrypted_key;
};

class Protector {
 public:
   virtual ~Protector() = default;

   // See keyseat_instance.status, wrap, unwrap.
   virtual Status status(const Call &call) = 0;
   virtual WrappedKey wrap(const Call &call, BytesView cek) = 0;
   virtual SecretBytes unwrap(const Call &call, std::string_view header,
                              BytesView encrypted_key) = 0;
};

struct KeyRequest {
   std::optional<std::string> key_type; // "oct", "P-256", ...; none: the plugin's default
   bool replace = false;                // KEYSEAT_KEYS_REPLACE
   bool encrypted = false;              // KEYSEAT_KEYS_ENCRYPTED
};

struct KeyInfo {
   std::uint32_t state = KEYSEAT_KEY_CURRENT; // KEYSEAT_KEY_*
   std::uint32_t capabilities = 0;            // KEYSEAT_CAP_*
   std::int64_t created_at = 0;               // seconds since 1970-01-01 UTC; 0: unknown
   std::string kid;
   std::string label;
   std::string key_type;
   std::string alg;
};

// Extension keyseat.keys/1.
class KeyManager {
 public:
   virtual ~KeyManager() = default;
   virtual std::string create_key(const Call &call, const KeyRequest &request) = 0; // returns kid
   virtual std::vector<KeyInfo> list_keys(const Call &call) = 0;
   virtual void destroy_key(const Call &call, std::string_view kid) = 0; // does not ask whether
};

// Extension keyseat.public-key/1.
class PublicKeyExporter {
 public:
   virtual ~PublicKeyExporter() = default;
   virtual std::string export_public_key(const Call &call) = 0; // a JWK
};

// Extension keyseat.approve/1.
class Approver {
 public:
   virtual ~Approver() = default;
   virtual std::string approve(const Call &call) = 0; // a JSON object
};

// Extension keyseat.self-test/1.
class SelfTester {
 public:
   virtual ~SelfTester() = default;
   virtual std::string self_test(const Call &call) = 0; // a JSON array
};

} // namespace keyseat::sdk

#endif
