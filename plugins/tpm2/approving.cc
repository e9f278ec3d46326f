// SPDX-License-Identifier: Apache-2.0

#include "approving.h"

#include "key_making.h"
#include "tpm_tries.h"

#include <keyseat/sdk/jose/details.h>
#include <keyseat/sdk/jose/encoding.h>
#include <keyseat/sdk/jose/key_file.h>

namespace tpm2 {

using keyseat::sdk::Call;

namespace {

void require_approvable(const TpmKeyFile &file, const TpmSettings &settings) {
   if (!file.policy.approval_key) {
      throw Failure(KEYSEAT_E_UNSUPPORTED, "the key was made without an approval key")
            .with_hint(
                  "set 'pcrs' and 'approval-key' and make a new key: keyseat protector create "
                  "--replace");
   }
   if (!settings.approval_key) {
      throw Failure(KEYSEAT_E_CONFIG, "approving takes the private approval key")
            .with_option("approval-key")
            .with_hint("name its file");
   }
}

std::string report(const Approval &approval, const std::string &key_path) {
   jose::Details details;
   details.add("approved", approval.pcrs.selection.text());
   for (std::size_t i = 0; i < approval.pcrs.values.size(); ++i) {
      details.add("pcr_" + std::to_string(approval.pcrs.selection.indexes[i]),
                  jose::hex_encode(approval.pcrs.values[i]));
   }
   details.add("file", approvals_path(key_path));
   return details.json();
}

} // namespace

TpmKeyFile read_tpm_key_file(const Call &call, const std::string &key_path) {
   TpmKeyFile file =
         TpmKeyFile::parse(jose::read_key_file(call.secret_memory(), key_path, true).reveal_text());
   if (file.policy.approval_key)
      file.approvals.add(read_approvals(call, key_path, file.policy.ref));
   return file;
}

std::string approve_state(const Call &call, const TpmSettings &settings) {
   const TpmKeyFile file = read_tpm_key_file(call, settings.key_path);
   require_approvable(file, settings);
   Deadline deadline(call);
   const KeyWishes wishes = ask_wishes(deadline, settings, false);
   const ApprovalKey key = wishes.signer->public_key();
   if (key.x != file.policy.approval_key->x || key.y != file.policy.approval_key->y) {
      throw Failure(KEYSEAT_E_CONFIG,
                    *settings.approval_key + " is not the approval key that the key was made with")
            .with_option("approval-key");
   }
   const Approval approval = with_tpm(settings, deadline, [&](Tpm &tpm) {
      const StorageRoot root = load_root_of(tpm, settings, file);
      return approve_pcrs(tpm, root, file.policy, *wishes.signer);
   });
   Approvals approvals = read_approvals(call, settings.key_path, file.policy.ref);
   approvals.add(approval);
   write_approvals(settings.key_path, file.policy.ref, approvals);
   return report(approval, settings.key_path);
}

} // namespace tpm2
