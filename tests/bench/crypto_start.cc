// SPDX-License-Identifier: Apache-2.0
//
// The floor of a command: a program that initialises libcrypto, fetches one cipher, draws random bytes
// and ends.

#include <openssl/evp.h>
#include <openssl/rand.h>

int main() {
   unsigned char bytes[32];
   EVP_CIPHER *cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
   const bool ok = cipher != nullptr && RAND_bytes(bytes, sizeof bytes) == 1;
   EVP_CIPHER_free(cipher);
   return ok ? 0 : 1;
}
