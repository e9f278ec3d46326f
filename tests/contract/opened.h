// SPDX-License-Identifier: Apache-2.0
//
// Opened: an instance of the plugin, and its functions with values instead of sinks. Each function is
// held to the rules that Call::run() knows.

#ifndef KEYSEAT_TESTS_CONTRACT_OPENED_H
#define KEYSEAT_TESTS_CONTRACT_OPENED_H

#include "contract/host.h"

#include <keyseat/plugin.h>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

namespace contract {

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

   // Called before each function with the call that it gets: cancels it, say. May be empty.
   std::function<void(Call &)> before;

   StatusOutcome status() const;
   Wrapped wrap(const Bytes &cek) const;
   Unwrapped unwrap(const std::string &header, const Bytes &encrypted_key) const;
   Unwrapped unwrap(const Wrapped &wrapped) const {
      return unwrap(wrapped.header, wrapped.encrypted_key);
   }

   // keyseat.keys/1. `request_id`: sixteen times this byte; 0: a fresh one.
   TextOutcome create(const std::optional<std::string> &key_type, std::uint32_t flags,
                      std::uint8_t request_id = 0) const;
   ListOutcome list(std::size_t limit = SIZE_MAX) const; // ends the listing after so many keys
   Outcome destroy(const std::string &kid) const;

   TextOutcome export_jwk() const; // keyseat.public-key/1
   TextOutcome self_test() const;  // keyseat.self-test/1

   // The table of an extension; null when it is not offered. Throws std::runtime_error when one of its first
   // `functions` functions is null (R-MEM-5).
   const void *find_extension(const char *id, std::size_t functions = 0) const;
   template <class Table>
   const Table *extension(const char *id) const {
      return static_cast<const Table *>(find_extension(id, sizeof(Table) / sizeof(void *)));
   }
   const keyseat_instance *c() const { return instance_; }
   Host &host() const { return host_; }

 private:
   template <class Result, class Function>
   void run(Result &result, const char *what, Function &&function) const;

   Host &host_;
   const keyseat_instance *instance_ = nullptr;
};

} // namespace contract

#endif
