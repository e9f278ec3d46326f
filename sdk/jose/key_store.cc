// SPDX-License-Identifier: Apache-2.0

#include <keyseat/sdk/jose/key_store.h>

#include <keyseat/sdk/failure.h>

namespace keyseat::sdk::jose {

KeyStore::KeyStore(std::string path)
      : path_(std::move(path)), public_path_(public_key_path(path_)) {}

bool KeyStore::has_key() const { return key_file_exists(path_); }

bool KeyStore::has_public() const { return key_file_exists(public_path_); }

SecretBytes KeyStore::read_key(SecretMemory memory) const {
   try {
      return read_key_file(memory, path_, true);
   } catch (const Failure &failure) {
      if (failure.status() != KEYSEAT_E_KEY_MISSING) throw;
   }
   if (has_public()) {
      throw Failure(KEYSEAT_E_KEY_MISSING,
                    "the key file " + path_ + " is gone, while " + public_path_ + " is still there")
            .with_hint(
                  "bring the key file back from a backup; a new key opens nothing that was "
                  "encrypted to the old one");
   }
   throw Failure(KEYSEAT_E_KEY_MISSING, "there is no key file " + path_); // the host has the hint
}

std::optional<SecretBytes> KeyStore::read_public(SecretMemory memory) const {
   if (!has_public()) return std::nullopt;
   return read_key_file(memory, public_path_, false);
}

std::optional<KeyFacts> KeyStore::read_facts(SecretMemory memory) const {
   const std::optional<SecretBytes> text = read_public(memory);
   if (!text) return std::nullopt;
   return read_key_facts(text->reveal_text());
}

namespace {

// Puts `content` back after a failed replacement; a failure of that leaves the first one to tell.
void restore(const std::string &path, const std::optional<SecretBytes> &content, bool is_private) {
   if (!content) return;
   try {
      write_key_file(path, content->view(), is_private, true);
   } catch (const Failure &) {
      // The caller throws the failure that made this necessary.
   }
}

} // namespace

void KeyStore::write(SecretMemory memory, const PrivateJwk &key, BytesView content, bool replace) {
   std::optional<SecretBytes> old_key;
   std::optional<SecretBytes> old_public;
   if (replace && has_key()) old_key = read_key_file(memory, path_, true);
   if (replace && has_public()) {
      old_public = read_key_file(memory, public_path_, false);
      remove_key_file(public_path_);
   }
   try {
      write_key_file(path_, content, true, replace);
   } catch (...) {
      restore(public_path_, old_public, false);
      throw;
   }
   try {
      complete(key);
   } catch (...) {
      if (!old_key) remove_key_file(path_);
      restore(path_, old_key, true);
      restore(public_path_, old_public, false);
      throw;
   }
}

void KeyStore::complete(const PrivateJwk &key) {
   write_key_file(public_path_, as_bytes(write_key_facts(key)), false, true);
}

void KeyStore::remove() {
   if (has_public()) remove_key_file(public_path_);
   remove_key_file(path_);
}

std::int64_t KeyStore::created_at() const { return key_file_time(path_); }

} // namespace keyseat::sdk::jose
