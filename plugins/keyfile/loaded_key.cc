// SPDX-License-Identifier: Apache-2.0

#include "loaded_key.h"

#include <keyseat/sdk/jose/encrypted_jwk.h>

#include <chrono>

namespace keyfile {

using keyseat::sdk::PromptFailure;
using keyseat::sdk::Question;

namespace {

bool same_key(const jose::KeyFacts &a, const jose::KeyFacts &b) {
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
                  store.public_path() + ", the public half of the encrypted key, is missing")
         .with_option("key")
         .with_hint(
               "bring it back from a backup, or run `keyseat protector create`, which asks for "
               "the passphrase and writes it anew; the key stays");
}

// An unencrypted key speaks for itself; PATH.pub is only looked at to warn.
bool differs_from_public_file(const KeyStore &store, const Call &call, const jose::KeyFacts &key) {
   try {
      const auto beside = store.read_facts(call.secret_memory());
      return beside && !same_key(*beside, key);
   } catch (const Failure &) {
      return true;
   }
}

} // namespace

jose::PrivateJwk unlock(const Call &call, const std::string &file_name, std::string_view text) {
   Question question;
   question.kind = KEYSEAT_PROMPT_EXISTING;
   question.secret = "passphrase-source";
   question.title = "passphrase of " + file_name;
   for (question.attempt = 1; question.attempt <= LoadedKey::kMostTries; ++question.attempt) {
      call.check_cancelled();
      const SecretBytes passphrase = call.ask(question);
      auto key = jose::decrypt_jwk(call.secret_memory(), text, passphrase);
      if (key) return std::move(*key);
      question.error = "wrong passphrase";
   }
   throw Failure(KEYSEAT_E_AUTH_FAILED,
                 "wrong passphrase for " + file_name + ", or the file has been altered");
}

void LoadedKey::load(const Call &call, const Lock &) {
   if (contradiction_) throw Failure(*contradiction_);
   if (facts_) return;
   const SecretBytes text = store_.read_key(call.secret_memory());
   content_ = jose::sha256(text.view());
   if (jose::is_encrypted_jwk(text.reveal_text())) {
      jose::check_encrypted_jwk(text.reveal_text());
      auto facts = store_.read_facts(call.secret_memory());
      if (!facts) throw no_public_file(store_);
      facts_ = std::make_shared<PublicFacts>(PublicFacts{std::move(*facts), true, false});
      return;
   }
   auto key = std::make_shared<const jose::PrivateJwk>(
         jose::PrivateJwk::parse(call.secret_memory(), text.reveal_text()));
   auto facts = jose::key_facts(*key);
   const bool differs = differs_from_public_file(store_, call, facts);
   facts_ = std::make_shared<PublicFacts>(PublicFacts{std::move(facts), false, differs});
   key_ = std::move(key);
}

std::shared_ptr<const PublicFacts> LoadedKey::public_facts(const Call &call) {
   const Lock lock(mutex_);
   load(call, lock);
   return facts_;
}

bool LoadedKey::is_unlocked() const {
   const Lock lock(mutex_);
   return key_ != nullptr;
}

// Waits until the call that is asking has its answer, and takes part in the outcome: a person who has
// just declined, or failed three times, is not asked at once by the next thread.
void LoadedKey::wait_for_unlocking(const Call &call, Lock &held) {
   const std::uint64_t finished = unlockings_;
   while (unlockings_ == finished) {
      unlocked_.wait_for(held, std::chrono::milliseconds(50));
      call.check_cancelled();
   }
   if (last_unlock_failure_) throw Failure(*last_unlock_failure_);
}

void LoadedKey::finish_unlocking(std::shared_ptr<const jose::PrivateJwk> key,
                                 std::optional<Failure> failure) {
   const Lock lock(mutex_);
   is_unlocking_ = false;
   ++unlockings_;
   if (key && !same_key(facts_->key, jose::key_facts(*key))) {
      contradiction_ = contradiction(store_);
      failure = contradiction_;
   } else {
      key_ = std::move(key);
   }
   last_unlock_failure_ = std::move(failure);
   unlocked_.notify_all();
   if (contradiction_) throw Failure(*contradiction_);
}

std::shared_ptr<const jose::PrivateJwk> LoadedKey::private_key(const Call &call) {
   {
      Lock lock(mutex_);
      load(call, lock);
      while (key_ == nullptr && is_unlocking_)
         wait_for_unlocking(call, lock);
      if (key_ != nullptr) return key_;
      is_unlocking_ = true;
   }
   std::shared_ptr<const jose::PrivateJwk> key;
   try {
      const SecretBytes text = store_.read_key(call.secret_memory());
      key = std::make_shared<const jose::PrivateJwk>(
            unlock(call, store_.file_name(), text.reveal_text()));
   } catch (const PromptFailure &failure) {
      finish_unlocking(nullptr,
                       Failure(failure.status(),
                               "the passphrase of " + store_.file_name() + " was not given"));
      throw;
   } catch (const Failure &failure) {
      finish_unlocking(nullptr, failure);
      throw;
   } catch (...) {
      finish_unlocking(nullptr, Failure(KEYSEAT_E_INTERNAL, "the key could not be unlocked"));
      throw;
   }
   finish_unlocking(key, std::nullopt);
   return key;
}

bool LoadedKey::changed_on_disk(const Call &call) const {
   const jose::Digest now = jose::sha256(store_.read_key(call.secret_memory()).view());
   const Lock lock(mutex_);
   return now != content_;
}

void LoadedKey::adopt(jose::PrivateJwk key, bool is_encrypted, BytesView content) {
   auto shared = std::make_shared<const jose::PrivateJwk>(std::move(key));
   auto facts =
         std::make_shared<PublicFacts>(PublicFacts{jose::key_facts(*shared), is_encrypted, false});
   const Lock lock(mutex_);
   contradiction_.reset();
   facts_ = std::move(facts);
   content_ = jose::sha256(content);
   key_ = std::move(shared);
}

void LoadedKey::forget() {
   const Lock lock(mutex_);
   contradiction_.reset();
   facts_.reset();
   key_.reset();
}

} // namespace keyfile
