// SPDX-License-Identifier: Apache-2.0

// open(), fstat() and O_CLOEXEC beside plain C11.
#define _POSIX_C_SOURCE 200809L

#include "key.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// A key that others may read is no secret.
static int is_private(const struct stat *file) {
   return S_ISREG(file->st_mode) && (file->st_mode & (S_IRWXG | S_IRWXO)) == 0 &&
          (file->st_uid == geteuid() || file->st_uid == 0);
}

static key_state read_all(int fd, uint8_t key[KEY_SIZE]) {
   size_t size = 0;
   while (size < KEY_SIZE) {
      const ssize_t n = read(fd, key + size, KEY_SIZE - size);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return KEY_UNREADABLE;
      if (n == 0) return KEY_WRONG_SIZE;
      size += (size_t)n;
   }
   return KEY_READ;
}

key_state key_read(const char *path, uint8_t key[KEY_SIZE]) {
   struct stat file;
   key_state result;
   const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY); // R-PRC-4
   if (fd < 0) {
      if (errno == ENOENT) return KEY_ABSENT;
      return errno == EACCES ? KEY_REFUSED : KEY_UNREADABLE;
   }
   if (fstat(fd, &file) != 0) {
      result = KEY_UNREADABLE;
   } else if (!is_private(&file)) {
      result = KEY_REFUSED;
   } else if (file.st_size != KEY_SIZE) {
      result = KEY_WRONG_SIZE;
   } else {
      result = read_all(fd, key);
   }
   close(fd);
   return result;
}

int key_kid(OSSL_LIB_CTX *openssl, const uint8_t key[KEY_SIZE], char kid[KID_SIZE]) {
   static const char label[] = "com.example.rawkey kid";
   uint8_t digest[EVP_MAX_MD_SIZE];
   EVP_MD *sha256 = EVP_MD_fetch(openssl, "SHA256", NULL);
   EVP_MD_CTX *ctx = EVP_MD_CTX_new();
   const int ok = sha256 != NULL && ctx != NULL && EVP_DigestInit_ex2(ctx, sha256, NULL) &&
                  EVP_DigestUpdate(ctx, label, sizeof label - 1) &&
                  EVP_DigestUpdate(ctx, key, KEY_SIZE) && EVP_DigestFinal_ex(ctx, digest, NULL);
   EVP_MD_CTX_free(ctx);
   EVP_MD_free(sha256);
   for (size_t i = 0; ok && i < (KID_SIZE - 1) / 2; ++i) {
      snprintf(kid + 2 * i, 3, "%02x", digest[i]);
   }
   return ok;
}

// AES key wrap in either direction; 0 unless exactly `out_size` bytes come out.
static int aes_wrap(OSSL_LIB_CTX *openssl, int wrap, const uint8_t key[KEY_SIZE], const uint8_t *in,
                    int in_size, uint8_t *out, int out_size) {
   int size = 0;
   int rest = 0;
   EVP_CIPHER *cipher = EVP_CIPHER_fetch(openssl, "AES-256-WRAP", NULL);
   EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
   const int ok = cipher != NULL && ctx != NULL &&
                  EVP_CipherInit_ex2(ctx, cipher, key, NULL, wrap, NULL) &&
                  EVP_CipherUpdate(ctx, out, &size, in, in_size) &&
                  EVP_CipherFinal_ex(ctx, out + size, &rest) && size + rest == out_size;
   EVP_CIPHER_CTX_free(ctx);
   EVP_CIPHER_free(cipher);
   return ok;
}

int key_wrap(OSSL_LIB_CTX *openssl, const uint8_t key[KEY_SIZE],
             const uint8_t cek[KEYSEAT_CEK_SIZE], uint8_t wrapped[WRAPPED_CEK_SIZE]) {
   return aes_wrap(openssl, 1, key, cek, KEYSEAT_CEK_SIZE, wrapped, WRAPPED_CEK_SIZE);
}

int key_unwrap(OSSL_LIB_CTX *openssl, const uint8_t key[KEY_SIZE],
               const uint8_t wrapped[WRAPPED_CEK_SIZE], uint8_t cek[WRAPPED_CEK_SIZE]) {
   return aes_wrap(openssl, 0, key, wrapped, WRAPPED_CEK_SIZE, cek, KEYSEAT_CEK_SIZE);
}
