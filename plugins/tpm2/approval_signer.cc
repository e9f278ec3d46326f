// SPDX-License-Identifier: Apache-2.0

#include "approval_signer.h"

#include <keyseat/sdk/jose/key_file.h>
#include <keyseat/sdk/jose/key_sealing.h>

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/provider.h>

#include <algorithm>
#include <ctime>
#include <exception>

namespace tpm2 {

namespace jose = keyseat::sdk::jose;
using keyseat::sdk::Call;
using keyseat::sdk::SecretBytes;

namespace {

template <auto Free>
struct FreeBy {
   template <class T>
   void operator()(T *p) const {
      Free(p);
   }
};
using LibraryPtr = std::unique_ptr<OSSL_LIB_CTX, FreeBy<OSSL_LIB_CTX_free>>;
using ProviderPtr = std::unique_ptr<OSSL_PROVIDER, FreeBy<OSSL_PROVIDER_unload>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, FreeBy<EVP_PKEY_free>>;
using BioPtr = std::unique_ptr<BIO, FreeBy<BIO_free_all>>;
using DigestContextPtr = std::unique_ptr<EVP_MD_CTX, FreeBy<EVP_MD_CTX_free>>;
using SignaturePtr = std::unique_ptr<ECDSA_SIG, FreeBy<ECDSA_SIG_free>>;

constexpr int kCoordinateSize = 32;
constexpr std::size_t kSignatureSize = 64; // r and s

Failure bad_approval_key(const std::string &path, const char *why) {
   return Failure(KEYSEAT_E_CONFIG, path + " " + why)
         .with_option("approval-key")
         .with_hint("make one: openssl ecparam -genkey -name prime256v1 -noout -out " + path);
}

void require_signed(bool ok) {
   if (!ok) throw Failure(KEYSEAT_E_INTERNAL, "OpenSSL fails to sign");
}

// What OpenSSL's callback needs. It must not throw through C.
struct PassphraseAsker {
   const Call &call;
   std::string path;
   std::exception_ptr failure = nullptr;
   bool was_asked = false;

   static int ask(char *out, int size, int, void *data) {
      auto &self = *static_cast<PassphraseAsker *>(data);
      try {
         keyseat::sdk::Question question;
         question.secret = "approval-passphrase";
         question.title = "passphrase of " + jose::file_name(self.path);
         self.was_asked = true;
         const SecretBytes answer = self.call.ask(question);
         const int length = std::min(size, static_cast<int>(answer.size()));
         std::copy_n(answer.data(), length, out);
         return length;
      } catch (...) {
         self.failure = std::current_exception();
         return -1;
      }
   }
};

Bytes coordinate(EVP_PKEY *key, const char *name) {
   BIGNUM *number = nullptr;
   require_signed(EVP_PKEY_get_bn_param(key, name, &number) == 1);
   Bytes bytes(kCoordinateSize);
   const int size = BN_bn2binpad(number, bytes.data(), kCoordinateSize);
   BN_free(number);
   require_signed(size == kCoordinateSize);
   return bytes;
}

} // namespace

struct ApprovalSigner::Key {
   LibraryPtr library;
   ProviderPtr provider;
   KeyPtr pair;
};

// A library context of its own: the default one reads OPENSSL_CONF.
ApprovalSigner::ApprovalSigner(const Call &call, const std::string &path)
      : key_(std::make_unique<Key>()) {
   const SecretBytes pem = jose::read_key_file(call.secret_memory(), path, true);
   ERR_set_mark();
   key_->library.reset(OSSL_LIB_CTX_new());
   key_->provider.reset(OSSL_PROVIDER_load(key_->library.get(), "default"));
   const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
   PassphraseAsker asker{call, path};
   key_->pair.reset(PEM_read_bio_PrivateKey_ex(bio.get(), nullptr, PassphraseAsker::ask, &asker,
                                               key_->library.get(), nullptr));
   ERR_pop_to_mark();
   if (asker.failure) std::rethrow_exception(asker.failure);
   if (!key_->pair && asker.was_asked) {
      throw Failure(KEYSEAT_E_AUTH_FAILED, "wrong passphrase for " + path);
   }
   if (!key_->pair) throw bad_approval_key(path, "holds no private key in PEM");
   char group[32] = "";
   std::size_t size = 0;
   EVP_PKEY_get_utf8_string_param(key_->pair.get(), OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group,
                                  &size);
   if (std::string(group) != "prime256v1") throw bad_approval_key(path, "is no EC key on P-256");
}

ApprovalSigner::~ApprovalSigner() = default;

ApprovalKey ApprovalSigner::public_key() const {
   return {coordinate(key_->pair.get(), OSSL_PKEY_PARAM_EC_PUB_X),
           coordinate(key_->pair.get(), OSSL_PKEY_PARAM_EC_PUB_Y)};
}

Approval ApprovalSigner::approve(const PcrValues &values, BytesView ref) const {
   const DigestContextPtr context(EVP_MD_CTX_new());
   require_signed(context &&
                  EVP_DigestSignInit_ex(context.get(), nullptr, "SHA2-256", key_->library.get(),
                                        nullptr, key_->pair.get(), nullptr) == 1);
   Bytes message = pcr_policy_digest(values);
   message.insert(message.end(), ref.begin(), ref.end());
   std::size_t size = 0;
   require_signed(EVP_DigestSign(context.get(), nullptr, &size, message.data(), message.size()) ==
                  1);
   Bytes der(size);
   require_signed(
         EVP_DigestSign(context.get(), der.data(), &size, message.data(), message.size()) == 1);
   const std::uint8_t *position = der.data();
   const SignaturePtr pair(d2i_ECDSA_SIG(nullptr, &position, static_cast<long>(size)));
   require_signed(pair != nullptr);
   Approval approval{values, Bytes(kSignatureSize), std::time(nullptr)};
   std::uint8_t *out = approval.signature.data();
   require_signed(
         BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), out, kCoordinateSize) == kCoordinateSize &&
         BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), out + kCoordinateSize, kCoordinateSize) ==
               kCoordinateSize);
   return approval;
}

} // namespace tpm2
