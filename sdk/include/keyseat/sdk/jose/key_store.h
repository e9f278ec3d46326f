// SPDX-License-Identifier: Apache-2.0
//
// KeyStore: the key file of one protector, PATH, and its public half beside it, PATH.pub
// (key_file.h).
//
// Whenever PATH.pub is there, it belongs to PATH: it is removed before PATH changes and written after
// it. What a crash can leave behind is therefore a key without PATH.pub, never the PATH.pub of a key
// that does not exist, to which others would encrypt in vain. A key in clear needs no PATH.pub; for a
// sealed one complete() makes it anew.
//
// It keeps nothing in memory and is thread-safe; two processes that write to one PATH at once are
// kept from losing a key that they did not mean to replace, not from overtaking each other.

#ifndef KEYSEAT_SDK_JOSE_KEY_STORE_H
#define KEYSEAT_SDK_JOSE_KEY_STORE_H

#include <keyseat/sdk/jose/key_file.h>

#include <optional>
#include <string>

namespace keyseat::sdk::jose {

class KeyStore {
 public:
   explicit KeyStore(std::string path);

   const std::string &path() const { return path_; }
   const std::string &public_path() const { return public_path_; }

   bool has_key() const;    // PATH is there
   bool has_public() const; // PATH.pub is there

   // PATH as it is: a JWK, or a sealed one. Throws Failure: E_KEY_MISSING with the advice
   // that fits, E_DENIED when others can read or write it.
   SecretBytes read_key(SecretMemory memory) const;

   // PATH.pub as it is; none where there is no such file. Throws Failure(E_DENIED) when others can write
   // it.
   std::optional<SecretBytes> read_public(SecretMemory memory) const;

   // What it says. Throws Failure(E_CONFIG), too, when it is no public JWK.
   std::optional<KeyFacts> read_facts(SecretMemory memory) const;

   // Writes a key, complete or not at all. `content` is what goes to PATH: the JWK of `key`, in clear
   // or sealed. Throws Failure(E_KEY_EXISTS) where a key exists and `replace` is false.
   void write(SecretMemory memory, const PrivateJwk &key, BytesView content, bool replace);

   // Writes the PATH.pub of the key that PATH holds.
   void complete(const PrivateJwk &key);

   // Removes both files.
   void remove();

   std::int64_t created_at() const; // seconds since 1970-01-01 UTC; 0: unknown

 private:
   std::string path_;
   std::string public_path_;
};

} // namespace keyseat::sdk::jose

#endif
