// SPDX-License-Identifier: Apache-2.0

#include "key_making.h"

#include "templates.h"

#include <keyseat/sdk/jose/primitives.h>

#include <openssl/crypto.h>

#include <algorithm>
#include <ctime>

namespace tpm2 {

namespace {

constexpr std::size_t kRefSize = 32;
constexpr TPMA_SESSION kAuditing = TPMA_SESSION_CONTINUESESSION | TPMA_SESSION_AUDIT;

// The sensitive part of a new object; wiped.
class Sensitive {
 public:
   Sensitive(BytesView pin, BytesView data) {
      value.sensitive.userAuth.size = static_cast<UINT16>(pin.size());
      std::copy(pin.begin(), pin.end(), value.sensitive.userAuth.buffer);
      value.sensitive.data.size = static_cast<UINT16>(data.size());
      std::copy(data.begin(), data.end(), value.sensitive.data.buffer);
   }
   ~Sensitive() { OPENSSL_cleanse(&value, sizeof value); }
   Sensitive(const Sensitive &) = delete;
   Sensitive &operator=(const Sensitive &) = delete;

   TPM2B_SENSITIVE_CREATE value{};
};

// The response is the TPM's: an audit session proves it.
PcrValues read_pcrs_surely(Tpm &tpm, const StorageRoot &root, const PcrSelection &selection) {
   const Handle session = start_hmac_session(tpm, root);
   const TSS2_RC code = Esys_TRSess_SetAttributes(tpm.esys(), session.tr(), kAuditing, 0xff);
   if (code != TSS2_RC_SUCCESS) throw command_failed("Esys_TRSess_SetAttributes", code);
   return read_pcrs(tpm, selection, session.tr());
}

// What a new key asks for: as the configuration says, with the PCRs as they are.
TpmKeyFile blank_file(Tpm &tpm, const TpmSettings &settings, const KeyWishes &wishes,
                      const StorageRoot &root, jose::KeyType type) {
   TpmKeyFile file;
   file.type = type;
   file.root_name = root.name;
   file.created_at = std::time(nullptr);
   file.key.parent = settings.parent.value_or(TPM2_RH_OWNER);
   file.policy.has_pin = wishes.pin.has_value();
   file.policy.selection = settings.pcrs;
   if (wishes.signer != nullptr) {
      file.policy.approval_key = wishes.signer->public_key();
      file.policy.ref.resize(kRefSize);
      jose::random_bytes(file.policy.ref.data(), file.policy.ref.size());
      file.approvals.add(approve_pcrs(tpm, root, file.policy, *wishes.signer));
   } else if (settings.pcrs) {
      file.policy.pcrs = read_pcrs_surely(tpm, root, *settings.pcrs);
   }
   return file;
}

void create(Tpm &tpm, const StorageRoot &root, const TPM2B_PUBLIC &wanted, BytesView pin,
            BytesView data, Tss2Key &key) {
   const Handle session = start_hmac_session(tpm, root);
   const Sensitive sensitive(pin, data);
   const TPM2B_DATA outside{};
   const TPML_PCR_SELECTION no_pcrs{};
   TPM2B_PRIVATE *private_area = nullptr;
   TPM2B_PUBLIC *public_area = nullptr;
   tpm.run("TPM2_Create", [&] {
      return Esys_Create(tpm.esys(), root.handle.tr(), session.tr(), ESYS_TR_NONE, ESYS_TR_NONE,
                         &sensitive.value, &wanted, &outside, &no_pcrs, &private_area, &public_area,
                         nullptr, nullptr, nullptr);
   });
   const EsysPtr<TPM2B_PRIVATE> private_owner(private_area);
   const EsysPtr<TPM2B_PUBLIC> public_owner(public_area);
   key.private_area = *private_area;
   key.public_area = *public_area;
   if (!agrees_with_template(key.public_area, wanted)) {
      throw Failure(KEYSEAT_E_UNAVAILABLE, "the TPM made another key than it was asked for");
   }
}

} // namespace

KeyWishes ask_wishes(Deadline &deadline, const TpmSettings &settings, bool with_pin) {
   KeyWishes wishes;
   const auto before = Deadline::Clock::now();
   if (settings.approval_key)
      wishes.signer = std::make_unique<ApprovalSigner>(deadline.call(), *settings.approval_key);
   deadline.extend(Deadline::Clock::now() - before);
   if (with_pin) wishes.pin = ask_new_pin(deadline, settings.key_path);
   return wishes;
}

Approval approve_pcrs(Tpm &tpm, const StorageRoot &root, const Policy &policy,
                      const ApprovalSigner &signer) {
   return signer.approve(read_pcrs_surely(tpm, root, *policy.selection), policy.ref);
}

TpmKeyFile make_resident_key(Tpm &tpm, const TpmSettings &settings, const KeyWishes &wishes,
                             jose::KeyType type) {
   const StorageRoot root = load_storage_root(tpm, settings.parent.value_or(TPM2_RH_OWNER));
   TpmKeyFile file = blank_file(tpm, settings, wishes, root, type);
   create(tpm, root, resident_template(type, file.policy), wishes.pin_bytes(), {}, file.key);
   return file;
}

TpmKeyFile seal_secret(Tpm &tpm, const TpmSettings &settings, const KeyWishes &wishes,
                       jose::KeyType type, BytesView secret) {
   const StorageRoot root = load_storage_root(tpm, settings.parent.value_or(TPM2_RH_OWNER));
   TpmKeyFile file = blank_file(tpm, settings, wishes, root, type);
   file.key.is_sealed = true;
   create(tpm, root, sealed_template(file.policy), wishes.pin_bytes(), secret, file.key);
   return file;
}

} // namespace tpm2
