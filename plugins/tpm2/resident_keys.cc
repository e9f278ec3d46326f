// SPDX-License-Identifier: Apache-2.0
//
// ResidentProtector: creating, listing and destroying its key.

#include "key_making.h"
#include "resident_protector.h"
#include "templates.h"
#include "tpm_tries.h"

#include <keyseat/sdk/jose/key_file.h>
#include <keyseat/sdk/jose/key_management.h>
#include <keyseat/sdk/jose/primitives.h>

#include <algorithm>

namespace tpm2 {

using keyseat::sdk::Call;
using keyseat::sdk::KeyInfo;
using keyseat::sdk::KeyRequest;

namespace {

jose::KeyType resident_type(const KeyRequest &request) {
   const auto type = jose::key_type_from_name(request.key_type.value_or("P-256"));
   const Policy none;
   resident_template(type.value_or(jose::KeyType::oct), none); // throws for types that no TPM has
   return *type;
}

// A key is good when it opens what its public half has wrapped.
void prove(const Call &call, Tpm &tpm, const TpmSettings &settings, const TpmKeyFile &file,
           BytesView pin) {
   const SecretMemory memory = call.secret_memory();
   const jose::PublicJwk public_key = public_jwk_of(file.key.public_area, file.type);
   const SecretBytes cek = jose::random_secret(memory, KEYSEAT_CEK_SIZE);
   const auto wrapped = jose::wrap_key(memory, public_key, cek);
   const auto header = jose::read_jose_header(wrapped.header);
   LoadedKey key(tpm, settings, file);
   const SecretBytes unwrapped =
         header->epk ? jose::unwrap_with_shared_secret(
                             memory, key.agree(memory, pin, header->epk->numbers()), *header,
                             wrapped.encrypted_key)
                     : key.decrypt(memory, pin, wrapped.encrypted_key);
   if (!jose::constant_time_equal(cek, unwrapped))
      throw Failure(KEYSEAT_E_UNAVAILABLE, "the TPM does not open what its new key has wrapped");
}

} // namespace

std::string ResidentProtector::create_key(const Call &call, const KeyRequest &request) {
   const BytesView id = call.request_id();
   if (!created_kid_.empty() && std::equal(id.begin(), id.end(), created_by_.begin()))
      return created_kid_;
   const jose::KeyType type = resident_type(request);
   if (!request.replace && jose::key_file_exists(settings_.key_path)) {
      throw Failure(KEYSEAT_E_KEY_EXISTS, "there is a key in " + settings_.key_path)
            .with_hint("replacing it makes unreadable what was encrypted to it");
   }
   Deadline deadline(call);
   const KeyWishes wishes = ask_wishes(deadline, settings_, request.encrypted);
   const TpmKeyFile made = with_tpm(settings_, deadline, [&](Tpm &tpm) {
      return make_resident_key(tpm, settings_, wishes, type);
   });
   const std::string text = made.text();
   const TpmKeyFile file = TpmKeyFile::parse(text);
   with_tpm(settings_, deadline,
            [&](Tpm &tpm) { prove(call, tpm, settings_, file, wishes.pin_bytes()); });
   call.check_cancelled();
   jose::write_key_file(settings_.key_path, keyseat::sdk::as_bytes(text), true, request.replace);
   forget();
   std::copy(id.begin(), id.end(), created_by_.begin());
   created_kid_ = public_jwk_of(file.key.public_area, type).kid();
   return created_kid_;
}

std::vector<KeyInfo> ResidentProtector::list_keys(const Call &call) {
   if (!jose::key_file_exists(settings_.key_path)) return {};
   const auto current = key(call);
   KeyInfo info;
   info.capabilities = KEYSEAT_CAP_KEY_PAIR | KEYSEAT_CAP_HARDWARE | KEYSEAT_CAP_MACHINE_BOUND;
   info.created_at = current->file.created_at;
   info.kid = current->public_key.kid();
   info.label = settings_.key_path;
   info.key_type = key_type_name(current->file.type);
   info.alg = current->public_key.alg();
   return {info};
}

// Looks at the file and not at memory: what is destroyed is what is there.
void ResidentProtector::destroy_key(const Call &call, std::string_view kid) {
   forget();
   if (key(call)->public_key.kid() != kid) {
      throw Failure(KEYSEAT_E_KEY_MISSING, "the key in " + settings_.key_path + " has another kid");
   }
   forget();
   created_kid_.clear();
   jose::remove_key_file(settings_.key_path);
   remove_approvals(settings_.key_path);
}

} // namespace tpm2
