// SPDX-License-Identifier: Apache-2.0
//
// Opened: an instance of the plugin, and its functions with values instead of sinks. Each function is
// held to the rules that Call::run() knows.

#ifndef KEYSEAT_TESTS_CONTRACT_OPENED_H
#define KEYSEAT_TESTS_CONTRACT_OPENED_H

#include "contract/host.h"

#include <keyseat/plugin.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace contract {

using Bytes = std::vector<std::uint8_t>;

// What each function came to; the values mean something only when `status` is OK.
struct Outcome {
   keyseat_status status = KEYSEAT_E_INTERNAL;
   std::optional<Explained> explained;
};
struct StatusOutcome : Outcome {
   std::uint32_t health = 0;
   std::uint32_t capabilities = 0;
   std::string kid, message, details;
};
struct Wrapped : Outcome {
   std::string header;
   Bytes encrypted_key;
};
struct Unwrapped : Outcome {
   Bytes cek;
};
struct TextOutcome : Outcome {
   std::string text;
};
struct ListedKey {
   std::uint32_t state, capabilities;
   std::string kid, label, key_type, alg;
};
struct ListOutcome : Outcome {
   std::vector<ListedKey> keys;
};

// How large the sinks are.
struct Limits {
   std::size_t header = KEYSEAT_MAX_HEADER;
   std::size_t encrypted_key = KEYSEAT_MAX_ENCRYPTED_KEY;
   std::size_t cek = KEYSEAT_CEK_SIZE;
   std::size_t text = KEYSEAT_MAX_DOCUMENT;
};

class Opened {
 public:
   // Opens; a failure is a failure of the test.
   Opened(const keyseat_descriptor &descriptor, Host &host,
          const std::map<std::string, std::string> &settings);
   ~Opened(); // closes
   Opened(const Opened &) = delete;
   Opened &operator=(const Opened &) = delete;

   Limits limits;

   StatusOutcome status() const;
   Wrapped wrap(const Bytes &cek) const;
   Unwrapped unwrap(const std::string &header, const Bytes &encrypted_key) const;
   Unwrapped unwrap(const Wrapped &wrapped) const {
      return unwrap(wrapped.header, wrapped.encrypted_key);
   }

   // keyseat.keys/1. `request_id`: sixteen times this byte; 0: a fresh one.
   TextOutcome create(const std::optional<std::string> &key_type, std::uint32_t flags,
                      std::uint8_t request_id = 0) const;
   ListOutcome list() const;
   Outcome destroy(const std::string &kid) const;

   TextOutcome export_jwk() const; // keyseat.public-key/1
   TextOutcome self_test() const;  // keyseat.self-test/1

   // A table; null when it is not offered.
   template <class Table>
   const Table *extension(const char *id) const {
      return static_cast<const Table *>(instance_->get_extension(instance_, id));
   }
   const keyseat_instance *c() const { return instance_; }
   Host &host() const { return host_; }

 private:
   Host &host_;
   const keyseat_instance *instance_ = nullptr;
};

} // namespace contract

#endif
