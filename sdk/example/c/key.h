// SPDX-License-Identifier: Apache-2.0
//
// The key: 32 bytes in a file, and AES key wrap (RFC 3394) under it.

#ifndef RAWKEY_KEY_H
#define RAWKEY_KEY_H

#include <keyseat/plugin.h>

#include <openssl/crypto.h>

#define KEY_SIZE 32u
#define KID_SIZE 33u         // 32 hexadecimal digits and a NUL
#define WRAPPED_CEK_SIZE 40u // RFC 3394: 8 bytes longer than the CEK

typedef enum key_state {
   KEY_READ,
   KEY_ABSENT,
   KEY_REFUSED,
   KEY_UNREADABLE,
   KEY_WRONG_SIZE
} key_state;

// Reads the key from `path` into `key`, which is secret memory.
key_state key_read(const char *path, uint8_t key[KEY_SIZE]);

// Names the key: half of a digest, which tells nothing about 256 random bits. 0 when OpenSSL fails.
int key_kid(OSSL_LIB_CTX *openssl, const uint8_t key[KEY_SIZE], char kid[KID_SIZE]);

// 0 when OpenSSL fails; for key_unwrap() also when the integrity check does.
int key_wrap(OSSL_LIB_CTX *openssl, const uint8_t key[KEY_SIZE],
             const uint8_t cek[KEYSEAT_CEK_SIZE], uint8_t wrapped[WRAPPED_CEK_SIZE]);
int key_unwrap(OSSL_LIB_CTX *openssl, const uint8_t key[KEY_SIZE],
               const uint8_t wrapped[WRAPPED_CEK_SIZE], uint8_t cek[WRAPPED_CEK_SIZE]);

#endif
