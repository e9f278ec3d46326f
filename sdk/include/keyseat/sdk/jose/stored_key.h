// SPDX-License-Identifier: Apache-2.0
//
// StoredKey: the key of one protector in memory. What can be known without a secret is read at first
// use; the private key is unsealed at first need; both stay until forget().

#ifndef KEYSEAT_SDK_JOSE_STORED_KEY_H
#define KEYSEAT_SDK_JOSE_STORED_KEY_H

#include <keyseat/sdk/call.h>
#include <keyseat/sdk/jose/key_sealing.h>
#include <keyseat/sdk/jose/key_store.h>
#include <keyseat/sdk/jose/primitives.h>

#include <condition_variable>
#include <memory>
#include <mutex>

namespace keyseat::sdk::jose {

// What is known about the key without unsealing it.
struct PublicFacts {
   KeyFacts key;
   SealingFacts sealing;
};

// Guarantees: two threads never unseal, and so never ask a person, at once, and no lock is held
// meanwhile; public_facts() then answers all the same. Once the unsealed key is seen to be another one
// than PATH.pub says, every function throws: nothing is ever wrapped to a key that is known to be
// wrong. Thread-safe.
class StoredKey {
 public:
   StoredKey(KeyStore store, std::unique_ptr<const KeySealing> sealing)
         : store_(std::move(store)), sealing_(std::move(sealing)) {}

   // Never prompts. Throws Failure: E_KEY_MISSING, E_DENIED, E_CONFIG, E_IO.
   std::shared_ptr<const PublicFacts> public_facts(const Call &call);

   // The private key, unsealed if need be. A call that arrives while another one unseals waits for
   // its outcome and shares it. Throws what public_facts() and KeySealing::unseal() throw, and
   // Failure(E_CANCELLED).
   std::shared_ptr<const PrivateJwk> private_key(const Call &call);

   // Whether private_key() has it already.
   bool is_unsealed() const;

   // Whether PATH is another one than the key was read from. Throws what public_facts() throws.
   bool changed_on_disk(const Call &call) const;

   // Whether PATH.pub is of another key than a PATH in clear. Throws what public_facts() throws.
   bool public_file_differs(const Call &call);

   // Takes a key that has just been created, and what PATH holds for it.
   void adopt(PrivateJwk key, BytesView content);

   // Drops everything: the next use reads the files again.
   void forget();

   KeyStore &store() { return store_; }
   const KeySealing &sealing() const { return *sealing_; }

 private:
   using Lock = std::unique_lock<std::mutex>;

   void load(const Call &call, const Lock &held);
   std::shared_ptr<const PrivateJwk> unseal(const Call &call) const;
   void finish_unsealing(std::shared_ptr<const PrivateJwk> key, std::optional<Failure> failure);
   void wait_for_unsealing(const Call &call, Lock &held);

   KeyStore store_;
   std::unique_ptr<const KeySealing> sealing_;
   mutable std::mutex mutex_; // guards what follows; never held while a prompt is open
   std::condition_variable unsealed_;
   std::shared_ptr<const PublicFacts> facts_;
   Digest content_{}; // SHA-256 of PATH as it was read
   std::shared_ptr<const PrivateJwk> key_;
   std::optional<Failure> contradiction_; // PATH.pub is known to be of another key
   bool is_unsealing_ = false;
   std::uint64_t unsealings_ = 0;               // finished ones
   std::optional<Failure> last_unseal_failure_; // of the last of them
};

} // namespace keyseat::sdk::jose

#endif
