// SPDX-License-Identifier: Apache-2.0
//
// Protector: a configured plugin instance as the framework uses it. One implementation (plugin_protector.h)
// stands over the tables of the contract, wherever the plugin behind them runs: on the caller's thread, on
// another one, in a worker process. Nothing above this room knows which.

#ifndef KEYSEAT_HOST_PROTECTOR_H
#define KEYSEAT_HOST_PROTECTOR_H

#include <keyseat/error.h>
#include <keyseat/secret.h>

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace keyseat {

// When a call is given up, in milliseconds; prompts do not count. Devices may wait for a touch.
inline constexpr std::uint32_t kDefaultTimeout = 60'000;
// For making a key and for self-tests: RSA keys take their time on a chip.
inline constexpr std::uint32_t kSlowTimeout = 300'000;

// What a call is for (keyseat_call).
struct CallContext {
   std::string subject{};                        // "decrypt the credential of X"
   std::string context = "{}";                   // flat JSON object of public facts
   std::array<std::uint8_t, 16> credential_id{}; // ks_id; zero where there is none
   std::uint32_t timeout_ms = kDefaultTimeout;   // 0: no deadline
   bool no_interaction = false;
   std::function<bool()> is_cancelled = nullptr; // may be empty

   // Zero: drawn for each call. A caller that repeats a create_key() gives the same one again, so that
   // no second key comes of it (R-KEYS-2).
   std::array<std::uint8_t, 16> request_id{};
};

enum class Health { unknown, ok, degraded, key_missing, down };
std::string_view health_name(Health health); // "unknown", "ok", "degraded", "key-missing", "down"

struct ProtectorStatus {
   Health health = Health::unknown;
   std::vector<std::string> capabilities; // "key-pair", "hardware", ... of those that are known
   std::string kid;                       // of the current key; may be empty
   std::string message;                   // printable
   std::string details;                   // a JSON object, checked; empty where there is none
};

struct WrappedCek {
   std::string
         header; // as the plugin made it: a JSON object with an `alg`, not checked any further
   Bytes encrypted_key;
};

struct KeyRequest {
   std::optional<std::string> key_type = std::nullopt;
   bool replace = false;
   bool encrypted = false;
};

struct KeyInfo {
   std::string state; // "current", "retired", "missing"
   std::string kid;
   std::string label;
   std::string key_type;
   std::string alg;
   std::vector<std::string> capabilities;
   std::int64_t created_at = 0; // seconds since 1970-01-01 UTC; 0: unknown
};

enum class Extension { keys, public_key, approve, self_test };

// An opened protector. Every function throws Error; its message begins with the protector's name. The
// mapping of a plugin's status to codes stands in host/plugin_error.cc; a plugin that breaks the
// contract is Error(plugin_defect), and its instance is closed and not used again. Thread-safe: calls on
// one protector are serialised until a status() has said that its plugin runs in parallel. A child of
// fork() gets Error(internal): it opens protectors of its own (R-PRC-5).
class Protector {
 public:
   virtual ~Protector() = default;

   virtual const std::string &name() const = 0;   // the configured name
   virtual const std::string &plugin() const = 0; // the plugin's id
   virtual bool is_isolated() const = 0;          // it runs in a worker process

   virtual ProtectorStatus status(const CallContext &call) = 0;
   virtual WrappedCek wrap(const CallContext &call, BytesView cek) = 0;

   // None: not this protector's (KEYSEAT_E_NOT_MINE). Error(credential_refused): it is, and does not
   // unwrap. The CEK lies in key memory.
   virtual std::optional<SecretBytes> unwrap(const CallContext &call, std::string_view header,
                                             BytesView encrypted_key) = 0;

   virtual bool offers(Extension extension) const = 0;

   // Throw Error(unsupported) where the extension is not offered.
   virtual std::string create_key(const CallContext &call, const KeyRequest &request) = 0; // kid
   virtual std::vector<KeyInfo> list_keys(const CallContext &call) = 0;
   virtual void destroy_key(const CallContext &call, std::string_view kid) = 0; // asks nobody
   virtual std::string export_public_key(const CallContext &call) = 0;          // a JWK
   virtual std::string approve(const CallContext &call) = 0;                    // a JSON object
   virtual std::string self_test(const CallContext &call) = 0;                  // a JSON array
};

} // namespace keyseat

#endif
