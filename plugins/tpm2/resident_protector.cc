// SPDX-License-Identifier: Apache-2.0

#include "resident_protector.h"

#include "approving.h"
#include "key_facts.h"
#include "pin_dialogue.h"
#include "templates.h"
#include "tpm_tries.h"

#include <keyseat/sdk/jose/key_file.h>
#include <keyseat/sdk/jose/key_management.h>
#include <keyseat/sdk/jose/self_test_report.h>

namespace tpm2 {

using keyseat::sdk::Call;
using keyseat::sdk::Status;
using keyseat::sdk::WrappedKey;

struct ResidentProtector::Kept {
   std::unique_ptr<Tpm> tpm;
   std::unique_ptr<LoadedKey> key;

   // Uses the key within the deadline of one call.
   template <class Use>
   SecretBytes use_within(const Deadline &deadline, Use &use, BytesView pin) {
      tpm->wait_until(deadline);
      SecretBytes result = use(*key, pin);
      tpm->forget_deadline();
      return result;
   }
};

ResidentProtector::ResidentProtector(TpmSettings settings) : settings_(std::move(settings)) {}

ResidentProtector::~ResidentProtector() = default;

std::shared_ptr<const ResidentProtector::Key> ResidentProtector::key(const Call &call) {
   const std::lock_guard lock(mutex_);
   if (key_) return key_;
   if (!jose::key_file_exists(settings_.key_path)) {
      throw Failure(KEYSEAT_E_KEY_MISSING, "there is no key file " + settings_.key_path);
   }
   TpmKeyFile file = read_tpm_key_file(call, settings_.key_path);
   if (file.key.is_sealed) {
      throw Failure(KEYSEAT_E_CONFIG, "the key file holds a key of mode 'sealed'")
            .with_option("mode");
   }
   auto public_key = public_jwk_of(file.key.public_area, file.type);
   key_ = std::make_shared<const Key>(Key{std::move(file), std::move(public_key)});
   return key_;
}

void ResidentProtector::forget() {
   {
      const std::lock_guard lock(mutex_);
      key_.reset();
   }
   const std::lock_guard lock(tpm_mutex_);
   kept_.reset();
   pin_.reset();
}

Status ResidentProtector::status(const Call &call) {
   Status status;
   status.capabilities = KEYSEAT_CAP_PARALLEL | KEYSEAT_CAP_MACHINE_BOUND | KEYSEAT_CAP_HARDWARE |
                         KEYSEAT_CAP_KEY_PAIR;
   try {
      const auto current = key(call);
      if (current->file.policy.has_pin) status.capabilities |= KEYSEAT_CAP_NEEDS_PERSON;
      status.health = KEYSEAT_HEALTH_OK;
      status.kid = current->public_key.kid();
      status.message = std::string(key_type_name(current->file.type)) + " key in the TPM" +
                       policy_in_words(current->file.policy);
      status.details = file_details(current->file).json();
      // Approvals may have come since the key was read.
      const TpmKeyFile now = read_tpm_key_file(call, settings_.key_path);
      add_chip_status(call, settings_, &now, status);
   } catch (const Failure &failure) {
      const bool missing = failure.status() == KEYSEAT_E_KEY_MISSING;
      status.health = missing ? KEYSEAT_HEALTH_KEY_MISSING : KEYSEAT_HEALTH_DOWN;
      status.message = failure.message();
      if (!failure.hint().empty()) status.message += ": " + failure.hint();
      if (missing) add_chip_status(call, settings_, nullptr, status);
   }
   return status;
}

WrappedKey ResidentProtector::wrap(const Call &call, BytesView cek) {
   return jose::wrap_key(call.secret_memory(), key(call)->public_key, cek);
}

SecretBytes ResidentProtector::unwrap(const Call &call, std::string_view header,
                                      BytesView encrypted_key) {
   const auto current = key(call);
   const jose::PublicJwk &public_key = current->public_key;
   const jose::JoseHeader mine = jose::require_mine(header, encrypted_key, public_key.type(),
                                                    public_key.alg(), public_key.kid());
   if (!mine.epk) {
      if (encrypted_key.size() != public_key.numbers().n.size()) throw keyseat::sdk::not_mine();
      return with_key(call, *current, [&](LoadedKey &loaded, BytesView pin) {
         return loaded.decrypt(call.secret_memory(), pin, encrypted_key);
      });
   }
   // require_mine() has read `epk`, which proves that the point lies on the curve.
   const SecretBytes shared = with_key(call, *current, [&](LoadedKey &loaded, BytesView pin) {
      return loaded.agree(call.secret_memory(), pin, mine.epk->numbers());
   });
   return jose::unwrap_with_shared_secret(call.secret_memory(), shared, mine, encrypted_key);
}

// A kept connection may have gone stale, and so may the approvals that its key was loaded with: then once
// more from the beginning.
template <class Use>
SecretBytes ResidentProtector::use_kept(Deadline &deadline, const Key &key, Use &use) {
   const BytesView pin = pin_ ? pin_->view() : BytesView();
   if (kept_) {
      try {
         return kept_->use_within(deadline, use, pin);
      } catch (const TpmFailure &failure) {
         const bool is_stale = kept_->tpm->is_lost() || is_restart_code(failure.code()) ||
                               failure.status() == KEYSEAT_E_DENIED;
         kept_.reset();
         if (!is_stale) throw;
      } catch (...) {
         kept_.reset();
         throw;
      }
   }
   return with_connection(settings_, deadline, [&](std::unique_ptr<Tpm> &tpm) {
      auto loaded = std::make_unique<LoadedKey>(*tpm, settings_, key.file);
      SecretBytes result = use(*loaded, pin);
      if (tpm->is_shared()) {
         tpm->forget_deadline();
         kept_ = std::make_unique<Kept>(Kept{std::move(tpm), std::move(loaded)});
      } else {
         tpm->leave_to_line();
      }
      return result;
   });
}

template <class Use>
SecretBytes ResidentProtector::with_key(const Call &call, const Key &key, Use use) {
   Deadline deadline(call);
   std::unique_lock lock(tpm_mutex_, std::defer_lock);
   while (!lock.try_lock_for(std::chrono::milliseconds(20)))
      deadline.check();
   TpmKeyFile file = key.file;
   if (file.policy.approval_key)
      file.approvals.add(read_approvals(call, settings_.key_path, file.policy.ref));
   const Key current{std::move(file), key.public_key};
   if (!current.file.policy.has_pin || pin_) return use_kept(deadline, current, use);
   PinDialogue dialogue(deadline, settings_, current.file);
   SecretBytes result = dialogue.run(use);
   pin_ = dialogue.take_right_pin();
   return result;
}

std::string ResidentProtector::export_public_key(const Call &call) {
   return key(call)->public_key.to_json();
}

std::string ResidentProtector::approve(const Call &call) { return approve_state(call, settings_); }

std::string ResidentProtector::self_test(const Call &call) {
   jose::SelfTestReport report;
   jose::test_primitives(call, report);
   jose::test_round_trip(call, *this, report);
   return report.json();
}

} // namespace tpm2
