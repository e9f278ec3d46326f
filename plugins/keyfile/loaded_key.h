// SPDX-License-Identifier: Apache-2.0
//
// LoadedKey: the key of one protector in memory. What can be known without a secret is read at first
// use; the private key is unlocked at first need; both stay until forget().

#ifndef KEYFILE_LOADED_KEY_H
#define KEYFILE_LOADED_KEY_H

#include "key_store.h"

#include <keyseat/sdk/call.h>
#include <keyseat/sdk/jose/primitives.h>

#include <condition_variable>
#include <memory>
#include <mutex>

namespace keyfile {

using keyseat::sdk::Call;
using keyseat::sdk::Failure;

// What is known about the key without its passphrase.
struct PublicFacts {
   jose::KeyFacts key;
   bool is_encrypted;        // PATH is under a passphrase
   bool public_file_differs; // PATH.pub is of another key than the unencrypted PATH
};

// Guarantees: two threads never ask for the passphrase at once, and no lock is held while a person is
// asked; public_facts() then answers all the same. Once the unlocked key is seen to be another one
// than PATH.pub says, every function throws: nothing is ever wrapped to a key that is known to be
// wrong. Thread-safe.
class LoadedKey {
 public:
   explicit LoadedKey(KeyStore store) : store_(std::move(store)) {}

   // Never prompts. Throws Failure: E_KEY_MISSING, E_DENIED, E_CONFIG, E_IO.
   std::shared_ptr<const PublicFacts> public_facts(const Call &call);

   // The private key; asks for the passphrase of an encrypted one, up to kMostTries times. A call that
   // arrives while another one asks waits for its outcome and shares it. Throws what public_facts()
   // throws, PromptFailure, and Failure: E_AUTH_FAILED, E_CANCELLED.
   std::shared_ptr<const jose::PrivateJwk> private_key(const Call &call);

   // Whether private_key() has it already.
   bool is_unlocked() const;

   // Whether PATH is another one than the key was read from. Throws what public_facts() throws.
   bool changed_on_disk(const Call &call) const;

   // Takes a key that has just been created, and what PATH holds for it.
   void adopt(jose::PrivateJwk key, bool is_encrypted, BytesView content);

   // Drops everything: the next use reads the files again.
   void forget();

   KeyStore &store() { return store_; }

   static constexpr std::uint32_t kMostTries = 3;

 private:
   using Lock = std::unique_lock<std::mutex>;

   void load(const Call &call, const Lock &held);
   void finish_unlocking(std::shared_ptr<const jose::PrivateJwk> key,
                         std::optional<Failure> failure);
   void wait_for_unlocking(const Call &call, Lock &held);

   KeyStore store_;
   mutable std::mutex mutex_; // guards what follows; never held while a prompt is open
   std::condition_variable unlocked_;
   std::shared_ptr<const PublicFacts> facts_;
   jose::Digest content_{}; // SHA-256 of PATH as it was read
   std::shared_ptr<const jose::PrivateJwk> key_;
   std::optional<Failure> contradiction_; // PATH.pub is known to be of another key
   bool is_unlocking_ = false;
   std::uint64_t unlockings_ = 0;               // finished ones
   std::optional<Failure> last_unlock_failure_; // of the last of them
};

// Asks for the passphrase of `file_name` and decrypts `text` with it. Throws as private_key() does.
jose::PrivateJwk unlock(const Call &call, const std::string &file_name, std::string_view text);

} // namespace keyfile

#endif
