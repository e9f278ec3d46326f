// SPDX-License-Identifier: Apache-2.0

#include "loaded_key.h"

#include "chip_facts.h"

#include <openssl/crypto.h>

#include <algorithm>

namespace tpm2 {

namespace {

// The authorisation value of an object, while it lives. ESYS keeps a copy, which is overwritten.
class AuthValue {
 public:
   AuthValue(Tpm &tpm, ESYS_TR object, BytesView pin) : tpm_(tpm), object_(object) {
      TPM2B_AUTH auth{};
      auth.size = static_cast<UINT16>(pin.size());
      std::copy(pin.begin(), pin.end(), auth.buffer);
      set(auth);
      OPENSSL_cleanse(&auth, sizeof auth);
   }
   ~AuthValue() { set(TPM2B_AUTH{}); }
   AuthValue(const AuthValue &) = delete;
   AuthValue &operator=(const AuthValue &) = delete;

 private:
   void set(const TPM2B_AUTH &auth) { Esys_TR_SetAuth(tpm_.esys(), object_, &auth); }

   Tpm &tpm_;
   ESYS_TR object_;
};

// Takes over a sized buffer that ESYS has allocated and that holds a secret.
template <class Sized>
class SecretResult {
 public:
   SecretResult() = default;
   SecretResult(const SecretResult &) = delete;
   SecretResult &operator=(const SecretResult &) = delete;
   ~SecretResult() {
      if (value != nullptr) OPENSSL_cleanse(value, sizeof *value);
      Esys_Free(value);
   }
   Sized *value = nullptr;
};

// Format one, and it is a parameter that the TPM blames (TPM 2.0 Library Part 2 section 6.6.2).
bool is_about_parameter(const TpmFailure &failure) {
   constexpr TSS2_RC kFormatOneParameter = 0xc0;
   return base_code(failure.code()) != 0 &&
          (failure.code() & kFormatOneParameter) == kFormatOneParameter;
}

// A TPM in failure mode answers every command with TPM_RC_FAILURE; that of libtpms says so of a single
// ciphertext that does not decrypt, too.
bool is_in_failure_mode(Tpm &tpm) {
   try {
      TPM2B_DIGEST *bytes = nullptr;
      tpm.run("TPM2_GetRandom", [&] {
         return Esys_GetRandom(tpm.esys(), ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, 1, &bytes);
      });
      Esys_Free(bytes);
      return false;
   } catch (const TpmFailure &) {
      return true;
   }
}

bool is_about_ciphertext(Tpm &tpm, const TpmFailure &failure) {
   if (base_code(failure.code()) == TPM2_RC_FAILURE) return !is_in_failure_mode(tpm);
   return is_about_parameter(failure);
}

Handle load(Tpm &tpm, const StorageRoot &root, const Tss2Key &key) {
   ESYS_TR object = ESYS_TR_NONE;
   tpm.run("TPM2_Load", [&] {
      return Esys_Load(tpm.esys(), root.handle.tr(), ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE,
                       &key.private_area, &key.public_area, &object);
   });
   return {tpm, object};
}

TPM2B_ECC_POINT tpm_point(const jose::PublicNumbers &point) {
   TPM2B_ECC_POINT result{};
   result.point.x.size = static_cast<UINT16>(point.x.size());
   std::copy(point.x.begin(), point.x.end(), result.point.x.buffer);
   result.point.y.size = static_cast<UINT16>(point.y.size());
   std::copy(point.y.begin(), point.y.end(), result.point.y.buffer);
   return result;
}

} // namespace

StorageRoot load_root_of(Tpm &tpm, const TpmSettings &settings, const TpmKeyFile &file) {
   StorageRoot root = load_storage_root(tpm, settings.parent.value_or(file.key.parent));
   require_name(root, file.root_name);
   return root;
}

LoadedKey::LoadedKey(Tpm &tpm, const TpmSettings &settings, const TpmKeyFile &file)
      : tpm_(tpm),
        policy_(file.policy),
        approvals_(file.approvals),
        root_(load_root_of(tpm, settings, file)),
        object_(load(tpm, root_, file.key)) {}

void LoadedKey::be_ready() {
   if (!session_) session_.emplace(start_session(tpm_, root_, policy_, approvals_));
}

template <class Use>
void LoadedKey::authorised(const char *command, BytesView pin, Use use) {
   const AuthValue auth(tpm_, object_.tr(), pin);
   try {
      tpm_.run(command, [&] { return use(object_.tr(), session_->tr()); });
   } catch (const TpmFailure &failure) {
      session_.reset();
      // Others have used up the tries since anybody looked: say for how long.
      if (base_code(failure.code()) == TPM2_RC_LOCKOUT) require_unlocked(read_chip_facts(tpm_));
      throw;
   } catch (...) {
      session_.reset();
      throw;
   }
   if (policy_.has_session()) session_.reset();
}

SecretBytes LoadedKey::unseal(SecretMemory memory, BytesView pin) {
   be_ready();
   SecretResult<TPM2B_SENSITIVE_DATA> data;
   authorised("TPM2_Unseal", pin, [&](ESYS_TR object, ESYS_TR session) {
      return Esys_Unseal(tpm_.esys(), object, session, ESYS_TR_NONE, ESYS_TR_NONE, &data.value);
   });
   return {memory, BytesView(data.value->buffer, data.value->size)};
}

SecretBytes LoadedKey::agree(SecretMemory memory, BytesView pin, const jose::PublicNumbers &point) {
   const TPM2B_ECC_POINT theirs = tpm_point(point);
   be_ready();
   SecretResult<TPM2B_ECC_POINT> shared;
   try {
      authorised("TPM2_ECDH_ZGen", pin, [&](ESYS_TR object, ESYS_TR session) {
         return Esys_ECDH_ZGen(tpm_.esys(), object, session, ESYS_TR_NONE, ESYS_TR_NONE, &theirs,
                               &shared.value);
      });
   } catch (const TpmFailure &failure) {
      if (is_about_parameter(failure)) throw keyseat::sdk::tampered();
      throw;
   }
   const TPM2B_ECC_PARAMETER &x = shared.value->point.x;
   SecretBytes result(memory, point.x.size());
   if (x.size > result.size()) throw keyseat::sdk::tampered();
   std::copy_n(x.buffer, x.size, result.data() + (result.size() - x.size));
   return result;
}

SecretBytes LoadedKey::decrypt(SecretMemory memory, BytesView pin, BytesView ciphertext) {
   TPM2B_PUBLIC_KEY_RSA input{};
   if (ciphertext.size() > sizeof input.buffer) throw keyseat::sdk::tampered();
   input.size = static_cast<UINT16>(ciphertext.size());
   std::copy(ciphertext.begin(), ciphertext.end(), input.buffer);
   TPMT_RSA_DECRYPT scheme{};
   scheme.scheme = TPM2_ALG_NULL; // the key's own, RSAES-OAEP with SHA-256
   const TPM2B_DATA label{};
   be_ready();
   SecretResult<TPM2B_PUBLIC_KEY_RSA> message;
   try {
      authorised("TPM2_RSA_Decrypt", pin, [&](ESYS_TR object, ESYS_TR session) {
         return Esys_RSA_Decrypt(tpm_.esys(), object, session, ESYS_TR_NONE, ESYS_TR_NONE, &input,
                                 &scheme, &label, &message.value);
      });
   } catch (const TpmFailure &failure) {
      if (is_about_ciphertext(tpm_, failure)) throw keyseat::sdk::tampered();
      throw;
   }
   return {memory, BytesView(message.value->buffer, message.value->size)};
}

void check_usable(Tpm &tpm, const TpmSettings &settings, const TpmKeyFile &file) {
   const StorageRoot root = load_root_of(tpm, settings, file);
   if (file.policy.has_pin) require_unlocked(read_chip_facts(tpm));
   if (file.policy.has_session()) check_pcrs(tpm, file.policy, file.approvals);
}

} // namespace tpm2
