// SPDX-License-Identifier: Apache-2.0

#include <keyseat/sdk/jose/stored_key.h>

#include <chrono>

namespace keyseat::sdk::jose {

namespace {

bool is_same_key(const KeyFacts &a, const KeyFacts &b) {
   if (a.type != b.type || a.kid != b.kid || a.alg != b.alg) return false;
   if (a.public_key.has_value() != b.public_key.has_value()) return false;
   return !a.public_key || a.public_key->kid() == b.public_key->kid();
}

Failure contradiction(const KeyStore &store) {
   return Failure(KEYSEAT_E_CONFIG,
                  store.public_path() + " is not the public half of " + store.path())
         .with_option("key")
         .with_hint(
               "bring back the two files that belong together, or remove the wrong .pub file "
               "and run `keyseat protector create`, which writes it anew");
}

Failure no_public_file(const KeyStore &store) {
   return Failure(KEYSEAT_E_CONFIG,
                  store.public_path() + ", the public half of the sealed key, is missing")
         .with_option("key")
         .with_hint(
               "bring it back from a backup, or run `keyseat protector create`, which unseals the "
               "key and writes it anew; the key stays");
}

// What reading a key says of its text, said of its file.
Failure in_file(const std::string &path, const Failure &failure) {
   return Failure(failure.status(), path + ": " + failure.message())
         .with_hint(failure.hint())
         .with_option("key");
}

PrivateJwk parse_key(const Call &call, const std::string &path, std::string_view content) {
   try {
      return PrivateJwk::parse(call.secret_memory(), content);
   } catch (const Failure &failure) {
      throw in_file(path, failure);
   }
}

} // namespace

std::string file_name(const std::string &path) {
   const std::size_t slash = path.find_last_of("/\\");
   return slash == std::string::npos ? path : path.substr(slash + 1);
}

void StoredKey::load(const Call &call, const Lock &) {
   if (contradiction_) throw Failure(*contradiction_);
   if (facts_) return;
   const SecretBytes content = store_.read_key(call.secret_memory());
   content_ = sha256(content.view());
   SealingFacts sealing = sealing_->read(content.reveal_text());
   if (sealing.is_sealed) {
      auto facts = store_.read_facts(call.secret_memory());
      if (!facts) throw no_public_file(store_);
      facts_ = std::make_shared<PublicFacts>(PublicFacts{std::move(*facts), std::move(sealing)});
      return;
   }
   auto key =
         std::make_shared<const PrivateJwk>(parse_key(call, store_.path(), content.reveal_text()));
   facts_ = std::make_shared<PublicFacts>(PublicFacts{key_facts(*key), std::move(sealing)});
   key_ = std::move(key);
}

std::shared_ptr<const PublicFacts> StoredKey::public_facts(const Call &call) {
   const Lock lock(mutex_);
   load(call, lock);
   return facts_;
}

bool StoredKey::is_unsealed() const {
   const Lock lock(mutex_);
   return key_ != nullptr;
}

// Waits until the call that unseals is done, and takes part in the outcome: a person who has just
// declined, or failed three times, is not asked at once by the next thread.
void StoredKey::wait_for_unsealing(const Call &call, Lock &held) {
   const std::uint64_t finished = unsealings_;
   while (unsealings_ == finished) {
      unsealed_.wait_for(held, std::chrono::milliseconds(50));
      call.check_cancelled();
   }
   if (last_unseal_failure_) throw Failure(*last_unseal_failure_);
}

void StoredKey::finish_unsealing(std::shared_ptr<const PrivateJwk> key,
                                 std::optional<Failure> failure) {
   const Lock lock(mutex_);
   is_unsealing_ = false;
   ++unsealings_;
   if (key && !is_same_key(facts_->key, key_facts(*key))) {
      contradiction_ = contradiction(store_);
      failure = contradiction_;
   } else {
      key_ = std::move(key);
   }
   last_unseal_failure_ = std::move(failure);
   unsealed_.notify_all();
   if (contradiction_) throw Failure(*contradiction_);
}

std::shared_ptr<const PrivateJwk> StoredKey::unseal(const Call &call) const {
   const SecretBytes content = store_.read_key(call.secret_memory());
   sealing_->read(content.reveal_text()); // it may have changed since
   return std::make_shared<const PrivateJwk>(
         sealing_->unseal(call, store_.path(), content.reveal_text()));
}

std::shared_ptr<const PrivateJwk> StoredKey::private_key(const Call &call) {
   {
      Lock lock(mutex_);
      load(call, lock);
      while (key_ == nullptr && is_unsealing_)
         wait_for_unsealing(call, lock);
      if (key_ != nullptr) return key_;
      is_unsealing_ = true;
   }
   std::shared_ptr<const PrivateJwk> key;
   try {
      key = unseal(call);
   } catch (const PromptFailure &failure) {
      // The host explains a refused prompt to the call that asked, and to no other.
      finish_unsealing(nullptr, Failure(failure.status(), "what opens " + file_name(store_.path()) +
                                                                " was asked for and not given"));
      throw;
   } catch (const Failure &failure) {
      finish_unsealing(nullptr, failure);
      throw;
   } catch (...) {
      finish_unsealing(nullptr, Failure(KEYSEAT_E_INTERNAL, "the key could not be unsealed"));
      throw;
   }
   finish_unsealing(key, std::nullopt);
   return key;
}

bool StoredKey::changed_on_disk(const Call &call) const {
   const Digest now = sha256(store_.read_key(call.secret_memory()).view());
   const Lock lock(mutex_);
   return now != content_;
}

// A key in clear speaks for itself; PATH.pub is only looked at to warn. Of a sealed one the facts are
// what PATH.pub says.
bool StoredKey::public_file_differs(const Call &call) {
   const auto facts = public_facts(call);
   if (facts->sealing.is_sealed) return false;
   try {
      const auto text = store_.read_public(call.secret_memory());
      if (!text) return false;
      const auto &own = facts->key.public_key;
      if (own && text->reveal_text() == own->to_json()) return false; // as complete() writes it
      return !is_same_key(read_key_facts(text->reveal_text()), facts->key);
   } catch (const Failure &) {
      return true;
   }
}

void StoredKey::adopt(PrivateJwk key, BytesView content) {
   auto shared = std::make_shared<const PrivateJwk>(std::move(key));
   auto facts = std::make_shared<PublicFacts>(
         PublicFacts{key_facts(*shared), sealing_->read(as_text(content))});
   const Lock lock(mutex_);
   contradiction_.reset();
   facts_ = std::move(facts);
   content_ = sha256(content);
   key_ = std::move(shared);
}

void StoredKey::forget() {
   const Lock lock(mutex_);
   contradiction_.reset();
   facts_.reset();
   key_.reset();
}

} // namespace keyseat::sdk::jose
