// SPDX-License-Identifier: Apache-2.0
//
// LoadedKey: a key file's key in the TPM, and what can be done with it.

#ifndef TPM2_LOADED_KEY_H
#define TPM2_LOADED_KEY_H

#include "session.h"
#include "tpm_key_file.h"
#include "tpm_settings.h"

#include <keyseat/sdk/secret.h>

#include <optional>

namespace tpm2 {

using keyseat::sdk::SecretBytes;
using keyseat::sdk::SecretMemory;

// Loaded under the storage root that the key file names, and under no other. Used by one thread at a
// time; outlived by its Tpm. `pin` is empty where the key has none.
class LoadedKey {
 public:
   // Throws Failure(E_KEY_LOST) on another TPM; TpmFailure.
   LoadedKey(Tpm &tpm, const TpmSettings &settings, const TpmKeyFile &file);

   // Throw Failure(E_DENIED) where PCRs are not as they shall be; TpmFailure with TPM_RC_AUTH_FAIL
   // for a wrong PIN.

   // The sealed secret.
   SecretBytes unseal(SecretMemory memory, BytesView pin);

   // The x coordinate of the shared point, as long as the field, with a point that lies on the curve.
   // Throws tampered() where the TPM refuses the point.
   SecretBytes agree(SecretMemory memory, BytesView pin, const jose::PublicNumbers &point);

   // RSAES-OAEP with SHA-256 and an empty label. Throws tampered() for what does not decrypt.
   SecretBytes decrypt(SecretMemory memory, BytesView pin, BytesView ciphertext);

 private:
   // Starts the session where there is none. What it throws is about the key and the machine, and not
   // about what the key is used on.
   void be_ready();

   template <class Use>
   void authorised(const char *command, BytesView pin, Use use);

   Tpm &tpm_;
   const Policy policy_;
   const Approvals approvals_;
   const StorageRoot root_;
   const Handle object_;
   std::optional<Handle> session_; // an HMAC session serves many uses, a policy session one
};

// Whether unsealing or decrypting can be expected to work, told without a try of a PIN: the TPM is the
// right one, is not in lockout where a PIN is needed, and the PCRs are as they shall be. Throws the
// Failure that it would come to.
void check_usable(Tpm &tpm, const TpmSettings &settings, const TpmKeyFile &file);

// The storage root of a key file, whose name is the one that the file says. Throws Failure(E_KEY_LOST).
StorageRoot load_root_of(Tpm &tpm, const TpmSettings &settings, const TpmKeyFile &file);

} // namespace tpm2

#endif
